package earshot.engine.redis;

/** The thread that owns lanes and subscriptions: runs one thing after the other, now or later. Thread-safe. */
interface Turns {
    void run(Runnable task);

    void later(long nanos, Runnable task);
}
