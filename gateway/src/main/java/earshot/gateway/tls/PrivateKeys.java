package earshot.gateway.tls;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;

/**
 * The private key of a PEM file: PKCS#8 (RFC 5958), PKCS#1 for RSA (RFC 8017 appendix A.1.2) or SEC 1 for EC (RFC 5915). The JDK reads the first
 * only; the other two are put into its envelope.
 */
final class PrivateKeys {
    private static final String PKCS8 = "PRIVATE KEY";
    private static final String PKCS8_ENCRYPTED = "ENCRYPTED PRIVATE KEY";
    private static final String PKCS1 = "RSA PRIVATE KEY";
    private static final String SEC1 = "EC PRIVATE KEY";
    private static final List<String> KINDS = List.of("RSA", "EC", "EdDSA");

    /** INTEGER 0. */
    private static final byte[] VERSION = {2, 1, 0};
    /** SEQUENCE { rsaEncryption 1.2.840.113549.1.1.1, NULL }. */
    private static final byte[] RSA = {
        0x30, 0x0D, 6, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 1, 1, 5, 0
    };
    /** id-ecPublicKey 1.2.840.10045.2.1. */
    private static final byte[] EC = {6, 7, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 2, 1};

    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 4;
    /** Where SEC 1 names its curve: {@code parameters [0]}. */
    private static final int CURVE = 0xA0;

    private PrivateKeys() {}

    static PrivateKey read(String what, PemFile file) {
        for (PemFile.Block block : file.blocks()) {
            boolean isKey = block.label().endsWith("PRIVATE KEY");
            if (isKey && (block.encrypted() || block.label().equals(PKCS8_ENCRYPTED)))
                throw new TlsUnusable(what + ": the key in " + file.path()
                        + " is encrypted and nobody is here to type its password; write it out with openssl pkey -in "
                        + file.path() + " -out plain.key, readable by the server's user only");
            if (isKey) return key(what, file, block);
        }
        String instead = file.has("CERTIFICATE")
                ? " holds a certificate and no key; are tls.cert and tls.key the wrong way round?"
                : " holds no private key (expected: -----BEGIN PRIVATE KEY-----)";
        throw new TlsUnusable(what + ": " + file.path() + instead);
    }

    private static PrivateKey key(String what, PemFile file, PemFile.Block block) {
        byte[] der = switch (block.label()) {
            case PKCS8 -> block.der();
            case PKCS1 -> envelope(RSA, block.der());
            case SEC1 -> envelope(der(SEQUENCE, EC, curve(what, file, block.der())), block.der());
            default ->
                throw new TlsUnusable(what + ": " + file.path() + " holds a " + block.label()
                        + " (expected: PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY)");
        };
        for (String kind : KINDS) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (GeneralSecurityException notThisKind) {
                // the next one
            }
        }
        throw new TlsUnusable(
                what + ": the key in " + file.path() + " cannot be used (expected: RSA, EC or Ed25519, undamaged)");
    }

    private static byte[] envelope(byte[] algorithm, byte[] key) {
        return der(SEQUENCE, VERSION, algorithm, der(OCTETS, key));
    }

    /** The object id inside {@code SEQUENCE { INTEGER 1, OCTET STRING key, [0] { OID }, … }}. */
    private static byte[] curve(String what, PemFile file, byte[] sec1) {
        try {
            int at = content(sec1, 0);
            while (at < sec1.length) {
                int begin = content(sec1, at);
                int end = begin + length(sec1, at);
                if ((sec1[at] & 0xFF) == CURVE) return Arrays.copyOfRange(sec1, begin, end);
                at = end;
            }
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            // damaged, or it does not say
        }
        throw new TlsUnusable(what + ": the EC key in " + file.path()
                + " does not name its curve; write it as PKCS#8 with openssl pkcs8 -topk8 -nocrypt");
    }

    private static int content(byte[] der, int at) {
        int first = der[at + 1] & 0xFF;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7F);
    }

    private static int length(byte[] der, int at) {
        int first = der[at + 1] & 0xFF;
        if (first < 0x80) return first;
        int length = 0;
        for (int i = 0; i < (first & 0x7F); i++) length = Math.addExact(length << 8, der[at + 2 + i] & 0xFF);
        if (length < 0) throw new IllegalArgumentException("a length that is none");
        return length;
    }

    private static byte[] der(int tag, byte[]... parts) {
        var body = new ByteArrayOutputStream();
        for (byte[] part : parts) body.writeBytes(part);
        var out = new ByteArrayOutputStream();
        out.write(tag);
        int size = body.size();
        if (size > 0xFF) {
            out.write(0x82);
            out.write(size >> 8);
        } else if (size > 0x7F) {
            out.write(0x81);
        }
        out.write(size);
        out.writeBytes(body.toByteArray());
        return out.toByteArray();
    }
}
