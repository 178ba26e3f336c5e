package earshot.core.time;

/**
 * Things to do later on one loop. Confined to that loop. Meant for what is live (a typist, a tick, a linger); deadlines of connections are
 * integers swept by the gateway's wheel and cost nothing here. Resolution about a millisecond.
 */
public interface Deadlines {
    /** Runs the task once, not before {@link Clock#nanos()} reads {@code atNanos}. */
    Deadline at(long atNanos, Runnable task);

    /** A task that waits. */
    interface Deadline {
        /** No effect when it ran or was cancelled before. */
        void cancel();
    }
}
