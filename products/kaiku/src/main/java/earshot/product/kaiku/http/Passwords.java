package earshot.product.kaiku.http;

import java.util.concurrent.CompletionStage;

/** Port: hashes of passwords. Thread-safe; never blocks the caller; fails with {@link earshot.product.kaiku.Refusal} when too many wait. */
public interface Passwords {
    /** In the PHC string format, with everything that {@link #matches} needs. */
    CompletionStage<String> hash(String password);

    /** Takes as long for a hash that cannot be read, which matches nothing. */
    CompletionStage<Boolean> matches(String password, String hash);
}
