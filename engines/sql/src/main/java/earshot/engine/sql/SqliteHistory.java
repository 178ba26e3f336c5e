package earshot.engine.sql;

import earshot.core.history.HistoryUnavailable;
import earshot.core.history.MessageBook;
import earshot.core.history.Retention;
import earshot.core.history.RoomLog;
import earshot.core.message.Command;
import earshot.core.message.Draft;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Log and book in one SQLite file, {@code messages.db}. Thread-safe; callers never block; stages complete on this engine's threads.
 *
 * <p>Threads: {@code sqlite-writer} stores in group commits, {@code sqlite-checkpoint} keeps the write-ahead log short and looks for rooms
 * that hold more than they should, {@code sqlite-read-N} answer reads. Every queue is bounded and answers {@link HistoryUnavailable} when full.
 *
 * <p>Positions go on after a restart, in the same epoch unless the log may have gone back ({@link Durability}). Idempotency keys are known for
 * five minutes, also after a crash; of one room the newest 10,000. Retention is applied within seconds, to rooms that nobody has open as well.
 * One process at a time: a second one is told {@link DatabaseUnusable}.
 */
public final class SqliteHistory implements RoomLog, MessageBook, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SqliteHistory.class.getName());
    private static final String FILE = "messages.db";
    /** A single entry above this is refused: it would hold up everybody's commit. */
    private static final long MAX_ENTRY_BYTES = 16L << 20;
    /** Rooms that are trimmed after one look. */
    private static final int OVERDUE = 100;

    /** Keys of reads that may be shared. */
    private sealed interface Asked {
        record Slice(RoomId room, Position after, int limit) implements Asked {}

        record Page(RoomId room, Command.From from, int limit) implements Asked {}

        record Find(RoomId room, String message) implements Asked {}

        record Rooms(@Nullable RoomId after, int limit) implements Asked {}

        record Overdue() implements Asked {}
    }

    private final SqliteFile file;
    private final Witness witness;
    private final SqliteSettings settings;
    private final BelievedTime believed;
    private final Feed feed = new Feed();
    private final Generation generation;
    private final Transaction transaction;
    private final HistoryWriter writer;
    private final Checkpointer checkpointer;
    private final Readers<HistoryReads> readers;
    private boolean closed;

    private SqliteHistory(SqliteFile file, Witness witness, SqliteSettings settings, Clock clock, Meter meter)
            throws SQLException {
        this.file = file;
        this.witness = witness;
        this.settings = settings;
        ReentrantLock gate = new ReentrantLock(true);
        Connection connection = file.connect();
        prepare(connection);
        generation = Generation.begin(connection, settings.durability(), witness);
        file.remember();
        believed = new BelievedTime(clock);
        transaction = new Transaction(connection, generation, witness, clock, believed);
        checkpointer = new Checkpointer(file, gate, settings, meter, this::sweep);
        writer = new HistoryWriter(file, connection, transaction, settings, feed, meter, gate, checkpointer::wake);
        readers = new Readers<>("sqlite-read", settings.readers(), file, HistoryReads::new, clock, meter);
        writer.start();
        checkpointer.start();
    }

    /** Opens the history in a data directory, made if it is not there. Throws {@link DatabaseUnusable}. */
    public static SqliteHistory open(Path directory, SqliteSettings settings, Clock clock, Meter meter) {
        SqliteFile file = SqliteFile.open(directory.resolve(FILE), Schema.MESSAGES);
        try {
            return new SqliteHistory(file, file.witness(), settings, clock, meter);
        } catch (SQLException e) {
            file.close();
            throw file.unusable(e);
        }
    }

    private void prepare(Connection connection) throws SQLException {
        SqliteFile.execute(connection, "PRAGMA wal_autocheckpoint=0");
        SqliteFile.execute(connection, "PRAGMA journal_size_limit=" + settings.softWalBytes() / 2);
        SqliteFile.execute(connection, "PRAGMA cache_size=-32768");
    }

    /**
     * False while the log cannot be written: since a commit failed, until one works again; and when the writer has ended. False for half a minute
     * after a read failed.
     */
    public boolean isHealthy() {
        return writer.isHealthy() && readers.isHealthy();
    }

    @Override
    public CompletionStage<Position> open(RoomId room, Retention retention) {
        CompletableFuture<Position> answer = new CompletableFuture<>();
        return offered(new Work.Open(room, retention, answer), answer);
    }

    @Override
    public CompletionStage<Appended> append(Draft draft) {
        long bytes = Weight.of(draft);
        CompletableFuture<Appended> answer = new CompletableFuture<>();
        if (isTooLarge(draft, bytes)) {
            answer.complete(new Appended.NotStored(Problem.TOO_LARGE));
            return answer;
        }
        if (!writer.offer(new Work.Append(draft, (int) bytes, answer))) {
            answer.completeExceptionally(full());
        }
        return answer;
    }

    private static HistoryUnavailable full() {
        return new HistoryUnavailable("queue_full", "too much waits to be written", null);
    }

    private static boolean isTooLarge(Draft draft, long bytes) {
        String key = draft.idempotencyKey();
        return bytes > MAX_ENTRY_BYTES
                || draft.change().messageId().length() > Message.MAX_ID_CHARS
                || (key != null && key.length() > Draft.MAX_IDEMPOTENCY_KEY_CHARS);
    }

    @Override
    public CompletionStage<Slice> read(RoomId room, Position after, int limit) {
        return ask(new Asked.Slice(room, after, limit), r -> r.slice(room, after, limit, generation.epoch()));
    }

    @Override
    public Following follow(RoomId room, Follower follower) {
        return feed.follow(room, follower);
    }

    /** A refusal is no harm: the room is known a little longer. */
    @Override
    public void release(RoomId room) {
        writer.offer(new Work.Release(room));
    }

    @Override
    public CompletionStage<Optional<Message>> find(RoomId room, String messageId) {
        return ask(new Asked.Find(room, messageId), r -> r.find(room, messageId));
    }

    @Override
    public CompletionStage<Page> page(RoomId room, Command.From from, int limit) {
        return ask(new Asked.Page(room, from, limit), r -> r.page(room, from, limit));
    }

    @Override
    public CompletionStage<List<RoomSummary>> rooms(@Nullable RoomId after, int limit) {
        return settled().thenCompose(_ -> readers.ask(new Asked.Rooms(after, limit), r -> r.rooms(after, limit)));
    }

    /** Under {@code async} what was answered may not be committed yet, but must be seen. */
    private <T> CompletionStage<T> ask(Asked key, Readers.Query<HistoryReads, T> query) {
        if (settings.durability() != Durability.ASYNC) return readers.ask(key, query);
        CompletableFuture<Boolean> committed = new CompletableFuture<>();
        return offered(new Work.Settle(committed), committed).thenCompose(_ -> readers.ask(key, query));
    }

    private CompletionStage<Boolean> settled() {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        return offered(new Work.Settle(answer), answer);
    }

    private <T> CompletionStage<T> offered(Work work, CompletableFuture<T> answer) {
        if (!writer.offer(work)) answer.completeExceptionally(full());
        return answer;
    }

    /** Finds rooms that hold more than they should, and lets the writer trim them. */
    private void sweep() {
        overdue().exceptionally(e -> {
            LOG.log(System.Logger.Level.DEBUG, "looking for what to trim failed", e);
            return false;
        });
    }

    private CompletionStage<Boolean> overdue() {
        return readers.ask(new Asked.Overdue(), r -> r.overdue(believed.millis(), OVERDUE))
                .thenApply(rooms -> {
                    for (int room : rooms) writer.offer(new Work.Trim(room));
                    return !rooms.isEmpty();
                });
    }

    /** Applies retention now. True: there was something to trim, and there may be more. */
    CompletionStage<Boolean> trimNow() {
        return settled()
                .thenCompose(_ -> overdue())
                .thenCompose(some -> settled().thenApply(_ -> some));
    }

    /** Stores what waits, puts everything into the database file itself, and marks it clean. Blocks for as long as that takes. */
    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        try (SqliteFile _ = file;
                Witness _ = witness;
                Connection connection = writer.drain()) {
            checkpointer.close();
            readers.close();
            transaction.endClean();
            transaction.close();
            SqliteFile.execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.WARNING, "the history was not closed cleanly; the next start checks it", e);
        }
    }
}
