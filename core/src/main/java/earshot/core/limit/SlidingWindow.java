package earshot.core.limit;

/**
 * So many in any window of a length, exactly: remembers the time of each that was let through, so its memory is the limit. Not thread-safe:
 * belongs to one owner. What is refused does not count.
 */
public final class SlidingWindow {
    private final long windowNanos;
    private final long[] taken;
    private int oldest;
    private int size;

    /**
     * @param limit 1..10000
     * @param windowNanos positive
     */
    public SlidingWindow(int limit, long windowNanos) {
        if (limit < 1 || limit > 10_000)
            throw new IllegalArgumentException("limit: " + limit + " (expected: 1..10000)");
        if (windowNanos < 1) throw new IllegalArgumentException("windowNanos: " + windowNanos + " (expected: >= 1)");
        this.windowNanos = windowNanos;
        this.taken = new long[limit];
    }

    public boolean tryTake(long nowNanos) {
        forget(nowNanos);
        if (size == taken.length) return false;
        taken[(oldest + size) % taken.length] = nowNanos;
        size++;
        return true;
    }

    /** Whether nothing is remembered, so that its owner may forget it. */
    public boolean isEmpty(long nowNanos) {
        forget(nowNanos);
        return size == 0;
    }

    private void forget(long nowNanos) {
        while (size > 0 && nowNanos - taken[oldest] >= windowNanos) {
            oldest = (oldest + 1) % taken.length;
            size--;
        }
    }
}
