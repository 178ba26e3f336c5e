package earshot.core.limit;

/**
 * So many in a window that starts with the first after the last window's end. Not thread-safe: belongs to one owner. Everything tried counts,
 * also what is refused (threadkit's rule, protocols/threadkit.md section 7).
 */
public final class FixedWindow {
    private final int limit;
    private final long windowNanos;
    private long startNanos;
    private int count;

    /**
     * @param limit 1..
     * @param windowNanos positive
     */
    public FixedWindow(int limit, long windowNanos) {
        if (limit < 1) throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
        if (windowNanos < 1) throw new IllegalArgumentException("windowNanos: " + windowNanos + " (expected: >= 1)");
        this.limit = limit;
        this.windowNanos = windowNanos;
    }

    /** Counts one; false when it is over the limit. */
    public boolean tryTake(long nowNanos) {
        if (count == 0 || nowNanos - startNanos >= windowNanos) {
            startNanos = nowNanos;
            count = 0;
        }
        if (count < Integer.MAX_VALUE) count++;
        return count <= limit;
    }

    /** How many of the current window were refused so far. */
    public int refused() {
        return Math.max(0, count - limit);
    }

    /** How many were counted in the window that {@link #startNanos} began; for freezing. */
    public int count() {
        return count;
    }

    /** How long ago the window began; for freezing. */
    public long ageNanos(long nowNanos) {
        return nowNanos - startNanos;
    }

    /** Goes on as a window that began so long ago and counted so many. */
    public void restore(int counted, long ageNanos, long nowNanos) {
        count = Math.max(0, counted);
        startNanos = nowNanos - Math.max(0, ageNanos);
    }
}
