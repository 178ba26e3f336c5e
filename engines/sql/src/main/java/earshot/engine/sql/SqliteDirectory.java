package earshot.engine.sql;

import earshot.core.history.HistoryUnavailable;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.presence.MemberBook;
import earshot.core.room.RoomRules;
import earshot.core.session.UserBook;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Users, members and usage in one SQLite file, {@code directory.db}. Thread-safe; callers never block; stages complete on this
 * engine's threads and fail with {@link HistoryUnavailable}.
 *
 * <p>Threads: {@code sqlite-directory} writes, members every 100 ms and everything else as it comes; {@code sqlite-directory-read} reads. The
 * command line may visit the file while a server has it open ({@link #visit}), to put a user.
 */
public final class SqliteDirectory implements UserBook, MemberBook, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SqliteDirectory.class.getName());
    private static final String FILE = "directory.db";
    private static final Duration HOURS_KEPT = Duration.ofDays(7);

    /** Keys of reads that may be shared. */
    private sealed interface Asked {
        record User(UserId user) implements Asked {}

        record Returning(RoomId room) implements Asked {}
    }

    private final SqliteFile file;
    private final Clock clock;
    private final KnownUsers known = new KnownUsers();
    private final DirectoryWriter writer;
    private final Readers<DirectoryReads> readers;
    private final SqliteUsage usage;
    private final SqliteResumeBook resume;
    private boolean closed;

    private SqliteDirectory(SqliteFile file, Clock clock, Meter meter, Duration hoursKept, boolean visiting)
            throws SQLException {
        this.file = file;
        this.clock = clock;
        Connection connection = file.connect();
        UsageQueue queue = new UsageQueue(meter);
        writer = new DirectoryWriter(connection, clock, meter, queue, hoursKept, visiting);
        long run = writer.runId();
        readers = new Readers<>("sqlite-directory-read", 1, file, c -> new DirectoryReads(c, run), clock, meter);
        usage = new SqliteUsage(queue, writer, readers);
        resume = new SqliteResumeBook(writer, clock);
        writer.start();
    }

    /** Opens the directory of the server in a data directory. Throws {@link DatabaseUnusable}. */
    public static SqliteDirectory open(Path directory, Clock clock, Meter meter) {
        return open(directory, HOURS_KEPT, clock, meter);
    }

    /** @param hoursKept how long usage is kept by the hour, once it is archived by the day */
    public static SqliteDirectory open(Path directory, Duration hoursKept, Clock clock, Meter meter) {
        return open(SqliteFile.open(directory.resolve(FILE), Schema.DIRECTORY), clock, meter, hoursKept, false);
    }

    /** Opens it for a moment beside a server, or without one; leaves no trace among the members. Throws {@link DatabaseUnusable}. */
    public static SqliteDirectory visit(Path directory, Clock clock) {
        return open(SqliteFile.visit(directory.resolve(FILE), Schema.DIRECTORY), clock, Meter.NONE, HOURS_KEPT, true);
    }

    private static SqliteDirectory open(
            SqliteFile file, Clock clock, Meter meter, Duration hoursKept, boolean visiting) {
        try {
            return new SqliteDirectory(file, clock, meter, hoursKept, visiting);
        } catch (SQLException e) {
            file.close();
            throw file.unusable(e);
        }
    }

    /** What tenants used, in the same file. */
    public SqliteUsage usage() {
        return usage;
    }

    /** What clients come back to, in the same file. */
    public SqliteResumeBook resume() {
        return resume;
    }

    @Override
    public CompletionStage<Optional<Profile>> find(UserId user) {
        Profile at = known.find(user);
        if (at != null) return CompletableFuture.completedStage(Optional.of(at));
        long before = known.changes();
        return readers.ask(new Asked.User(user), r -> r.user(user)).thenApply(found -> {
            found.ifPresent(profile -> known.keep(profile, before));
            return found;
        });
    }

    @Override
    public CompletionStage<Void> put(Profile profile) {
        return writer.write(w -> w.put(profile)).thenAccept(_ -> known.put(profile));
    }

    @Override
    public void entered(RoomId room, Profile user, long joinedMillis) {
        writer.entered(room, user, joinedMillis);
    }

    @Override
    public void left(RoomId room, UserId user) {
        writer.left(room, user);
    }

    @Override
    public CompletionStage<List<Returning>> returning(RoomId room) {
        long since = clock.millis() - returnWithin().toMillis();
        return readers.ask(new Asked.Returning(room), r -> r.returning(room, since))
                .exceptionally(e -> {
                    LOG.log(System.Logger.Level.DEBUG, "members of the last run are not known", e);
                    return List.of();
                });
    }

    private static Duration returnWithin() {
        return RoomRules.RETURN_WITHIN;
    }

    /** Writes what waits. Blocks for as long as that takes. */
    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        try (SqliteFile _ = file) {
            readers.close();
            writer.close();
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.WARNING, "the directory was not closed cleanly; the next start checks it", e);
        }
    }
}
