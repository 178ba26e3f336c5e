package earshot.gateway.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The blocks of a PEM file (RFC 7468) in their order; text between them is skipped. Blocks the caller while it reads. */
record PemFile(Path path, List<Block> blocks) {
    private static final long MAX_BYTES = 1 << 20;
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /**
     * @param label such as {@code CERTIFICATE}
     * @param encrypted in the old way of OpenSSL, with headers inside the block (RFC 1421 section 4.6)
     */
    record Block(String label, byte[] der, boolean encrypted) {}

    /** @param what the setting that names the file */
    static PemFile read(String what, Path path) {
        byte[] bytes = bytes(what, path);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!text.contains(BEGIN)) throw new TlsUnusable(what + ": " + path + " is no PEM file" + hint(bytes));
        try {
            return new PemFile(path, blocks(text));
        } catch (IllegalArgumentException e) {
            throw new TlsUnusable(what + ": " + path + " is a damaged PEM file (a block has no end or is no Base64)");
        }
    }

    private static byte[] bytes(String what, Path path) {
        try {
            if (Files.isDirectory(path)) throw new TlsUnusable(what + ": " + path + " is a directory");
            if (Files.size(path) > MAX_BYTES)
                throw new TlsUnusable(what + ": " + path + " is larger than 1 MiB, which no certificate file is");
            return Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            throw new TlsUnusable(what + ": there is no file " + path);
        } catch (AccessDeniedException e) {
            throw new TlsUnusable(what + ": " + path + " may not be read by user " + System.getProperty("user.name"));
        } catch (IOException e) {
            throw new TlsUnusable(what + ": " + path + " cannot be read: " + e.getMessage());
        }
    }

    /** Both DER and PKCS#12 begin with an ASN.1 sequence. */
    private static String hint(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == 0x30
                ? " (it looks like DER or PKCS#12; make PEM of it with openssl x509 -inform der, or openssl pkcs12 -nodes)"
                : " (expected: text with -----BEGIN …-----)";
    }

    private static List<Block> blocks(String text) {
        List<Block> blocks = new ArrayList<>();
        StringBuilder body = null;
        String label = "";
        boolean encrypted = false;
        for (String raw : text.split("\\R", -1)) {
            String line = raw.strip();
            if (line.startsWith(BEGIN) && line.endsWith(DASHES)) {
                label = line.substring(BEGIN.length(), line.length() - DASHES.length());
                body = new StringBuilder();
                encrypted = false;
            } else if (body != null && line.startsWith(END)) {
                blocks.add(new Block(label, Base64.getDecoder().decode(body.toString()), encrypted));
                body = null;
            } else if (body != null && line.indexOf(':') >= 0) {
                encrypted |= line.startsWith("Proc-Type:") && line.contains("ENCRYPTED");
            } else if (body != null) {
                body.append(line);
            }
        }
        if (body != null) throw new IllegalArgumentException("a block without an end");
        return List.copyOf(blocks);
    }

    boolean has(String label) {
        return blocks.stream().anyMatch(b -> b.label.equals(label));
    }
}
