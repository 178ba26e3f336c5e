package earshot.core.testkit;

/**
 * Where random tests begin. The quick run plays the same schedules and inputs each time, so that it fails for the change in hand and for nothing else; the
 * long run draws new ones, and {@code -Dearshot.seed} repeats what it found.
 */
public final class Seeds {
    private static final long OF_QUICK_RUNS = 20_261_122;

    private Seeds() {}

    /** The first seed of a test; further rounds count on from it. */
    public static long first() {
        return Long.getLong("earshot.seed", Boolean.getBoolean("earshot.long") ? System.nanoTime() : OF_QUICK_RUNS);
    }
}
