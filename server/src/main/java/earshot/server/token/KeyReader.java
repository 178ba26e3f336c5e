package earshot.server.token;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctetSequenceJsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;

/** Reads keys from where operators keep them. Blocks; throws {@link KeysUnusable}. */
final class KeyReader {
    private static final long MAX_BYTES = 1 << 20;
    private static final List<String> PUBLIC_KINDS = List.of("RSA", "EC", "Ed25519");

    private KeyReader() {}

    /** A secret per line, newest first; empty lines and those with {@code #} do not count. */
    static List<VerificationKey> secrets(Path file, String algorithm) {
        List<VerificationKey> keys = new ArrayList<>();
        for (String line : text(file).lines().map(String::strip).toList()) {
            if (line.isEmpty() || line.startsWith("#")) continue;
            keys.add(VerificationKey.secret(line.getBytes(StandardCharsets.UTF_8), algorithm));
        }
        if (keys.isEmpty()) throw new KeysUnusable(file + ": holds no secret (expected: one per line, newest first)");
        return keys;
    }

    static List<VerificationKey> pem(Path file) {
        String base64 = text(file).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        byte[] der = decoded(file, base64);
        for (String kind : PUBLIC_KINDS) {
            Optional<VerificationKey> key = tryKind(kind, der).flatMap(k -> VerificationKey.publicKey("", k));
            if (key.isPresent()) return List.of(key.get());
        }
        throw new KeysUnusable(file
                + ": is no public key that can be used (expected: PEM of RSA, EC P-256 or Ed25519, BEGIN PUBLIC KEY)");
    }

    private static byte[] decoded(Path file, String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new KeysUnusable(file + ": is no PEM file (expected: -----BEGIN PUBLIC KEY-----)");
        }
    }

    private static Optional<PublicKey> tryKind(String kind, byte[] der) {
        try {
            return Optional.of(KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(der)));
        } catch (GeneralSecurityException notThisKind) {
            return Optional.empty();
        }
    }

    static List<VerificationKey> keySet(String where, String json) {
        try {
            List<VerificationKey> keys = new ArrayList<>();
            for (JsonWebKey key : new JsonWebKeySet(json).getJsonWebKeys())
                fromSet(key).ifPresent(keys::add);
            if (keys.isEmpty())
                throw new KeysUnusable(
                        where + ": holds no key that can be used (expected: RSA, EC P-256, Ed25519 or oct)");
            return keys;
        } catch (KeysUnusable e) {
            throw e;
        } catch (JoseException | RuntimeException e) {
            // Whatever a parser makes of what somebody else's server says: it is none.
            throw new KeysUnusable(where + ": is no JSON Web Key Set");
        }
    }

    /** Keys for encryption, and those whose {@code alg} is not what their kind verifies here, are left out. */
    private static Optional<VerificationKey> fromSet(JsonWebKey key) {
        if ("enc".equals(key.getUse())) return Optional.empty();
        String id = key.getKeyId() == null ? "" : key.getKeyId();
        Optional<VerificationKey> found = switch (key) {
            case OctetSequenceJsonWebKey oct -> octets(id, oct);
            case PublicJsonWebKey pub -> VerificationKey.publicKey(id, pub.getPublicKey());
            default -> Optional.empty();
        };
        return found.filter(
                k -> key.getAlgorithm() == null || key.getAlgorithm().equals(k.algorithm()));
    }

    private static Optional<VerificationKey> octets(String id, OctetSequenceJsonWebKey key) {
        String algorithm = key.getAlgorithm() == null ? "HS256" : key.getAlgorithm();
        return algorithm.matches("HS(256|384|512)")
                ? Optional.of(new VerificationKey(id, algorithm, key.getKey()))
                : Optional.empty();
    }

    static String text(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) throw new KeysUnusable(file + ": is too large for a key file");
            return Files.readString(file);
        } catch (IOException e) {
            throw new KeysUnusable(file + ": cannot be read");
        }
    }

    /**
     * The query of the address is not said: it may hold a secret. However the other side behaves, it ends within the time, and at most
     * {@value #MAX_BYTES} bytes are taken.
     */
    static String fetched(URI address, Duration within) {
        String shown = address.getScheme() + "://" + address.getAuthority() + address.getPath();
        HttpClient http = HttpClient.newBuilder().connectTimeout(within).build();
        try {
            HttpRequest request = HttpRequest.newBuilder(address).GET().build();
            var limited = HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofString(), MAX_BYTES);
            // The time is for the whole answer; a request's own time-out would end with its headers.
            HttpResponse<String> answer =
                    http.sendAsync(request, limited).get(within.toMillis(), TimeUnit.MILLISECONDS);
            if (answer.statusCode() != 200) throw new KeysUnusable(shown + ": answers " + answer.statusCode());
            return answer.body();
        } catch (TimeoutException e) {
            throw new KeysUnusable(shown + ": does not answer within " + within.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw new KeysUnusable(shown + ": does not answer, or with more than " + MAX_BYTES + " bytes");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeysUnusable(shown + ": was not asked to the end");
        } finally {
            http.shutdownNow();
        }
    }
}
