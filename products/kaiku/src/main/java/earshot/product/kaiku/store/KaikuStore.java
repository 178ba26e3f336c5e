package earshot.product.kaiku.store;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Port: where people, guilds and channels are kept. Thread-safe; callers never block. What is asked or changed is given as a function that runs on a thread of
 * the store, in one transaction: it may throw to undo everything, it may run twice, and it must do nothing else. Stages complete on any thread; they fail
 * with what the function threw, and with any other exception when the store does not answer.
 */
public interface KaikuStore {
    <T extends @Nullable Object> CompletionStage<T> read(Function<Tables, T> question);

    /** What is said by {@link Tables#changed} is told to followers on all nodes once it is stored; to those of this node before the stage completes. */
    <T extends @Nullable Object> CompletionStage<T> change(Function<Tables, T> work);

    /** From now on. On any thread; must not block or throw. */
    void follow(Consumer<Change> follower);

    /** Whether other nodes may change the same tables. */
    boolean isShared();

    /** Any thread. */
    boolean isHealthy();
}
