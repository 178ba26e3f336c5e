package earshot.engine.sql.postgres;

import earshot.core.message.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Keeps no more of a room than is to be kept, oldest first, in slices. The room's row is locked. */
final class RoomTrim {
    /** What one transaction takes away: the rest goes with the next. */
    private static final int MOST = 5_000;

    private static final String ROOM =
            "SELECT messages, oldest_at, max_messages, max_age_millis, max_bytes FROM earshot.room WHERE id = ?";

    private static final String NEWEST_MESSAGES = """
            SELECT epoch, pos FROM earshot.entry WHERE room = ? AND kind = 0 AND NOT blank
            ORDER BY epoch DESC, pos DESC OFFSET ? LIMIT 1""";

    private static final String YOUNG =
            "SELECT epoch, pos FROM earshot.entry WHERE room = ? AND said_at >= ? ORDER BY epoch, pos LIMIT 1";

    /** As heavy as they are in Redis, roughly. */
    private static final String FITTING = """
            SELECT epoch, pos FROM (SELECT epoch, pos, sum(200 + octet_length(content) + coalesce(octet_length(html), 0)
                + coalesce(octet_length(body), 0)) OVER (ORDER BY epoch DESC, pos DESC) AS bytes
              FROM earshot.entry WHERE room = ?) w
            WHERE bytes <= ? ORDER BY epoch, pos LIMIT 1""";

    private static final String DELETE = """
            DELETE FROM earshot.entry WHERE ctid = ANY (ARRAY(SELECT ctid FROM earshot.entry
              WHERE room = ? AND (epoch, pos) < (?, ?) ORDER BY epoch, pos LIMIT ?))""";

    private static final String COUNT_AGAIN = """
            UPDATE earshot.room SET
              messages = (SELECT count(*) FROM earshot.entry e WHERE e.room = id AND e.kind = 0 AND NOT e.blank
                AND (e.epoch, e.pos) <= (room.epoch, room.pos)),
              oldest_at = coalesce((SELECT e.said_at FROM earshot.entry e WHERE e.room = id
                ORDER BY e.epoch, e.pos LIMIT 1), 0)
            WHERE id = ?""";

    private static final Position EVERYTHING = new Position(Long.MAX_VALUE, Long.MAX_VALUE);

    private RoomTrim() {}

    /** Returns how many entries went. */
    static int trim(Connection connection, int room, long nowMillis) throws SQLException {
        List<Position> limits = firstToStay(connection, room, nowMillis);
        if (limits.isEmpty()) return 0;
        Position first = Position.START;
        for (Position each : limits) if (each.isAfter(first)) first = each;
        int gone = delete(connection, room, first);
        countAgain(connection, room);
        return gone;
    }

    /** By each limit that the room may be over. */
    private static List<Position> firstToStay(Connection connection, int room, long nowMillis) throws SQLException {
        List<Position> found = new ArrayList<>(3);
        try (PreparedStatement select = connection.prepareStatement(ROOM)) {
            select.setInt(1, room);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) return found;
                long messages = row.getLong(1);
                long oldestAt = row.getLong(2);
                long most = row.getLong(3);
                if (most > 0 && messages > most)
                    found.add(place(connection, NEWEST_MESSAGES, room, most - 1, Position.START));
                long age = row.getLong(4);
                if (age > 0 && oldestAt > 0 && oldestAt < nowMillis - age)
                    found.add(place(connection, YOUNG, room, nowMillis - age, EVERYTHING));
                long bytes = row.getLong(5);
                if (bytes > 0) found.add(place(connection, FITTING, room, bytes, EVERYTHING));
            }
        }
        return found;
    }

    /** @param otherwise when there is no such place */
    private static Position place(Connection connection, String query, int room, long limit, Position otherwise)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(query)) {
            select.setInt(1, room);
            select.setLong(2, limit);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? EntryRow.position(row) : otherwise;
            }
        }
    }

    private static int delete(Connection connection, int room, Position before) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(DELETE)) {
            delete.setInt(1, room);
            delete.setInt(ArchiveReads.bind(delete, 2, before), MOST);
            return delete.executeUpdate();
        }
    }

    private static void countAgain(Connection connection, int room) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(COUNT_AGAIN)) {
            update.setInt(1, room);
            update.executeUpdate();
        }
    }
}
