package earshot.core.relay;

import earshot.core.time.Clock;
import java.time.Duration;

/**
 * Stamps that order what several nodes decide without asking each other: a hybrid logical clock (Kulkarni and others, "Logical Physical Clocks",
 * 2014). A stamp is Unix time in milliseconds and, in its lower 16 bits, a count; each is higher than all that this clock gave or heard of before. So
 * who answers to a value has the higher stamp, however wrong the clocks of the nodes are. Confined to one loop.
 */
public final class StampClock {
    /** A stamp from further ahead than this is no stamp: following it would make every later one as wrong. */
    private static final long MAX_AHEAD_MILLIS = Duration.ofHours(1).toMillis();

    private static final int COUNTER_BITS = 16;

    private final Clock clock;
    private long last;

    public StampClock(Clock clock) {
        this.clock = clock;
    }

    public long next() {
        last = Math.max(last + 1, clock.millis() << COUNTER_BITS);
        return last;
    }

    /** Hears of another node's stamp. False: it is so far ahead that one of the clocks is wrong, and is not followed. */
    public boolean observe(long stamp) {
        if (stamp <= last) return true;
        if ((stamp >> COUNTER_BITS) - clock.millis() > MAX_AHEAD_MILLIS) return false;
        last = stamp;
        return true;
    }
}
