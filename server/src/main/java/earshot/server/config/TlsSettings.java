package earshot.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whether and where the server speaks TLS itself.
 *
 * @param files empty: it does not
 * @param port empty: the port for everything speaks TLS
 */
public record TlsSettings(Optional<Files> files, OptionalInt port) {
    static final Catalog CATALOG = new Catalog(
            "tls",
            "TLS 1.2 and 1.3, without a proxy in front. The files are looked at every ten seconds: a new pair is taken without a restart.");

    static final Setting<Path> CERT = CATALOG.optional(
            "cert",
            Kinds.PATH,
            "no TLS",
            "PEM file with the server's certificate and, after it, those that signed it, such as fullchain.pem.");
    static final Setting<Path> KEY = CATALOG.optional(
            "key",
            Kinds.PATH,
            "no TLS",
            "PEM file with the certificate's private key: RSA, EC or Ed25519, not encrypted. May be the same file.");
    static final Setting<Integer> PORT = CATALOG.optional(
            "port",
            Kinds.integer(0, 65_535),
            "network.port speaks TLS and nothing else",
            "A second port that speaks TLS, while network.port stays plain.");

    /** What belongs together. */
    public record Files(Path cert, Path key) {}

    static TlsSettings from(Values values, List<String> problems) {
        Optional<Path> cert = values.maybe(CERT);
        Optional<Path> key = values.maybe(KEY);
        Optional<Integer> port = values.maybe(PORT);
        if (cert.isPresent() != key.isPresent())
            problems.add(
                    cert.isPresent()
                            ? "tls.cert is given and tls.key is not (expected: both, or neither)"
                            : "tls.key is given and tls.cert is not (expected: both, or neither)");
        else if (port.isPresent() && cert.isEmpty())
            problems.add("tls.port is given without a certificate (expected: tls.cert and tls.key)");
        return new TlsSettings(
                cert.flatMap(c -> key.map(k -> new Files(c, k))),
                port.map(OptionalInt::of).orElseGet(OptionalInt::empty));
    }

    public boolean isOn() {
        return files.isPresent();
    }
}
