package earshot.gateway;

/**
 * What one session alone makes the node hold behind its socket. Exists only while the socket has not taken everything. Confined to the session's
 * loop.
 */
final class Unsent {
    private final ByteBudget budget;
    private long bytes;
    private long sinceNanos;

    /** Its place in {@link SessionLoop}'s list of those whose socket is behind. */
    int index;

    Unsent(ByteBudget budget, long nowNanos) {
        this.budget = budget;
        this.sinceNanos = nowNanos;
    }

    void is(long now, long nowNanos) {
        if (now == bytes) return;
        budget.hold(now - bytes);
        bytes = now;
        sinceNanos = nowNanos;
    }

    /** Whether nothing has moved for too long. */
    boolean isHopeless(long nowNanos, long patienceNanos) {
        return nowNanos - sinceNanos > patienceNanos;
    }
}
