package earshot.engine.sql;

import earshot.core.history.Retention;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.time.Clock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The writer's statements on rooms: their small integers, tops, and sums. Sums are added up in memory and written now and then, together with
 * the row of the log up to which they count; what came after it is counted again at the next start.
 */
final class RoomTable implements AutoCloseable {
    /** Never more than this of a room's newest entries is searched for idempotency keys at its opening. */
    private static final int SEARCHED = RecentKeys.MAX_KEYS;

    /** What a row of the log counts in a room's bytes; {@link Weight} says the same of a draft. */
    static final String WEIGHT =
            "300 + octet_length(text) + coalesce(octet_length(html), 0) + coalesce(octet_length(body), 0)";

    private static final Duration LONGEST = Duration.ofDays(365_000);

    private final Connection connection;
    private final PreparedStatement find;
    private final PreparedStatement add;
    private final PreparedStatement newest;
    private final PreparedStatement retain;
    private final PreparedStatement count;
    private final PreparedStatement keys;

    RoomTable(Connection connection) throws SQLException {
        this.connection = connection;
        find = connection.prepareStatement("SELECT id, top FROM room WHERE realm = ? AND tenant = ? AND name = ?");
        add = connection.prepareStatement("INSERT INTO room (realm, tenant, name) VALUES (?, ?, ?) RETURNING id, top");
        newest = connection.prepareStatement("SELECT max(place) FROM entry WHERE room = ?");
        retain = connection.prepareStatement(
                "UPDATE room SET max_messages = ?, max_age_millis = ?, max_bytes = ? WHERE id = ?");
        count = connection.prepareStatement("""
                UPDATE room SET messages = messages + ?, bytes = bytes + ?, last_at = max(last_at, ?), top = max(top, ?),
                  oldest_at = CASE WHEN oldest_at = 0 THEN ? ELSE oldest_at END WHERE id = ?""");
        keys = connection.prepareStatement("""
                SELECT e.at, e.place, e.idempotency, a.realm, a.user FROM entry e JOIN author a ON a.id = e.author
                WHERE e.room = ? ORDER BY e.place DESC LIMIT ?""");
    }

    /** What the file knows of a room; made when it knows nothing. */
    RoomState load(RoomId room, long epoch, Clock clock) throws SQLException {
        int id;
        long top;
        try (ResultSet row = findOrAdd(room)) {
            id = row.getInt(1);
            top = row.getLong(2);
        }
        newest.setInt(1, id);
        try (ResultSet row = newest.executeQuery()) {
            if (row.next()) top = Math.max(top, row.getLong(1));
        }
        long offset = Place.epoch(top) == epoch ? Place.offset(top) : 0;
        return new RoomState(room, id, recentKeys(id, clock), offset);
    }

    /** Kept in the file, so that rooms nobody has open are trimmed as well. */
    void retain(RoomState room, Retention r) throws SQLException {
        bindLimit(1, r.maxMessages(), r.maxMessages() == Retention.UNLIMITED);
        boolean forever = r.maxAge().compareTo(LONGEST) > 0;
        bindLimit(2, forever ? 0 : r.maxAge().toMillis(), forever);
        bindLimit(3, r.maxBytes(), r.maxBytes() == Retention.UNLIMITED);
        retain.setInt(4, room.id);
        retain.executeUpdate();
    }

    /** Writes down what was added up. */
    void count(Iterable<RoomState> rooms, long epoch) throws SQLException {
        for (RoomState room : rooms) {
            count.setLong(1, room.messages);
            count.setLong(2, room.bytes);
            count.setLong(3, room.lastMillis);
            count.setLong(4, Place.of(epoch, room.offset));
            count.setLong(5, room.firstMillis);
            count.setInt(6, room.id);
            count.executeUpdate();
            room.onCounted();
        }
        SqliteFile.execute(
                connection,
                "INSERT OR REPLACE INTO state (name, value) SELECT 'counted', coalesce(max(seq), 0) FROM entry");
    }

    /** At start: adds what was appended after the last {@link #count}. */
    void countTheRest() throws SQLException {
        String counted = Generation.read(connection, "counted", "0");
        SqliteFile.execute(connection, """
                UPDATE room SET messages = room.messages + d.messages, bytes = room.bytes + d.bytes,
                  top = max(room.top, d.top), last_at = max(room.last_at, d.last_at),
                  oldest_at = CASE WHEN room.oldest_at = 0 THEN d.first_at ELSE room.oldest_at END
                FROM (SELECT room, sum(CASE kind WHEN 0 THEN 1 WHEN 2 THEN -1 ELSE 0 END) AS messages,
                    sum(%s) AS bytes, max(place) AS top, max(CASE kind WHEN 0 THEN at ELSE 0 END) AS last_at,
                    min(at) AS first_at
                  FROM entry WHERE seq > %d GROUP BY room) AS d
                WHERE room.id = d.room""".formatted(WEIGHT, Long.parseLong(counted)));
        count(List.of(), 0);
    }

    private ResultSet findOrAdd(RoomId room) throws SQLException {
        for (PreparedStatement statement : List.of(find, add)) {
            statement.setString(1, room.realm());
            statement.setString(2, room.tenant());
            statement.setString(3, room.name());
            ResultSet row = statement.executeQuery();
            if (row.next()) return row;
            row.close();
        }
        throw new SQLException("room: not added");
    }

    private void bindLimit(int column, long limit, boolean unlimited) throws SQLException {
        if (unlimited) retain.setNull(column, Types.BIGINT);
        else retain.setLong(column, limit);
    }

    /** Of earlier epochs too: what is in the file was not lost, and whoever repeats it would double it. */
    private RecentKeys recentKeys(int room, Clock clock) throws SQLException {
        long nowMillis = clock.millis();
        long nowNanos = clock.nanos();
        Deque<Runnable> oldestFirst = new ArrayDeque<>();
        RecentKeys recent = new RecentKeys();
        keys.setInt(1, room);
        keys.setInt(2, SEARCHED);
        try (ResultSet row = keys.executeQuery()) {
            while (row.next() && row.getLong(1) >= nowMillis - RecentKeys.KEPT_MILLIS) {
                long ageMillis = Math.max(0, nowMillis - row.getLong(1));
                long place = row.getLong(2);
                String key = row.getString(3);
                if (key == null) continue;
                UserId author = new UserId(row.getString(4), row.getString(5));
                oldestFirst.addFirst(() ->
                        recent.remember(new RecentKeys.Key(author, key), place, nowNanos - ageMillis * 1_000_000));
            }
        }
        oldestFirst.forEach(Runnable::run);
        return recent;
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : List.of(find, add, newest, retain, count, keys)) statement.close();
    }
}
