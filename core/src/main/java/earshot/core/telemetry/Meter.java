package earshot.core.telemetry;

/** Port: where numbers go. Thread-safe, never blocks, never allocates for a metric without labels. */
public interface Meter {
    /** Adds to a counter. */
    void add(Metric metric, long amount);

    /** Adds to a counter with labels, given in the order of {@link Metric#labels}. The number of label sets is bounded: more become {@code other}. */
    void add(Metric metric, long amount, String label);

    void add(Metric metric, long amount, String label1, String label2);

    /** Moves a gauge up or down. */
    void move(Metric metric, long delta);

    void move(Metric metric, long delta, String label);

    void move(Metric metric, long delta, String label1, String label2);

    /** Records a duration in a histogram. */
    void observe(Metric metric, long nanos);

    /** Counts nothing. */
    Meter NONE = new Meter() {
        @Override
        public void add(Metric metric, long amount) {}

        @Override
        public void add(Metric metric, long amount, String label) {}

        @Override
        public void add(Metric metric, long amount, String label1, String label2) {}

        @Override
        public void move(Metric metric, long delta) {}

        @Override
        public void move(Metric metric, long delta, String label) {}

        @Override
        public void move(Metric metric, long delta, String label1, String label2) {}

        @Override
        public void observe(Metric metric, long nanos) {}
    };
}
