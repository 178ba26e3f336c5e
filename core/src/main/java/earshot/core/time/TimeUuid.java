package earshot.core.time;

import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Makes UUIDs of version 7 (RFC 9562 section 5.7), each greater than the one before, so that an index on them grows at its end. Thread-safe.
 */
public final class TimeUuid {
    private static final int COUNTER_BITS = 12;

    private final Clock clock;
    private final RandomGenerator random;
    private long last;

    /** @param random to be unguessable where ids are secrets; message ids are not */
    public TimeUuid(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /** The 12 bits after the time count within a millisecond; when they run out, or the clock goes back, time is borrowed from ahead. */
    public UUID next() {
        long stamp = nextStamp();
        long high = (stamp >>> COUNTER_BITS) << 16 | 0x7000L | (stamp & 0xfff);
        long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        return new UUID(high, low);
    }

    private synchronized long nextStamp() {
        last = Math.max(last + 1, clock.millis() << COUNTER_BITS);
        return last;
    }

    /** As text, lower case with hyphens. */
    public String nextText() {
        return next().toString();
    }
}
