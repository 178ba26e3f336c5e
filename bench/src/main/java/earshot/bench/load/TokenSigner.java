package earshot.bench.load;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs tokens with a shared secret: HS256 (RFC 7515, RFC 7518 section 3.2). Not thread-safe. */
final class TokenSigner {
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
    private static final String HEAD = encoded("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");

    private final Mac mac;

    TokenSigner(String secret) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the secret cannot sign: " + e.getMessage(), e);
        }
    }

    /** @param claims a JSON object */
    String sign(String claims) {
        String signed = HEAD + "." + encoded(claims);
        return signed + "." + URL.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String encoded(String json) {
        return URL.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
