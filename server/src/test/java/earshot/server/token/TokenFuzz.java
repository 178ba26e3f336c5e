package earshot.server.token;

import earshot.core.time.Clock;
import earshot.dialect.TokenVerifier.Verdict;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Fuzz target: any token, and any claims under a genuine signature. There is a verdict, and no stranger's token is valid. The first byte says which of
 * the two the rest is.
 */
public final class TokenFuzz {
    private static final byte[] SECRET = "a-secret-of-the-fuzzer-0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    private static final JwtVerifier VERIFIER = new JwtVerifier(
            KeyRing.of(List.of(VerificationKey.secret(SECRET, "HS256"))),
            new JwtVerifier.Rules(Duration.ofSeconds(5), Duration.ofHours(1), "us", ""),
            Clock.SYSTEM);

    private TokenFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 1) return;
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        boolean strange = (input[0] & 1) == 0;
        String token = strange ? new String(rest, StandardCharsets.ISO_8859_1) : signed(rest);
        Verdict verdict = VERIFIER.verify(token);
        if (strange && verdict instanceof Verdict.Valid) throw new AssertionError("a stranger's token is valid");
        if (verdict instanceof Verdict.Valid valid) {
            // What a dialect does with it.
            for (String claim : List.of("sub", "name", "permissions", "exp"))
                if (valid.claims().string(claim).isPresent()
                        && !valid.claims().strings(claim).isEmpty())
                    throw new AssertionError(claim + " is a string and a list");
        }
    }

    private static String signed(byte[] claims) {
        try {
            Base64.Encoder url = Base64.getUrlEncoder().withoutPadding();
            String text = url.encodeToString("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8)) + "."
                    + url.encodeToString(claims);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
            return text + "." + url.encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
