package earshot.core.testkit;

import earshot.core.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that moves only when told to. Thread-safe. */
public final class ManualClock implements Clock {
    /** A time of day that people can read in a failing test: 2026-01-01T00:00:00Z. */
    private static final long START_MILLIS = 1_767_225_600_000L;

    private final AtomicLong nanos = new AtomicLong(1_000_000_000L);
    private final AtomicLong jumpedMillis = new AtomicLong();

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public long millis() {
        return START_MILLIS + jumpedMillis.get() + nanos.get() / 1_000_000;
    }

    /** Sets the wall clock, ahead or back; what is measured with {@link #nanos} does not see it. */
    public void jump(Duration by) {
        jumpedMillis.addAndGet(by.toMillis());
    }

    public void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }

    public void advanceTo(long atNanos) {
        nanos.accumulateAndGet(atNanos, Math::max);
    }
}
