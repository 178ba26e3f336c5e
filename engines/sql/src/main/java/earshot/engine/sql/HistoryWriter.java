package earshot.engine.sql;

import earshot.core.history.HistoryUnavailable;
import earshot.core.history.RoomLog.Appended;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;

/**
 * The one thread that writes the log: takes what waits, up to a batch, stores it in one transaction, and tells after the commit. Callers of
 * {@link #offer} never block; over {@link SqliteSettings#queueDrafts} or {@link SqliteSettings#queueBytes} they are refused. When a transaction
 * fails, everything in it fails, and the next one begins from what the file says: a full disk is survived. While writing fails and nobody asks for
 * any, it tries by itself, so that {@link #isHealthy} says when it works again.
 */
final class HistoryWriter implements Runnable {
    private static final System.Logger LOG = System.getLogger(HistoryWriter.class.getName());
    /** Rows of a commit gain little beyond this, and whoever waits for a commit waits for those in it. */
    private static final int BATCH = 500;

    private static final long IDLE_MILLIS = 250;
    private static final long TRIM_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SLOWED_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final SqliteFile file;
    private final SqliteSettings settings;
    private final Transaction transaction;
    private final Connection connection;
    private final Feed feed;
    private final Meter meter;
    private final Lock gate;
    private final Runnable onWalGrown;
    private final BlockingQueue<Work> queue;
    private final AtomicLong queuedBytes = new AtomicLong();
    private final List<Work> batch = new ArrayList<>(BATCH);
    private final Thread thread;
    private long trimmedAt = System.nanoTime();
    private volatile boolean failing;
    private volatile boolean closing;
    private volatile boolean closed;

    HistoryWriter(
            SqliteFile file,
            Connection connection,
            Transaction transaction,
            SqliteSettings settings,
            Feed feed,
            Meter meter,
            Lock gate,
            Runnable onWalGrown) {
        this.file = file;
        this.connection = connection;
        this.transaction = transaction;
        this.settings = settings;
        this.feed = feed;
        this.meter = meter;
        this.gate = gate;
        this.onWalGrown = onWalGrown;
        queue = new ArrayBlockingQueue<>(settings.queueDrafts());
        thread = Thread.ofPlatform().name("sqlite-writer").daemon().unstarted(this);
    }

    void start() {
        thread.start();
    }

    /** Whether the last commit worked and there will be more. Any thread. */
    boolean isHealthy() {
        return !failing && !closed;
    }

    /** False: too much waits, or the writer is closed. */
    boolean offer(Work work) {
        if (closed || queuedBytes.get() > settings.queueBytes()) return false;
        if (!queue.offer(work)) return false;
        queuedBytes.addAndGet(bytes(work));
        meter.move(Metric.SQL_QUEUE, 1);
        if (closed) failTheRest();
        return true;
    }

    @Override
    public void run() {
        try {
            while (!closing || !queue.isEmpty()) turn();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            closed = true;
            failTheRest();
        }
    }

    private void turn() throws InterruptedException {
        if (isOverTheHardLimit()) LockSupport.parkNanos(SLOWED_NANOS);
        take();
        boolean trims = transaction.hasOverdue() && (batch.isEmpty() || trimIsDue());
        if (batch.isEmpty() && !trims && !failing) return;
        if (trims) trimmedAt = System.nanoTime();
        long started = System.nanoTime();
        gate.lock();
        try {
            write(trims);
        } finally {
            gate.unlock();
        }
        meter.observe(Metric.SQL_COMMIT, System.nanoTime() - started);
        tell(transaction.outcomes());
        transaction.outcomes().clear();
        if (file.walBytes() >= settings.softWalBytes()) onWalGrown.run();
    }

    private void take() throws InterruptedException {
        batch.clear();
        // With something to trim there is no waiting for work, unless trimming would only fail again.
        boolean waits = failing || !transaction.hasOverdue();
        Work first = waits ? queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS) : queue.poll();
        if (first == null) return;
        gather();
        batch.add(first);
        queue.drainTo(batch, BATCH - 1);
        long bytes = 0;
        for (Work work : batch) bytes += bytes(work);
        queuedBytes.addAndGet(-bytes);
        meter.move(Metric.SQL_QUEUE, -batch.size());
    }

    /**
     * A loop offers one message after the other, and the first of them wakes the writer: where they share a core it would be the only one in its
     * commit, and a commit costs as much as ten rows. So whoever is about to offer more may do it first.
     */
    @SuppressWarnings(
            "ThreadPriorityCheck") // a hint is enough: without it commits are smaller, and nothing else changes
    private void gather() {
        long until = System.nanoTime() + GATHER_NANOS;
        int before = -1;
        int waiting = queue.size();
        while (waiting > before && waiting < BATCH && System.nanoTime() < until) {
            Thread.yield();
            before = waiting;
            waiting = queue.size();
        }
    }

    private void write(boolean trims) {
        boolean told = false;
        try {
            if (!file.isInPlace()) throw new DatabaseGone(file.path());
            transaction.begin();
            if (failing) transaction.prove();
            for (Work work : batch) transaction.take(work);
            transaction.finish(trims);
            if (settings.durability() == Durability.ASYNC) {
                told = true;
                tellAppends(transaction.outcomes());
            }
            transaction.commit();
            onWritten();
        } catch (SQLException | RuntimeException e) {
            onFailed(e, told);
        }
    }

    private void onWritten() {
        meter.add(Metric.SQL_COMMITS, 1);
        meter.add(Metric.SQL_ROWS, transaction.rows());
        if (failing) LOG.log(System.Logger.Level.INFO, "history is written again");
        failing = false;
    }

    private void onFailed(Exception e, boolean told) {
        if (!failing) LOG.log(System.Logger.Level.WARNING, "history cannot be written: " + Failure.of(e), e);
        failing = true;
        HistoryUnavailable cause = new HistoryUnavailable(Failure.of(e), "not written: " + Failure.of(e), e);
        transaction.rollBack(told);
        transaction.outcomes().clear();
        for (Work work : batch) fail(work, cause);
        if (told) feed.tellGap();
    }

    private void tell(List<Outcome> outcomes) {
        tellAppends(outcomes);
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Outcome.Of<?> other) other.complete();
        }
    }

    /** Once for each: under {@code async} before the commit, so that there is nothing left to say after it. */
    private void tellAppends(List<Outcome> outcomes) {
        for (Outcome outcome : outcomes) {
            if (!(outcome instanceof Outcome.OfAppend(Work.Append work, Appended result))) continue;
            if (work.answer().isDone()) continue;
            if (result instanceof Appended.Stored(var entry, var repeated) && !repeated) feed.tell(entry);
            work.answer().complete(result);
        }
    }

    private boolean isOverTheHardLimit() {
        return file.walBytes() >= settings.hardWalBytes() && !closing;
    }

    private boolean trimIsDue() {
        return System.nanoTime() - trimmedAt > TRIM_EVERY_NANOS;
    }

    private void failTheRest() {
        HistoryUnavailable cause = new HistoryUnavailable("closed", "closed", null);
        for (Work work = queue.poll(); work != null; work = queue.poll()) fail(work, cause);
    }

    private static void fail(Work work, HistoryUnavailable cause) {
        switch (work) {
            case Work.Append append -> append.answer().completeExceptionally(cause);
            case Work.Open open -> open.answer().completeExceptionally(cause);
            case Work.Settle settle -> settle.answer().completeExceptionally(cause);
            case Work.Release _, Work.Trim _ -> {}
        }
    }

    private static long bytes(Work work) {
        return work instanceof Work.Append append ? append.bytes() : 0;
    }

    /** Stores what waits, then ends; the connection is the caller's again. */
    Connection drain() {
        closing = true;
        Uninterrupted.join(thread);
        return connection;
    }
}
