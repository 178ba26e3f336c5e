package earshot.it;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens made without a line of ours, so that a mistake there shows (RFC 7515, RFC 7518 section 3.2: HS256). */
final class TestTokens {
    private TestTokens() {}

    static String waddle(String userId, String username, String... permissions) {
        return sign("""
                {"sub":"%s","username":"%s","permissions":[%s],"iat":%d,"exp":%d}""".formatted(userId, username, quoted(permissions), now() - 5, now() + 3600));
    }

    static String threadkit(String userId, String siteId) {
        return sign("""
                {"sub":"%s","name":"%s","site_id":"%s","session_id":"33333333-3333-4333-8333-333333333333","iat":%d,"exp":%d}""".formatted(userId, userId, siteId, now() - 5, now() + 3600));
    }

    static String summit(String userId, String tenant) {
        return sign("""
                {"userId":"%s","tenantId":"%s","iat":%d,"exp":%d}""".formatted(userId, tenant, now() - 5, now() + 3600));
    }

    static String sign(String claims) {
        try {
            String signed = url("{\"typ\":\"JWT\",\"alg\":\"HS256\"}") + "." + url(claims);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(RunningServer.SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return signed + "."
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String quoted(String... values) {
        return values.length == 0 ? "" : "\"" + String.join("\",\"", values) + "\"";
    }

    private static String url(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static long now() {
        return System.currentTimeMillis() / 1000;
    }
}
