package earshot.engine.sql;

import earshot.core.history.HistoryUnavailable;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A product's tables in a SQLite file of their own, or in memory. One thread writes ({@code sqlite-NAME}), one reads; at most {@value #QUEUE} changes
 * wait, more are refused. A change that was answered survives {@code kill -9}; a power failure may take the last ones.
 */
public final class SqliteTables implements SqlTables {
    private static final System.Logger LOG = System.getLogger(SqliteTables.class.getName());
    private static final int QUEUE = 2_000;
    private static final int PAGE_BYTES = 4096;

    /**
     * Which tables.
     *
     * @param name of the file, without {@code .db}, and of the threads
     * @param applicationId in the file's header, so that one database is not taken for another
     * @param steps names of the migrations {@code /migrations/sqlite/NAME/STEP.sql}, in order; never changed after a release, only added
     */
    public record Plan(String name, int applicationId, List<String> steps) {
        Schema schema() {
            return new Schema(name, applicationId, PAGE_BYTES, steps);
        }
    }

    private record Waiting(Runnable step, CompletableFuture<?> answer) {}

    /** What a reader asks with; closed with its thread. */
    private record Reading(Connection connection) implements AutoCloseable {
        @Override
        public void close() {}
    }

    private final @Nullable SqliteFile file;
    private final Connection connection;
    private final @Nullable Readers<Reading> readers;
    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Followers followers = new Followers();
    private final Thread thread;
    private volatile boolean failing;
    private volatile boolean closing;

    private SqliteTables(
            String name, @Nullable SqliteFile file, Connection connection, @Nullable Readers<Reading> readers)
            throws SQLException {
        this.file = file;
        this.connection = connection;
        this.readers = readers;
        SqliteFile.execute(connection, "PRAGMA foreign_keys=ON");
        thread = Thread.ofPlatform().name("sqlite-" + name).daemon().start(this::run);
    }

    /** Opens {@code NAME.db} in a data directory. Throws {@link DatabaseUnusable}. */
    public static SqliteTables open(Path directory, Plan plan, Clock clock, Meter meter) {
        SqliteFile file = SqliteFile.open(directory.resolve(plan.name() + ".db"), plan.schema());
        try {
            var readers = new Readers<>("sqlite-" + plan.name() + "-read", 1, file, Reading::new, clock, meter);
            return new SqliteTables(plan.name(), file, file.connect(), readers);
        } catch (SQLException e) {
            file.close();
            throw file.unusable(e);
        }
    }

    /** In this process only, gone with it. */
    public static SqliteTables inMemory(Plan plan) {
        try {
            Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
            plan.schema().migrate(connection, Path.of(plan.name()));
            return new SqliteTables(plan.name(), null, connection, null);
        } catch (SQLException e) {
            throw new IllegalStateException("a database in memory cannot be made", e);
        }
    }

    @Override
    public <T extends @Nullable Object> CompletionStage<T> read(Question<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (readers == null) enqueue(() -> look(question, answer), answer);
        else
            readers.ask(new Object(), reading -> seen(question, reading.connection))
                    .whenComplete((seen, failure) -> {
                        if (seen != null) seen.tell(answer);
                        else answer.completeExceptionally(failure);
                    });
        return answer;
    }

    /** What came of a question; who asked may have thought better of it, and the database is well all the same. */
    private record Seen<T extends @Nullable Object>(
            T value, @Nullable RuntimeException thrown) {
        void tell(CompletableFuture<T> answer) {
            if (thrown == null) answer.complete(value);
            else answer.completeExceptionally(thrown);
        }
    }

    /** All that is asked sees the same state. */
    private static <T extends @Nullable Object> Seen<T> seen(Question<T> question, Connection on) throws SQLException {
        SqliteFile.execute(on, "BEGIN");
        try {
            return new Seen<>(question.ask(on), null);
        } catch (RuntimeException e) {
            return thrown(e);
        } finally {
            SqliteFile.execute(on, "COMMIT");
        }
    }

    @SuppressWarnings("NullAway") // nobody looks at the value of what was thrown
    private static <T extends @Nullable Object> Seen<T> thrown(RuntimeException e) {
        return new Seen<>(null, e);
    }

    private <T extends @Nullable Object> void look(Question<T> question, CompletableFuture<T> answer) {
        try {
            answer.complete(question.ask(connection));
        } catch (SQLException e) {
            answer.completeExceptionally(new HistoryUnavailable("reading failed", e));
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    @Override
    public <T extends @Nullable Object> CompletionStage<T> write(Work<T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        enqueue(() -> store(work, answer), answer);
        return answer;
    }

    private void enqueue(Runnable step, CompletableFuture<?> answer) {
        if (closing || !queue.offer(new Waiting(step, answer)))
            answer.completeExceptionally(new HistoryUnavailable(closing ? "closed" : "too many changes wait"));
    }

    private void run() {
        while (!closing || !queue.isEmpty()) {
            try {
                queue.take().step.run();
            } catch (InterruptedException _) {
                // Closing: what waits is still done.
            }
        }
    }

    private <T extends @Nullable Object> void store(Work<T> work, CompletableFuture<T> answer) {
        List<String> news = new ArrayList<>();
        T result;
        try {
            SqliteFile.execute(connection, "BEGIN IMMEDIATE");
            result = work.on(connection, news::add);
            SqliteFile.execute(connection, "COMMIT");
            failing = false;
        } catch (SQLException e) {
            undo();
            onFailed(e);
            answer.completeExceptionally(new HistoryUnavailable("not written: " + Failure.of(e), e));
            return;
        } catch (RuntimeException e) {
            undo();
            answer.completeExceptionally(e);
            return;
        }
        followers.tell(news);
        answer.complete(result);
    }

    private void undo() {
        try {
            SqliteFile.execute(connection, "ROLLBACK");
        } catch (SQLException _) {
            // SQLite rolls some failures back itself.
        }
    }

    private void onFailed(SQLException e) {
        if (!failing && !Failure.isConstraint(e))
            LOG.log(System.Logger.Level.WARNING, "tables cannot be written: " + Failure.of(e), e);
        failing = !Failure.isConstraint(e);
    }

    @Override
    public void follow(Follower follower) {
        followers.add(follower);
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public boolean isHealthy() {
        return !failing && (readers == null || readers.isHealthy());
    }

    @Override
    public void close() {
        if (closing) return;
        closing = true;
        thread.interrupt();
        Uninterrupted.join(thread);
        for (Waiting rest = queue.poll(); rest != null; rest = queue.poll())
            rest.answer.completeExceptionally(new HistoryUnavailable("closed"));
        if (readers != null) readers.close();
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.WARNING, "tables were not closed cleanly", e);
        }
        if (file != null) file.close();
    }
}
