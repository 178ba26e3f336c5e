package earshot.product.kaiku.http;

import java.time.Duration;
import java.util.UUID;

/** Port: tokens that say who a client is (protocols/kaiku.md section 1.2). Thread-safe; never blocks; about as fast as a signature. */
public interface Tokens {
    /** For HTTP and the socket; counts for {@link #accessFor}. */
    String access(UUID user);

    /** Only for a new pair of tokens; different each time. */
    String refresh(UUID user);

    Duration accessFor();

    Duration refreshFor();

    /** Whose access token it is. */
    Verdict verify(String accessToken);

    /** The answer. */
    sealed interface Verdict {
        record Of(UUID user) implements Verdict {}

        record Expired() implements Verdict {}

        record Invalid() implements Verdict {}
    }
}
