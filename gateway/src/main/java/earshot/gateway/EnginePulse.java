package earshot.gateway;

/**
 * The heartbeat of one session (section "Heartbeat" of revision 4): the server pings, the client answers in time. Deadlines are moments, not timers,
 * so that whoever looks first finds out: the sweep, or a request of the client's. Confined to the session's loop.
 */
final class EnginePulse {
    /** Two clocks, and a request on its way. */
    private static final long SLACK_NANOS = 1_000_000;

    private final EngineTerms terms;
    private long aliveNanos;
    /** Since when it is waited for, although something else was heard. */
    private long heardNanos;

    private boolean pinged;
    private boolean heard;

    EnginePulse(EngineTerms terms, long nowNanos) {
        this.terms = terms;
        this.aliveNanos = nowNanos;
    }

    void pong(long nowNanos) {
        aliveNanos = nowNanos;
        pinged = false;
        heard = false;
    }

    /** Something else: while a pong is due the wait begins again, once. */
    void heard(long nowNanos) {
        if (!pinged || heard) return;
        heard = true;
        heardNanos = nowNanos;
    }

    /** Whether a ping has to be sent now; it counts as sent. */
    boolean isPingDue(long nowNanos) {
        if (pinged || nowNanos - aliveNanos < terms.pingIntervalNanos) return false;
        pinged = true;
        return true;
    }

    boolean isDead(long nowNanos) {
        long silent = nowNanos - aliveNanos - terms.pingIntervalNanos;
        if (silent < terms.pingTimeoutNanos - SLACK_NANOS) return false;
        return !heard || nowNanos - heardNanos >= terms.pingTimeoutNanos;
    }
}
