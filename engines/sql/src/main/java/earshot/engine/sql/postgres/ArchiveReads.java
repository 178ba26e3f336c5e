package earshot.engine.sql.postgres;

import earshot.core.history.MessageBook.RoomSummary;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The statements that read. Each runs in the transaction of the connection that it is given. */
final class ArchiveReads {
    private static final String ROOM = "(SELECT id FROM earshot.room WHERE realm = ? AND tenant = ? AND name = ?)";

    /** Behind a message come its newest edit and its newest pinning: both may have been stored before it. */
    private static final String NOW = """
            SELECT %s, c.content, c.html, c.body_dialect, c.body_type, c.body, c.said_at, p.kind, p.said_at
            FROM (%%s) e
              LEFT JOIN LATERAL (SELECT x.content, x.html, x.body_dialect, x.body_type, x.body, x.said_at
                FROM earshot.entry x WHERE x.room = e.room AND x.message = e.message AND x.kind = 1
                  AND (x.epoch, x.pos) > (e.epoch, e.pos) ORDER BY x.epoch DESC, x.pos DESC LIMIT 1) c ON true
              LEFT JOIN LATERAL (SELECT x.kind, x.said_at
                FROM earshot.entry x WHERE x.room = e.room AND x.message = e.message AND x.kind IN (3, 4)
                  AND (x.epoch, x.pos) > (e.epoch, e.pos) ORDER BY x.epoch DESC, x.pos DESC LIMIT 1) p ON true
            """.formatted(EntryRow.COLUMNS);

    private static final String FIND = NOW.formatted("SELECT * FROM earshot.entry WHERE room = " + ROOM
            + " AND message = ? AND kind = 0 ORDER BY epoch DESC, pos DESC LIMIT 1");

    private static final String SHOWN =
            "SELECT * FROM earshot.entry WHERE room = " + ROOM + " AND kind = 0 AND NOT blank";

    private static final String BEFORE =
            NOW.formatted(SHOWN + " AND (epoch, pos) < (?, ?) ORDER BY epoch DESC, pos DESC LIMIT ?")
                    + "ORDER BY e.epoch DESC, e.pos DESC";

    private static final String AFTER =
            NOW.formatted(SHOWN + " AND (epoch, pos) > (?, ?) AND (epoch, pos) <= (?, ?) ORDER BY epoch, pos LIMIT ?")
                    + "ORDER BY e.epoch, e.pos";

    private static final String READ = "SELECT " + EntryRow.COLUMNS + " FROM earshot.entry e WHERE e.room = " + ROOM
            + " AND (e.epoch, e.pos) > (?, ?) AND (e.epoch, e.pos) <= (?, ?) ORDER BY e.epoch, e.pos LIMIT ?";

    /** Offsets are dense: the last whose distance is its number. */
    private static final String REACHED = """
            SELECT max(pos) FROM (SELECT pos, row_number() OVER (ORDER BY pos) AS n FROM earshot.entry
              WHERE room = %s AND epoch = ? AND pos > ? AND pos <= ?) e
            WHERE e.pos - ? = e.n""".formatted(ROOM);

    private static final String SETTLED =
            "SELECT epoch, pos FROM earshot.room WHERE realm = ? AND tenant = ? AND name = ?";

    private static final String ROOMS = """
            SELECT realm, tenant, name, messages, last_at FROM earshot.room
            WHERE (realm, tenant, name) > (?, ?, ?) AND messages > 0 ORDER BY realm, tenant, name LIMIT ?""";

    private static final String KNOWN = """
            SELECT realm, tenant, name FROM earshot.room
            WHERE (realm, tenant, name) > (?, ?, ?) ORDER BY realm, tenant, name LIMIT ?""";

    private static final String SHOWN_UP_TO = """
            SELECT r.messages - (SELECT count(*) FROM earshot.entry e WHERE e.room = r.id AND e.kind = 0 AND NOT e.blank
              AND (e.epoch, e.pos) > (?, ?) AND (e.epoch, e.pos) <= (r.epoch, r.pos))
            FROM earshot.room r WHERE r.realm = ? AND r.tenant = ? AND r.name = ?""";

    private ArchiveReads() {}

    static Position reached(Connection connection, RoomId room, Position after, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(REACHED)) {
            int next = bind(select, bind(select, 1, room), after);
            select.setLong(next, after.offset() + limit);
            select.setLong(next + 1, after.offset());
            try (ResultSet row = select.executeQuery()) {
                long last = row.next() ? row.getLong(1) : 0;
                return last == 0 ? after : new Position(after.epoch(), last);
            }
        }
    }

    static Optional<Position> settled(Connection connection, RoomId room) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SETTLED)) {
            bind(select, 1, room);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(EntryRow.position(row)) : Optional.empty();
            }
        }
    }

    static List<KeptEvent> read(Connection connection, RoomId room, Position after, Position upTo, int limit)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(READ)) {
            select.setInt(bind(select, bind(select, bind(select, 1, room), after), upTo), limit);
            List<KeptEvent> found = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) found.add(EntryRow.entry(row, room));
            }
            return List.copyOf(found);
        }
    }

    static Optional<Message> find(Connection connection, RoomId room, String messageId) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(FIND)) {
            select.setString(bind(select, 1, room), StoredText.in(messageId));
            List<Message> found = messages(select, room);
            return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
        }
    }

    static List<Message> before(Connection connection, RoomId room, Position before, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(BEFORE)) {
            select.setInt(bind(select, bind(select, 1, room), before), limit);
            return messages(select, room);
        }
    }

    static List<Message> after(Connection connection, RoomId room, Position after, Position upTo, int limit)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(AFTER)) {
            select.setInt(bind(select, bind(select, bind(select, 1, room), after), upTo), limit);
            return messages(select, room);
        }
    }

    static List<RoomSummary> rooms(Connection connection, @Nullable RoomId after, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(ROOMS)) {
            bindList(select, after, limit);
            List<RoomSummary> found = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) found.add(new RoomSummary(room(row), row.getLong(4), row.getLong(5)));
            }
            return List.copyOf(found);
        }
    }

    static List<RoomId> known(Connection connection, @Nullable RoomId after, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(KNOWN)) {
            bindList(select, after, limit);
            List<RoomId> found = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) found.add(room(row));
            }
            return List.copyOf(found);
        }
    }

    private static void bindList(PreparedStatement select, @Nullable RoomId after, int limit) throws SQLException {
        select.setString(1, after == null ? "" : StoredText.in(after.realm()));
        select.setString(2, after == null ? "" : StoredText.in(after.tenant()));
        select.setString(3, after == null ? "" : StoredText.in(after.name()));
        select.setInt(4, limit);
    }

    private static RoomId room(ResultSet row) throws SQLException {
        return new RoomId(
                StoredText.out(row.getString(1)), StoredText.out(row.getString(2)), StoredText.out(row.getString(3)));
    }

    static Map<RoomId, Long> shown(Connection connection, Map<RoomId, Position> upTo) throws SQLException {
        Map<RoomId, Long> found = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(SHOWN_UP_TO)) {
            for (Map.Entry<RoomId, Position> asked : upTo.entrySet()) {
                bind(select, bind(select, 1, asked.getValue()), asked.getKey());
                try (ResultSet row = select.executeQuery()) {
                    if (row.next()) found.put(asked.getKey(), Math.max(0, row.getLong(1)));
                }
            }
        }
        return found;
    }

    private static List<Message> messages(PreparedStatement select, RoomId room) throws SQLException {
        List<Message> found = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) found.add(now(row, room));
        }
        return List.copyOf(found);
    }

    /** A message as it is now. */
    private static Message now(ResultSet row, RoomId room) throws SQLException {
        int next = EntryRow.NEXT_COLUMN;
        Message now = EntryRow.said(row, room);
        String edited = row.getString(next);
        if (edited != null)
            now = now.edited(
                    StoredText.out(edited),
                    StoredText.outOrNull(row.getString(next + 1)),
                    EntryRow.body(row, next + 2),
                    row.getLong(next + 5));
        int pinning = row.getInt(next + 6);
        if (pinning == EntryRow.PINNED) now = now.pinned(row.getLong(next + 7));
        return row.getBoolean(4) ? now.blanked() : now;
    }

    /** Returns the next parameter's number. */
    static int bind(PreparedStatement to, int first, RoomId room) throws SQLException {
        to.setString(first, StoredText.in(room.realm()));
        to.setString(first + 1, StoredText.in(room.tenant()));
        to.setString(first + 2, StoredText.in(room.name()));
        return first + 3;
    }

    static int bind(PreparedStatement to, int first, Position position) throws SQLException {
        to.setLong(first, position.epoch());
        to.setLong(first + 1, position.offset());
        return first + 2;
    }
}
