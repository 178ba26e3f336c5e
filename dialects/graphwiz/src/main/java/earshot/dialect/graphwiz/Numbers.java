package earshot.dialect.graphwiz;

import earshot.core.message.CloseReason;
import earshot.core.telemetry.Histogram;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the seed's performance report says that no other number does. Thread-safe. Latencies are those of two windows, so that a report is never without the
 * last {@code METRICS_SAMPLE_SIZE} messages, nor full of yesterday's.
 */
public final class Numbers {
    private final boolean tracksLatency;
    private final int window;
    private final LongAdder messageErrors = new LongAdder();
    private final LongAdder undelivered = new LongAdder();
    private final LongAdder connectionErrors = new LongAdder();
    private final LongAdder accepted = new LongAdder();
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicReference<Windows> windows =
            new AtomicReference<>(new Windows(new Histogram(), new Histogram(), new LongAdder()));

    private record Windows(Histogram before, Histogram now, LongAdder count) {}

    Numbers(boolean tracksLatency, int window) {
        this.tracksLatency = tracksLatency;
        this.window = window;
    }

    void connected() {
        accepted.increment();
        active.incrementAndGet();
    }

    void disconnected(CloseReason reason) {
        active.decrementAndGet();
        if (isAbnormal(reason)) connectionErrors.increment();
    }

    private static boolean isAbnormal(CloseReason reason) {
        return switch (reason) {
            case CLIENT_LEFT, DRAINING, KICKED, REVOKED -> false;
            case IDLE, DEAD_PEER, SLOW_READER, OVER_BUDGET, TOO_BIG, PROTOCOL_ERROR, BAD_DATA, ABUSE, FAULT -> true;
        };
    }

    void handshakeRefused() {
        connectionErrors.increment();
    }

    void messageError() {
        messageErrors.increment();
    }

    /** Messages that a client that acknowledges has not acknowledged. */
    void undelivered(int count) {
        undelivered.add(count);
    }

    /** From the whole message to the last hand-over of its fan-out. */
    void latency(long nanos) {
        if (!tracksLatency) return;
        Windows current = windows.get();
        current.now.record(nanos);
        current.count.increment();
        if (current.count.sum() >= window)
            windows.compareAndSet(current, new Windows(current.now, new Histogram(), new LongAdder()));
    }

    /** Connections of this dialect to this node that are in a room, or on their way in. */
    public int connections() {
        return active.get();
    }

    public long connectionsAccepted() {
        return accepted.sum();
    }

    /** Refused handshakes, and connections that ended without a goodbye. */
    public long connectionErrors() {
        return connectionErrors.sum();
    }

    /** Malformed and undeliverable; those over their rate are counted elsewhere. */
    public long messageErrors() {
        return messageErrors.sum() + undelivered.sum();
    }

    /** Of the last messages. */
    public Latency latency() {
        Windows current = windows.get();
        Histogram.Snapshot before = current.before.snapshot();
        Histogram.Snapshot now = current.now.snapshot();
        long count = before.count() + now.count();
        long average = count == 0 ? 0 : (before.sumNanos() + now.sumNanos()) / count;
        return new Latency(
                average,
                Math.max(before.quantile(0.5), now.quantile(0.5)),
                Math.max(before.quantile(0.99), now.quantile(0.99)));
    }

    /** In nanoseconds; the greater of two windows. */
    public record Latency(long averageNanos, long p50Nanos, long p99Nanos) {}
}
