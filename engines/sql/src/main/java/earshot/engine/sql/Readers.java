package earshot.engine.sql;

import earshot.core.history.HistoryUnavailable;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Threads that read, each with a connection of its own, behind one bounded queue. Thread-safe; the caller never blocks. Reads that ask for the
 * same and have not begun yet are one: a thousand clients that come back at once cost a room one read or two, and none of them sees less than
 * was there when it asked.
 */
final class Readers<S extends AutoCloseable> implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Readers.class.getName());
    private static final int QUEUE = 10_000;
    /** So long after a failed read all is taken for well again. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** A question to the file. */
    interface Query<S, T> {
        T ask(S statements) throws SQLException;
    }

    /** Prepares what a reader says to its connection. */
    interface Statements<S> {
        S over(Connection connection) throws SQLException;
    }

    /** A read that waits for its thread. */
    private record Waiting<S, T>(Object key, Query<S, T> query, CompletableFuture<T> answer) {
        /** @param failed told before whoever asked: who hears of a failure finds it in the numbers */
        void run(S statements, Consumer<Exception> failed) {
            try {
                answer.complete(query.ask(statements));
            } catch (SQLException | RuntimeException e) {
                failed.accept(e);
                answer.completeExceptionally(new HistoryUnavailable("reading failed", e));
            }
        }
    }

    private final BlockingQueue<Waiting<S, ?>> queue = new ArrayBlockingQueue<>(QUEUE);
    private final ConcurrentHashMap<Object, CompletableFuture<?>> waiting = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Clock clock;
    private final Meter meter;
    private final AtomicLong failedNanos;
    private volatile boolean closed;

    Readers(String name, int count, SqliteFile file, Statements<S> statements, Clock clock, Meter meter)
            throws SQLException {
        this.clock = clock;
        this.meter = meter;
        this.failedNanos = new AtomicLong(clock.nanos() - QUIET_NANOS);
        for (int i = 0; i < count; i++) {
            Connection connection = file.connectToRead();
            S prepared = statements.over(connection);
            threads.add(Thread.ofPlatform().name(name + "-" + i).daemon().start(() -> run(connection, prepared)));
        }
    }

    /** @param key equal keys ask the same, and always for the same type */
    @SuppressWarnings("unchecked") // by the promise about keys
    <T> CompletionStage<T> ask(Object key, Query<S, T> query) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        CompletableFuture<?> earlier = waiting.putIfAbsent(key, answer);
        if (earlier != null) return (CompletableFuture<T>) earlier;
        if (closed || !queue.offer(new Waiting<>(key, query, answer))) {
            waiting.remove(key, answer);
            answer.completeExceptionally(new HistoryUnavailable(closed ? "closed" : "too many reads wait"));
        }
        return answer;
    }

    private void run(Connection connection, S statements) {
        try (connection;
                statements) {
            while (!closed) {
                Waiting<S, ?> next = queue.take();
                // From here on it may see less than the next who asks should.
                waiting.remove(next.key(), next.answer());
                next.run(statements, this::onFailed);
            }
        } catch (InterruptedException _) {
            // Closing.
        } catch (Exception e) {
            LOG.log(System.Logger.Level.WARNING, "a reader of the database did not close cleanly", e);
        }
    }

    /** Other pages may well be read meanwhile, so that a success says nothing; said once until there was quiet. */
    private void onFailed(Exception e) {
        meter.add(Metric.SQL_READS_FAILED, 1, Failure.of(e));
        boolean known = !isHealthy();
        failedNanos.set(clock.nanos());
        if (!known) LOG.log(System.Logger.Level.WARNING, "the database cannot be read: " + Failure.of(e), e);
    }

    /** Whether no read failed for half a minute. Any thread. */
    boolean isHealthy() {
        return clock.nanos() - failedNanos.get() >= QUIET_NANOS;
    }

    /** Waits for the reads that run; those that wait fail. */
    @Override
    public void close() {
        closed = true;
        for (Thread thread : threads) thread.interrupt();
        for (Thread thread : threads) Uninterrupted.join(thread);
        for (Waiting<S, ?> rest = queue.poll(); rest != null; rest = queue.poll())
            rest.answer().completeExceptionally(new HistoryUnavailable("closed"));
    }
}
