package earshot.engine.redis;

import earshot.core.history.Archive;
import earshot.core.message.KeptEvent;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Brings what this node appended into the archive, a moment later and many entries at a time: a batch leaves when the one before is stored. Thread-safe, never
 * blocks. Nothing hangs on it: what does not fit into the queue, or could not be stored, is in Redis, and {@link ArchiveSweep} finds it.
 */
final class WriteBehind {
    static final int MAX_ENTRIES = 50_000;
    static final long MAX_BYTES = 64L << 20;
    private static final int BATCH = 500;

    private final Archive archive;
    private final Clock clock;
    private final Meter meter;
    private final ArrayDeque<KeptEvent> queue = new ArrayDeque<>();
    private long bytes;
    private boolean storing;
    private CompletableFuture<?> quiet = CompletableFuture.completedFuture(null);

    WriteBehind(Archive archive, Clock clock, Meter meter) {
        this.archive = archive;
        this.clock = clock;
        this.meter = meter;
    }

    void offer(KeptEvent entry) {
        synchronized (this) {
            if (queue.size() >= MAX_ENTRIES || bytes > MAX_BYTES) {
                meter.add(Metric.ARCHIVE_LEFT, 1, "full");
                return;
            }
            queue.add(entry);
            bytes += entry.weightBytes();
            meter.move(Metric.ARCHIVE_QUEUE, 1);
            if (storing) return;
            storing = true;
            quiet = new CompletableFuture<>();
        }
        storeNext();
    }

    /** One batch after the other until there is none, as long as the archive answers at once; else the answer goes on. */
    private void storeNext() {
        for (List<KeptEvent> batch = take(); !batch.isEmpty(); batch = take()) {
            List<KeptEvent> sent = batch;
            long begun = clock.nanos();
            CompletableFuture<Void> answer = archive.store(sent).toCompletableFuture();
            if (!answer.isDone()) {
                var _ = answer.whenComplete((_, failure) -> {
                    onAnswer(sent.size(), begun, failure);
                    storeNext();
                });
                return;
            }
            onAnswer(sent.size(), begun, answer.isCompletedExceptionally() ? answer.exceptionNow() : null);
        }
    }

    private synchronized List<KeptEvent> take() {
        List<KeptEvent> batch = new ArrayList<>(Math.min(BATCH, queue.size()));
        while (batch.size() < BATCH && !queue.isEmpty()) {
            KeptEvent entry = queue.remove();
            bytes -= entry.weightBytes();
            batch.add(entry);
        }
        meter.move(Metric.ARCHIVE_QUEUE, -batch.size());
        if (batch.isEmpty()) {
            storing = false;
            quiet.complete(null);
        }
        return batch;
    }

    private void onAnswer(int entries, long begun, @Nullable Throwable failure) {
        meter.observe(Metric.ARCHIVE_STORE, clock.nanos() - begun);
        if (failure == null) meter.add(Metric.ARCHIVED, entries, "appended");
        else meter.add(Metric.ARCHIVE_LEFT, entries, "failed");
    }

    /** Done when nothing waits any more. */
    synchronized CompletionStage<?> quiet() {
        return quiet;
    }

    /** Waits until nothing waits any more, for so long at most. */
    void drain(Duration limit) {
        try {
            quiet().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception _) {
            // The sweep of another node finds the rest.
        }
    }
}
