package earshot.core.time;

/** Time as an argument. Thread-safe. */
public interface Clock {
    /** Monotonic, for durations and deadlines; its zero means nothing. */
    long nanos();

    /** Unix time in milliseconds, for people; may jump. */
    long millis();

    /** The machine's. */
    Clock SYSTEM = new Clock() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long millis() {
            return System.currentTimeMillis();
        }
    };
}
