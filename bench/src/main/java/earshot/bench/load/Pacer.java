package earshot.bench.load;

/** When the next message is published. Owned by the loop of its generator. */
interface Pacer {
    /** Nothing is published that is due at the end or later. */
    void start(long atNanos, long untilNanos);

    /** A steady member heard a message of this generator's run. */
    void onHeard();

    /** What was due before now is published first. */
    void stop();

    /** Nothing is said. */
    Pacer SILENT = new Pacer() {
        @Override
        public void start(long atNanos, long untilNanos) {}

        @Override
        public void onHeard() {}

        @Override
        public void stop() {}
    };
}
