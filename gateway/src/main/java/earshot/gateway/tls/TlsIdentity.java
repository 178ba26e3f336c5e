package earshot.gateway.tls;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Who the server says it is: a key, its certificate, and the certificates up to an authority. Immutable; {@link #read} has found that they belong
 * together. Times are not checked: an expired certificate is better than none, and {@link #concern} says so.
 *
 * @param chain the server's own first
 */
public record TlsIdentity(List<X509Certificate> chain, PrivateKey key) {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;
    private static final Duration SOON = Duration.ofDays(14);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    public TlsIdentity {
        chain = List.copyOf(chain);
    }

    /** Reads both files. Throws {@link TlsUnusable}. Blocks. */
    public static TlsIdentity read(Path certFile, Path keyFile) {
        List<X509Certificate> chain = chain("tls.cert", PemFile.read("tls.cert", certFile));
        PrivateKey key = PrivateKeys.read("tls.key", PemFile.read("tls.key", keyFile));
        if (!belong(key, chain.getFirst().getPublicKey())) throw mismatch(chain, key, certFile, keyFile);
        return new TlsIdentity(chain, key);
    }

    private static List<X509Certificate> chain(String what, PemFile file) {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            CertificateFactory x509 = CertificateFactory.getInstance("X.509");
            for (PemFile.Block block : file.blocks()) {
                if (block.label().equals("CERTIFICATE"))
                    chain.add((X509Certificate) x509.generateCertificate(new ByteArrayInputStream(block.der())));
            }
        } catch (CertificateException e) {
            throw new TlsUnusable(what + ": a certificate in " + file.path() + " is damaged");
        }
        if (!chain.isEmpty()) return chain;
        boolean isKey = file.blocks().stream().anyMatch(b -> b.label().endsWith("PRIVATE KEY"));
        throw new TlsUnusable(what + ": " + file.path()
                + (isKey
                        ? " holds a key and no certificate; are tls.cert and tls.key the wrong way round?"
                        : " holds no certificate (expected: -----BEGIN CERTIFICATE-----)"));
    }

    private static TlsUnusable mismatch(List<X509Certificate> chain, PrivateKey key, Path certFile, Path keyFile) {
        boolean isFurtherOn = chain.stream().anyMatch(c -> belong(key, c.getPublicKey()));
        return new TlsUnusable(
                isFurtherOn
                        ? "tls.cert: the server's own certificate must be the first in " + certFile
                                + ", those that signed it follow"
                        : "tls.key: the key in " + keyFile + " does not belong to the certificate in " + certFile + " ("
                                + subject(chain.getFirst()) + ")");
    }

    /** Whether one verifies what the other signs. */
    private static boolean belong(PrivateKey key, PublicKey certified) {
        byte[] words = {1, 2, 3, 4};
        try {
            Signature signer = Signature.getInstance(algorithm(key));
            signer.initSign(key);
            signer.update(words);
            byte[] signature = signer.sign();
            signer.initVerify(certified);
            signer.update(words);
            return signer.verify(signature);
        } catch (GeneralSecurityException otherKind) {
            return false;
        }
    }

    private static String algorithm(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
        };
    }

    private X509Certificate own() {
        return chain.getFirst();
    }

    public String subject() {
        return subject(own());
    }

    private static String subject(X509Certificate of) {
        return of.getSubjectX500Principal().getName();
    }

    public String issuer() {
        return own().getIssuerX500Principal().getName();
    }

    /** The names and addresses that it is for: what clients compare with the one they dialled (RFC 9525). */
    public List<String> names() {
        try {
            Collection<List<?>> entries = own().getSubjectAlternativeNames();
            if (entries == null) return List.of();
            return entries.stream()
                    .filter(e -> e.get(0) instanceof Integer kind && (kind == DNS_NAME || kind == IP_ADDRESS))
                    .map(e -> String.valueOf(e.get(1)))
                    .toList();
        } catch (CertificateException e) {
            return List.of();
        }
    }

    public Instant expires() {
        return own().getNotAfter().toInstant();
    }

    /** What an operator should know about it now, as a sentence; empty when all is well. */
    public Optional<String> concern(Instant now) {
        Instant begins = own().getNotBefore().toInstant();
        if (now.isBefore(begins)) return Optional.of("the certificate is not valid before " + TIME.format(begins));
        if (now.isAfter(expires()))
            return Optional.of("the certificate expired on " + TIME.format(expires()) + "; clients refuse it");
        if (now.isAfter(expires().minus(SOON)))
            return Optional.of("the certificate expires on " + TIME.format(expires()));
        return names().isEmpty()
                ? Optional.of("the certificate names no host (subjectAltName); browsers refuse it")
                : Optional.empty();
    }

    /** For people: whom it is for, who signed it, and until when. */
    @Override
    public String toString() {
        String of = names().isEmpty() ? "" : " for " + String.join(", ", names());
        String by = issuer().equals(subject()) ? "itself" : issuer();
        return subject() + of + ", signed by " + by + ", until " + TIME.format(expires());
    }
}
