package earshot.engine.redis;

import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before trying again: 20 ms, doubling to 1 s, each cut by up to a half so that nodes do not come back together. */
final class Backoff {
    private static final long FIRST_NANOS = 20_000_000L;
    private static final long LONGEST_NANOS = 1_000_000_000L;

    private long nanos = FIRST_NANOS;

    long nextNanos() {
        long now = nanos;
        nanos = Math.min(LONGEST_NANOS, nanos * 2);
        return now - ThreadLocalRandom.current().nextLong(now / 2);
    }

    void reset() {
        nanos = FIRST_NANOS;
    }
}
