package earshot.gateway;

import org.jspecify.annotations.Nullable;

/**
 * What one session alone makes the node hold behind its socket. Exists only while the socket has not taken everything. Confined to the session's
 * loop.
 */
final class Unsent {
    private final ClientSession client;
    private final ByteBudget budget;
    private long bytes;
    private long sinceNanos;

    /** Its place in {@link SlowReaders}. */
    int index;

    Unsent(ClientSession client, ByteBudget budget, long nowNanos) {
        this.client = client;
        this.budget = budget;
        this.sinceNanos = nowNanos;
    }

    ClientSession client() {
        return client;
    }

    /**
     * Tells the node's budget what a session alone makes the node hold behind its socket: its own bytes, and what it costs to remember that others
     * are its too. Those are counted by {@link SharedBytes}, once for all members.
     *
     * @param ownBytes written to the link since it was empty, and shared with nobody
     * @param known what this said the last time
     * @return null: its socket has everything
     */
    static @Nullable Unsent behind(
            @Nullable Link link, long ownBytes, @Nullable Unsent known, ClientSession client, SessionLoop at) {
        long pending = link == null ? 0 : link.pendingBytes();
        if (link == null || pending == 0) {
            if (known != null) at.slowReaders().remove(known);
            return null;
        }
        long now = at.clock().nanos();
        Unsent unsent = known;
        if (unsent == null) {
            unsent = new Unsent(client, at.budget(), now);
            at.isBehind(unsent);
        }
        unsent.is(Math.min(pending, ownBytes) + link.pendingOverhead(), now);
        return unsent;
    }

    private void is(long now, long nowNanos) {
        if (now == bytes) return;
        budget.hold(now - bytes);
        bytes = now;
        sinceNanos = nowNanos;
    }

    /** Its socket has everything, or is gone. */
    void end() {
        budget.hold(-bytes);
        bytes = 0;
    }

    /** Whether nothing has moved for too long. */
    boolean isHopeless(long nowNanos, long patienceNanos) {
        return nowNanos - sinceNanos > patienceNanos;
    }
}
