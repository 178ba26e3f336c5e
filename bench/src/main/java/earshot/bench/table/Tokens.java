package earshot.bench.table;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens for generators that cannot sign (HS256, RFC 7519). Without state. */
final class Tokens {
    private static final long VALID_SECONDS = 86_400;

    private Tokens() {}

    /** So many, each of another user. */
    static List<String> signed(String secret, int count) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            String head = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8));
            long now = System.currentTimeMillis() / 1000;
            List<String> tokens = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                String claims = "{\"sub\":\"u" + i + "\",\"username\":\"u" + i
                        + "\",\"permissions\":[\"read\",\"write\"],\"iat\":" + (now - 5) + ",\"exp\":"
                        + (now + VALID_SECONDS) + "}";
                String text = head + "." + encode(claims.getBytes(StandardCharsets.UTF_8));
                tokens.add(text + "." + encode(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII))));
            }
            return tokens;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
