package earshot.dialect.waddle;

import earshot.core.time.Clock;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** How many messages a socket may still send: a bucket of one second's worth that fills steadily. For one thread. */
final class Allowance {
    private static final long SECOND = 1_000_000_000L;

    private final int perSecond;
    private final Clock clock;

    /** A message costs a second's worth of nanoseconds, and every nanosecond brings {@code perSecond} of them. */
    private long saved;

    private long seenNanos;

    /** @param perSecond 0: as many as it likes */
    Allowance(int perSecond, Clock clock) {
        this.perSecond = perSecond;
        this.clock = clock;
        this.saved = perSecond * SECOND;
        this.seenNanos = perSecond == 0 ? 0 : clock.nanos();
    }

    boolean take() {
        if (perSecond == 0) return true;
        refill();
        if (saved < SECOND) return false;
        saved -= SECOND;
        return true;
    }

    private void refill() {
        long now = clock.nanos();
        long passed = Math.clamp(now - seenNanos, 0, SECOND);
        saved = Math.min(perSecond * SECOND, saved + passed * perSecond);
        seenNanos = now;
    }

    void freeze(DataOutput out) throws IOException {
        if (perSecond > 0) refill();
        out.writeLong(saved);
    }

    void thaw(DataInput in) throws IOException {
        saved = Math.clamp(in.readLong(), 0, perSecond * SECOND);
    }
}
