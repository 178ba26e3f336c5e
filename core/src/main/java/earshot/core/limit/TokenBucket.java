package earshot.core.limit;

/** Refills steadily, holds a burst. Not thread-safe: belongs to one owner. */
public final class TokenBucket {
    private final double perNano;
    private final double burst;
    private double tokens;
    private long atNanos;

    /**
     * @param perSecond tokens that come back in a second, above 0
     * @param burst most tokens at once, at least 1; the bucket begins full
     */
    public TokenBucket(double perSecond, double burst, long nowNanos) {
        if (!(perSecond > 0)) throw new IllegalArgumentException("perSecond: " + perSecond + " (expected: > 0)");
        if (!(burst >= 1)) throw new IllegalArgumentException("burst: " + burst + " (expected: >= 1)");
        this.perNano = perSecond / 1e9;
        this.burst = burst;
        this.tokens = burst;
        this.atNanos = nowNanos;
    }

    /** Takes one when there is one. What is refused costs nothing. */
    public boolean tryTake(long nowNanos) {
        refill(nowNanos);
        if (tokens < 1) return false;
        tokens -= 1;
        return true;
    }

    /** How long until {@link #tryTake} says yes; 0: now. */
    public long waitNanos(long nowNanos) {
        refill(nowNanos);
        return tokens >= 1 ? 0 : (long) Math.ceil((1 - tokens) / perNano);
    }

    /** Whether it is as if never used, so that its owner may forget it. */
    public boolean isFull(long nowNanos) {
        refill(nowNanos);
        return tokens >= burst;
    }

    /** How many there are now; for freezing. */
    public double tokens(long nowNanos) {
        refill(nowNanos);
        return tokens;
    }

    /** Goes on as a bucket that had so many. */
    public void restore(double had, long nowNanos) {
        tokens = had >= 0 ? Math.min(burst, had) : 0;
        atNanos = nowNanos;
    }

    private void refill(long nowNanos) {
        long passed = nowNanos - atNanos;
        if (passed <= 0) return;
        tokens = Math.min(burst, tokens + passed * perNano);
        atNanos = nowNanos;
    }
}
