package earshot.gateway;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The sum of all bytes that the node holds for clients: incomplete messages, output that waits, rings. Thread-safe. It refuses nothing by
 * itself: near it each loop cuts its fattest sessions, at it new connections hear 503.
 */
public final class ByteBudget {
    private final long limit;
    private final long near;
    private final Meter meter;
    private final AtomicLong used = new AtomicLong();
    private final AtomicInteger slowReaders = new AtomicInteger();

    /** @param limit bytes, at least 1 */
    public ByteBudget(long limit, Meter meter) {
        if (limit < 1) throw new IllegalArgumentException("budget: " + limit + " (expected: >= 1)");
        this.limit = limit;
        this.near = limit - limit / 10;
        this.meter = meter;
    }

    /** Holds more, or with a negative number less. */
    void hold(long bytes) {
        if (bytes == 0) return;
        used.addAndGet(bytes);
        meter.move(Metric.BUDGET_BYTES, bytes);
    }

    /** So many more sessions of the node have a socket that does not keep up, or with a negative number fewer. */
    void slowReaders(int more) {
        slowReaders.addAndGet(more);
    }

    /** What each slow reader of the node would hold if all of it were theirs, in equal parts. */
    long perSlowReader() {
        return used.get() / Math.max(1, slowReaders.get());
    }

    public long used() {
        return used.get();
    }

    /** From here on sessions are cut, the fattest first. */
    public boolean isNear() {
        return used.get() >= near;
    }

    /** Nobody new comes in. */
    public boolean isFull() {
        return used.get() >= limit;
    }
}
