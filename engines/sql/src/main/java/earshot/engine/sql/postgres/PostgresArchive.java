package earshot.engine.sql.postgres;

import earshot.core.history.Archive;
import earshot.core.history.MessageBook.RoomSummary;
import earshot.core.history.Retention;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.session.UserBook;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The archive in a PostgreSQL database, in a schema {@code earshot} of its own. Thread-safe; callers never block; stages complete on virtual threads of this
 * engine. Any number of nodes may use one database, and start at once.
 *
 * <p>A row is an entry of the log, never changed but for the blanking of what was deleted. How a message is now is found when it is read, from the newest of
 * its changes, so it does not matter in which order nodes store what belongs together.
 */
public final class PostgresArchive implements Archive, AutoCloseable {
    /** Rooms that one call of {@link #retain} looks at. */
    private static final int ROOMS_AT_ONCE = 100;

    private static final String AGED = """
            SELECT id FROM earshot.room WHERE max_age_millis IS NOT NULL AND oldest_at > 0
              AND oldest_at < ? - max_age_millis LIMIT ? FOR UPDATE SKIP LOCKED""";

    private final PostgresPool pool;
    private final Clock clock;
    private final RoomIds ids = new RoomIds();

    private PostgresArchive(PostgresPool pool, Clock clock) {
        this.pool = pool;
        this.clock = clock;
    }

    /** Connects, and makes or migrates the tables. Blocks; throws {@link earshot.engine.sql.DatabaseUnusable}. */
    public static PostgresArchive open(PostgresSettings settings, Clock clock, Meter meter) {
        return new PostgresArchive(PostgresPool.open(settings, clock, meter), clock);
    }

    /** Users that last as long as the archive, over the same connections. */
    public UserBook users() {
        return new PostgresUserBook(pool, clock);
    }

    @Override
    public CompletionStage<Void> store(List<KeptEvent> entries) {
        if (entries.isEmpty()) return CompletableFuture.completedStage(null);
        return pool.ask("store", connection -> {
                    ArchiveWrites.store(connection, entries, ids);
                    return true;
                })
                .thenApply(_ -> null);
    }

    @Override
    public CompletionStage<Position> reached(RoomId room, Position after, int limit) {
        return pool.ask("reached", connection -> ArchiveReads.reached(connection, room, after, limit));
    }

    @Override
    public CompletionStage<Boolean> settle(RoomId room, Position after, Position upTo, Retention retention) {
        return pool.ask(
                "settle",
                connection -> ArchiveWrites.settle(
                        connection, ids.of(connection, room), after, upTo, retention, clock.millis()));
    }

    @Override
    public CompletionStage<Optional<Position>> settled(RoomId room) {
        return pool.ask("settled", connection -> ArchiveReads.settled(connection, room));
    }

    @Override
    public CompletionStage<List<KeptEvent>> read(RoomId room, Position after, Position upTo, int limit) {
        return pool.ask("read", connection -> ArchiveReads.read(connection, room, after, upTo, limit));
    }

    @Override
    public CompletionStage<Optional<Message>> find(RoomId room, String messageId) {
        return pool.ask("find", connection -> ArchiveReads.find(connection, room, messageId));
    }

    @Override
    public CompletionStage<List<Message>> before(RoomId room, Position before, int limit) {
        return pool.ask("page", connection -> ArchiveReads.before(connection, room, before, limit));
    }

    @Override
    public CompletionStage<List<Message>> after(RoomId room, Position after, Position upTo, int limit) {
        return pool.ask("page", connection -> ArchiveReads.after(connection, room, after, upTo, limit));
    }

    @Override
    public CompletionStage<List<RoomSummary>> rooms(@Nullable RoomId after, int limit) {
        return pool.ask("rooms", connection -> ArchiveReads.rooms(connection, after, limit));
    }

    @Override
    public CompletionStage<List<RoomId>> known(@Nullable RoomId after, int limit) {
        return pool.ask("rooms", connection -> ArchiveReads.known(connection, after, limit));
    }

    @Override
    public CompletionStage<Map<RoomId, Long>> shown(Map<RoomId, Position> upTo) {
        return pool.ask("rooms", connection -> ArchiveReads.shown(connection, upTo));
    }

    @Override
    public CompletionStage<Boolean> retain() {
        return pool.ask("retain", connection -> {
            List<Integer> aged = aged(connection);
            int gone = 0;
            for (int room : aged) gone += RoomTrim.trim(connection, room, clock.millis());
            return gone > 0;
        });
    }

    private List<Integer> aged(Connection connection) throws SQLException {
        List<Integer> found = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(AGED)) {
            select.setLong(1, clock.millis());
            select.setInt(2, ROOMS_AT_ONCE);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) found.add(row.getInt(1));
            }
        }
        return found;
    }

    @Override
    public boolean isHealthy() {
        return pool.isHealthy();
    }

    /** Waits for what is under way. */
    @Override
    public void close() {
        pool.close();
    }
}
