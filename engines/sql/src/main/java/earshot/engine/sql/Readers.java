package earshot.engine.sql;

import earshot.core.history.HistoryUnavailable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Threads that read, each with a connection of its own, behind one bounded queue. Thread-safe; the caller never blocks. Reads that ask for the
 * same and have not begun yet are one: a thousand clients that come back at once cost a room one read or two, and none of them sees less than
 * was there when it asked.
 */
final class Readers<S extends AutoCloseable> implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Readers.class.getName());
    private static final int QUEUE = 10_000;

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
        void run(S statements) {
            try {
                answer.complete(query.ask(statements));
            } catch (SQLException | RuntimeException e) {
                answer.completeExceptionally(new HistoryUnavailable("reading failed", e));
            }
        }
    }

    private final BlockingQueue<Waiting<S, ?>> queue = new ArrayBlockingQueue<>(QUEUE);
    private final ConcurrentHashMap<Object, CompletableFuture<?>> waiting = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    Readers(String name, int count, SqliteFile file, Statements<S> statements) throws SQLException {
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
                next.run(statements);
            }
        } catch (InterruptedException _) {
            // Closing.
        } catch (Exception e) {
            LOG.log(System.Logger.Level.WARNING, "a reader of the database did not close cleanly", e);
        }
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
