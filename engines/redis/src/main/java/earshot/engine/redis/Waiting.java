package earshot.engine.redis;

import java.util.concurrent.atomic.AtomicLong;

/** How much waits for a flush, over all lanes of a node: bounded by number and bytes. Thread-safe. */
final class Waiting {
    private final long maxCommands;
    private final long maxBytes;
    private final AtomicLong commands = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    Waiting(long maxCommands, long maxBytes) {
        this.maxCommands = maxCommands;
        this.maxBytes = maxBytes;
    }

    /** False: it would be too much, and nothing was taken. */
    boolean enter(long weight) {
        if (commands.incrementAndGet() > maxCommands) {
            commands.decrementAndGet();
            return false;
        }
        // Whoever is alone may be heavier than everything: else it could never pass.
        if (bytes.addAndGet(weight) > maxBytes && bytes.get() != weight) {
            leave(weight);
            return false;
        }
        return true;
    }

    void leave(long weight) {
        commands.decrementAndGet();
        bytes.addAndGet(-weight);
    }

    long commands() {
        return commands.get();
    }
}
