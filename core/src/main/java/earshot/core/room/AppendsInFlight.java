package earshot.core.room;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** How many appends of this node the log has not answered, so that a node that stops can wait for them. Thread-safe. */
public final class AppendsInFlight {
    private final AtomicLong count = new AtomicLong();
    private volatile @Nullable CompletableFuture<Void> none;

    void begin() {
        count.incrementAndGet();
    }

    void end() {
        if (count.decrementAndGet() == 0) announce();
    }

    /** Completes at the first moment after the first call at which there are none. */
    public synchronized CompletionStage<Void> none() {
        CompletableFuture<Void> known = none;
        CompletableFuture<Void> waiting = known == null ? new CompletableFuture<>() : known;
        none = waiting;
        if (count.get() == 0) waiting.complete(null);
        return waiting;
    }

    private void announce() {
        CompletableFuture<Void> waiting = none;
        if (waiting != null) waiting.complete(null);
    }
}
