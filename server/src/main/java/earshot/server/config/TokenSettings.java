package earshot.server.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whose tokens a dialect believes.
 *
 * @param secrets newest first
 * @param secretFile a secret per line, newest first; read again when it changes
 * @param secretAlgorithm what the secrets sign with
 * @param publicKey a PEM file: RSA (RS256), EC P-256 (ES256) or Ed25519 (EdDSA)
 * @param jwks a file or an http(s) address
 * @param maxTokenAge zero: any age
 * @param audience empty: not looked at
 * @param issuer empty: not looked at
 */
public record TokenSettings(
        List<String> secrets,
        Optional<Path> secretFile,
        HmacAlgorithm secretAlgorithm,
        Optional<Path> publicKey,
        Optional<String> jwks,
        Duration jwksRefresh,
        Duration leeway,
        Duration maxTokenAge,
        String audience,
        String issuer) {

    /** The JOSE names of HMAC with SHA-2 (RFC 7518 section 3.2). */
    public enum HmacAlgorithm {
        HS256,
        HS384,
        HS512
    }

    /** The declarations of one dialect. */
    static final class Declared {
        final Setting<List<String>> secrets;
        private final Setting<Path> secretFile;
        private final Setting<HmacAlgorithm> algorithm;
        private final Setting<Path> publicKey;
        private final Setting<String> jwks;
        private final Setting<Duration> jwksRefresh;
        private final Setting<Duration> leeway;
        private final Setting<Duration> maxAge;
        private final Setting<String> audience;
        private final Setting<String> issuer;

        Declared(Catalog catalog, Duration leewayFallback) {
            secrets = catalog.optional(
                    "jwt-secret",
                    Kinds.SECRETS,
                    "made at start in development, needed in production unless there is another key",
                    "Secret that signs this dialect's tokens; several, newest first, while one replaces another: a list in the file, in"
                            + " a variable with white space between them (a comma is part of a secret).",
                    "JWT_SECRET");
            secretFile = catalog.optional(
                    "jwt-secret-file",
                    Kinds.PATH,
                    "no file",
                    "File with a secret per line, newest first, read again when it changes: a rotation without a restart.",
                    "JWT_SECRET_FILE");
            algorithm = catalog.setting(
                    "jwt-algorithm",
                    Kinds.choice(HmacAlgorithm.class),
                    HmacAlgorithm.HS256,
                    "What the secrets sign with. The key fixes the algorithm, never the token.",
                    "JWT_ALGORITHM");
            publicKey = catalog.optional(
                    "jwt-public-key",
                    Kinds.PATH,
                    "no file",
                    "PEM file with the public key of whoever signs: RSA (RS256), EC P-256 (ES256) or Ed25519 (EdDSA).");
            jwks = catalog.optional(
                    "jwks",
                    Kinds.TEXT,
                    "no key set",
                    "File or http(s) address of a JSON Web Key Set; keys may come and go while the server runs.");
            jwksRefresh = catalog.setting(
                    "jwks-refresh",
                    Kinds.duration(Duration.ofSeconds(5), Duration.ofDays(1)),
                    Duration.ofMinutes(10),
                    "How often the key set is read again; a token with an unknown key id makes it sooner.");
            leeway = catalog.setting(
                    "token-leeway",
                    Kinds.duration(Duration.ZERO, Duration.ofMinutes(10)),
                    leewayFallback,
                    "How much the clocks of signer and server may differ.");
            maxAge = catalog.setting(
                    "max-token-age",
                    Kinds.duration(Duration.ZERO, Duration.ofDays(3650)),
                    Duration.ZERO,
                    "Tokens that were issued longer ago, or have no times, are refused. 0s: any age.");
            audience = catalog.optional(
                    "jwt-audience", Kinds.TEXT, "not looked at", "The claim aud must name this, where it is given.");
            issuer = catalog.optional(
                    "jwt-issuer", Kinds.TEXT, "not looked at", "The claim iss must be this, where it is given.");
        }

        TokenSettings from(Values values) {
            return new TokenSettings(
                    values.maybe(secrets).orElse(List.of()),
                    values.maybe(secretFile),
                    values.of(algorithm),
                    values.maybe(publicKey),
                    values.maybe(jwks),
                    values.of(jwksRefresh),
                    values.of(leeway),
                    values.of(maxAge),
                    values.maybe(audience).orElse(""),
                    values.maybe(issuer).orElse(""));
        }
    }

    /** Whether there is anything to check a token with. */
    public boolean hasKey() {
        return !secrets.isEmpty() || secretFile.isPresent() || publicKey.isPresent() || jwks.isPresent();
    }

    /** The key set's address, when it is one and no file. */
    public Optional<URI> jwksAddress() {
        return jwks.filter(j -> j.startsWith("http://") || j.startsWith("https://"))
                .map(URI::create);
    }

    TokenSettings withSecrets(List<String> made) {
        return new TokenSettings(
                made, secretFile, secretAlgorithm, publicKey, jwks, jwksRefresh, leeway, maxTokenAge, audience, issuer);
    }

    /** Without secrets. */
    @Override
    public String toString() {
        return secrets.size() + " secrets, public key " + publicKey + ", jwks " + jwks;
    }
}
