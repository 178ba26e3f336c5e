package earshot.engine.sql;

import earshot.core.time.Clock;
import java.time.Duration;

/**
 * The wall clock as far as it is believed where something is deleted for its age. A clock that jumps ahead, by a wrong time server or a hand, would
 * make everything old at once, and what is deleted does not come back when the clock does: a jump counts only when it has lasted ten minutes. One
 * that jumps back is believed at once: it deletes nothing. Thread-safe.
 */
final class BelievedTime {
    private static final System.Logger LOG = System.getLogger(BelievedTime.class.getName());
    /** Clocks are slewed, machines sleep: this much is no jump. */
    private static final long SMALL_MILLIS = Duration.ofMinutes(1).toMillis();

    private static final long PATIENCE_NANOS = Duration.ofMinutes(10).toNanos();
    private static final long NEVER = Long.MIN_VALUE;

    private final Clock clock;
    private long millis;
    private long atNanos;
    private long doubtedNanos = NEVER;

    BelievedTime(Clock clock) {
        this.clock = clock;
        believe(clock.millis(), clock.nanos());
    }

    synchronized long millis() {
        long wall = clock.millis();
        long nanos = clock.nanos();
        long expected = millis + (nanos - atNanos) / 1_000_000;
        if (wall - expected <= SMALL_MILLIS) {
            believe(wall, nanos);
            return wall;
        }
        if (doubtedNanos == NEVER) {
            doubtedNanos = nanos;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the clock jumped ahead by {0}: messages are not deleted for their age by it unless it stays so for {1}",
                    Duration.ofMillis(wall - expected),
                    Duration.ofNanos(PATIENCE_NANOS));
        }
        if (nanos - doubtedNanos < PATIENCE_NANOS) return expected;
        believe(wall, nanos);
        return wall;
    }

    private void believe(long wall, long nanos) {
        millis = wall;
        atNanos = nanos;
        doubtedNanos = NEVER;
    }
}
