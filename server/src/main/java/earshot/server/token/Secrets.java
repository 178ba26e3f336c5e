package earshot.server.token;

import java.security.SecureRandom;
import java.util.Base64;

/** Words that nobody can guess. Thread-safe. */
public final class Secrets {
    private static final int BYTES = 36;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Secrets() {}

    /** 48 characters without any that a shell or an address would mind. */
    public static String fresh() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
