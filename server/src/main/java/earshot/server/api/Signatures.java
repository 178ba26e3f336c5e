package earshot.server.api;

import earshot.core.time.Clock;
import earshot.dialect.HttpRequest;
import earshot.server.config.ApiSettings;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signed calls (DECISIONS 10): {@code X-Earshot-Timestamp} is Unix time in seconds, {@code X-Earshot-Signature} is {@code sha256=} and the
 * hexadecimal HMAC-SHA256 over timestamp, method, path as sent, query (decoded {@code name=value} pairs in the order of their names, joined by
 * {@code &}) and body, each but the last followed by a line feed. Thread-safe.
 */
final class Signatures {
    private static final String SIGNATURE = "x-earshot-signature";
    private static final String TIMESTAMP = "x-earshot-timestamp";
    private static final String SCHEME = "sha256=";
    private static final Duration WINDOW = Duration.ofMinutes(5);

    private final ApiSettings settings;
    private final Clock clock;

    Signatures(ApiSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** What is wrong with the signature of a call; null: nothing. */
    @Nullable
    String fault(HttpRequest request) {
        Optional<String> signature = request.header(SIGNATURE);
        if (signature.isEmpty())
            return settings.signatureRequired() ? "X-Earshot-Signature is missing: calls must be signed here." : null;
        if (settings.signingSecrets().isEmpty()) return "The call is signed, but there is no api.signing-secrets here.";
        String timestamp = request.header(TIMESTAMP).orElse("");
        if (!isNow(timestamp)) return "X-Earshot-Timestamp is missing or more than five minutes off.";
        return isGenuine(request, timestamp, signature.get()) ? null : "X-Earshot-Signature does not fit the call.";
    }

    private boolean isNow(String timestamp) {
        try {
            long skewMillis = Math.abs(clock.millis() - Math.multiplyExact(Long.parseLong(timestamp), 1000));
            return skewMillis <= WINDOW.toMillis();
        } catch (ArithmeticException | NumberFormatException e) {
            return false;
        }
    }

    private boolean isGenuine(HttpRequest request, String timestamp, String given) {
        byte[] signed = signedBytes(request, timestamp);
        boolean genuine = false;
        for (String secret : settings.signingSecrets())
            genuine |= MessageDigest.isEqual(
                    given.getBytes(StandardCharsets.UTF_8),
                    (SCHEME + hmac(secret, signed)).getBytes(StandardCharsets.UTF_8));
        return genuine;
    }

    private static byte[] signedBytes(HttpRequest request, String timestamp) {
        StringBuilder query = new StringBuilder();
        for (var entry : new TreeMap<>(request.query()).entrySet())
            appendPairs(query, entry.getKey(), entry.getValue());
        String head = timestamp + "\n" + request.method() + "\n" + request.rawPath() + "\n" + query + "\n";
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        all.writeBytes(request.body());
        return all.toByteArray();
    }

    private static void appendPairs(StringBuilder query, String name, List<String> values) {
        for (String value : values)
            query.append(query.isEmpty() ? "" : "&").append(name).append('=').append(value);
    }

    static String hmac(String secret, byte[] bytes) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
