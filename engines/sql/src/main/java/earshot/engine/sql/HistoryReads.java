package earshot.engine.sql;

import earshot.core.history.MessageBook.Page;
import earshot.core.history.MessageBook.RoomSummary;
import earshot.core.history.RoomLog.Slice;
import earshot.core.message.Body;
import earshot.core.message.Command.From;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The statements that read, over one connection. Confined to the thread that has it; each read sees one state of the file. */
final class HistoryReads implements AutoCloseable {
    private static final String ENTRY = """
            SELECT e.place, e.kind, e.message, a.realm, a.user, a.name, a.avatar, a.attributes, e.at, e.text, e.html,
              e.reply_to, b.dialect, b.media_type, e.body,
              c.text, c.html, d.dialect, d.media_type, c.body, c.edited_at, c.pinned_at, coalesce(c.deleted, 0)
            FROM entry e JOIN author a ON a.id = e.author LEFT JOIN body_kind b ON b.id = e.body_kind
              LEFT JOIN changed c ON c.room = e.room AND c.place = e.place
              LEFT JOIN body_kind d ON d.id = c.body_kind
            """;
    private static final String SHOWN = ENTRY + "WHERE e.room = ? AND e.kind = 0 AND coalesce(c.deleted, 0) = 0 ";

    /** What the room's row says. */
    private record Room(int id, long top) {}

    private final Connection connection;
    private final PreparedStatement room;
    private final PreparedStatement ends;
    private final PreparedStatement entries;
    private final PreparedStatement at;
    private final PreparedStatement message;
    private final PreparedStatement forward;
    private final PreparedStatement backward;
    private final PreparedStatement rooms;
    private final PreparedStatement overdue;

    HistoryReads(Connection connection) throws SQLException {
        this.connection = connection;
        room = connection.prepareStatement("SELECT id, top FROM room WHERE realm = ? AND tenant = ? AND name = ?");
        ends = connection.prepareStatement("""
                SELECT (SELECT place FROM entry WHERE room = ? ORDER BY place LIMIT 1),
                  (SELECT place FROM entry WHERE room = ? ORDER BY place DESC LIMIT 1)""");
        entries = connection.prepareStatement(ENTRY + "WHERE e.room = ? AND e.place > ? ORDER BY e.place LIMIT ?");
        at = connection.prepareStatement(ENTRY + "WHERE e.room = ? AND e.place = ?");
        message = connection.prepareStatement(ENTRY + "WHERE e.room = ? AND e.message = ? AND e.kind = 0");
        forward = connection.prepareStatement(SHOWN + "AND e.place > ? ORDER BY e.place LIMIT ?");
        backward = connection.prepareStatement(SHOWN + "AND e.place < ? ORDER BY e.place DESC LIMIT ?");
        rooms = connection.prepareStatement("SELECT realm, tenant, name, messages, last_at FROM room WHERE "
                + "(realm, tenant, name) > (?, ?, ?) AND messages > 0 ORDER BY realm, tenant, name LIMIT ?");
        overdue = connection.prepareStatement("""
                SELECT id FROM room WHERE messages > max_messages OR bytes > max_bytes
                  OR (oldest_at > 0 AND oldest_at < ? - max_age_millis) LIMIT ?""");
    }

    Slice slice(RoomId id, Position after, int limit, long epoch) throws SQLException {
        SqliteFile.execute(connection, "BEGIN");
        try {
            Room found = room(id);
            if (found == null) return new Slice(List.of(), new Position(epoch, 0), reaches(after, epoch, 0, 0));
            return slice(found, id, after, limit, epoch);
        } finally {
            SqliteFile.execute(connection, "COMMIT");
        }
    }

    private Slice slice(Room found, RoomId id, Position after, int limit, long epoch) throws SQLException {
        long first;
        long top = found.top;
        ends.setInt(1, found.id);
        ends.setInt(2, found.id);
        try (ResultSet row = ends.executeQuery()) {
            first = row.getLong(1);
            top = Math.max(top, row.getLong(2));
        }
        Position newest = Place.epoch(top) == epoch ? Place.position(top) : new Position(epoch, 0);
        boolean reached = reaches(after, epoch, first, top);
        return new Slice(List.copyOf(entriesAfter(found, id, after, limit)), newest, reached);
    }

    /** @param first the oldest entry's place, 0 when there is none; {@code top} the newest that ever was, likewise */
    private static boolean reaches(Position after, long epoch, long first, long top) {
        boolean neverSaid = top == 0;
        if (after.equals(Position.START)) return neverSaid || first == Place.of(epoch, 1);
        if (after.epoch() != epoch) return false;
        long offset = Place.epoch(top) == epoch ? Place.offset(top) : 0;
        if (after.offset() >= offset) return after.offset() == offset;
        return first != 0 && first <= Place.of(epoch, after.offset() + 1);
    }

    private List<KeptEvent> entriesAfter(Room found, RoomId id, Position after, int limit) throws SQLException {
        entries.setInt(1, found.id);
        entries.setLong(2, Place.of(after));
        entries.setInt(3, limit);
        List<KeptEvent> list = new ArrayList<>();
        try (ResultSet row = entries.executeQuery()) {
            while (row.next()) list.add(entry(row, id));
        }
        return list;
    }

    /** The entry at a place; null when it was trimmed. */
    @Nullable
    KeptEvent entryAt(RoomId id, int roomId, long place) throws SQLException {
        at.setInt(1, roomId);
        at.setLong(2, place);
        try (ResultSet row = at.executeQuery()) {
            return row.next() ? entry(row, id) : null;
        }
    }

    Optional<Message> find(RoomId id, String messageId) throws SQLException {
        Room found = room(id);
        if (found == null) return Optional.empty();
        message.setInt(1, found.id);
        message.setBytes(2, MessageKey.of(messageId));
        try (ResultSet row = message.executeQuery()) {
            return row.next() ? Optional.of(messageNow(row, id)) : Optional.empty();
        }
    }

    Page page(RoomId id, From from, int limit) throws SQLException {
        Room found = room(id);
        if (found == null) return new Page(List.of(), true);
        return switch (from) {
            case From.Newest _ -> backward(found, id, Long.MAX_VALUE, limit);
            case From.After after -> forward(found, id, Place.of(after.position()), limit);
            case From.Before before -> backward(found, id, Place.of(before.position()), limit);
            case From.AfterMessage after -> forward(found, id, place(found, after.messageId()), limit);
            // An unknown message has place 0: nothing is before it.
            case From.BeforeMessage before -> backward(found, id, place(found, before.messageId()), limit);
        };
    }

    List<RoomSummary> rooms(@Nullable RoomId after, int limit) throws SQLException {
        rooms.setString(1, after == null ? "" : after.realm());
        rooms.setString(2, after == null ? "" : after.tenant());
        rooms.setString(3, after == null ? "" : after.name());
        rooms.setInt(4, limit);
        List<RoomSummary> list = new ArrayList<>();
        try (ResultSet row = rooms.executeQuery()) {
            while (row.next()) {
                RoomId id = new RoomId(row.getString(1), row.getString(2), row.getString(3));
                list.add(new RoomSummary(id, row.getLong(4), row.getLong(5)));
            }
        }
        return list;
    }

    /** Rooms that hold more than they should, by the sums last written down. */
    List<Integer> overdue(long nowMillis, int limit) throws SQLException {
        overdue.setLong(1, nowMillis);
        overdue.setInt(2, limit);
        List<Integer> list = new ArrayList<>();
        try (ResultSet row = overdue.executeQuery()) {
            while (row.next()) list.add(row.getInt(1));
        }
        return list;
    }

    private Page forward(Room found, RoomId id, long after, int limit) throws SQLException {
        return page(forward, found, id, after, limit);
    }

    private Page backward(Room found, RoomId id, long before, int limit) throws SQLException {
        Page newestFirst = page(backward, found, id, before, limit);
        return new Page(newestFirst.messages().reversed(), newestFirst.complete());
    }

    private Page page(PreparedStatement statement, Room found, RoomId id, long place, int limit) throws SQLException {
        statement.setInt(1, found.id);
        statement.setLong(2, place);
        statement.setInt(3, limit + 1);
        List<Message> list = new ArrayList<>();
        boolean more = false;
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                if (list.size() == limit) more = true;
                else list.add(messageNow(row, id));
            }
        }
        return new Page(List.copyOf(list), !more);
    }

    private long place(Room found, String messageId) throws SQLException {
        message.setInt(1, found.id);
        message.setBytes(2, MessageKey.of(messageId));
        try (ResultSet row = message.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    private @Nullable Room room(RoomId id) throws SQLException {
        room.setString(1, id.realm());
        room.setString(2, id.tenant());
        room.setString(3, id.name());
        try (ResultSet row = room.executeQuery()) {
            return row.next() ? new Room(row.getInt(1), row.getLong(2)) : null;
        }
    }

    private static KeptEvent entry(ResultSet row, RoomId room) throws SQLException {
        Position position = Place.position(row.getLong(1));
        String id = MessageKey.id(row.getBytes(3));
        long at = row.getLong(9);
        return switch (row.getInt(2)) {
            case EntryTable.POSTED -> {
                Message said = said(row, room);
                yield new KeptEvent.MessagePosted(row.getInt(23) == 0 ? said : said.blanked());
            }
            case EntryTable.EDITED ->
                new KeptEvent.MessageEdited(
                        room, position, id, author(row), row.getString(10), row.getString(11), body(row, 13), at);
            case EntryTable.DELETED -> new KeptEvent.MessageDeleted(room, position, id, author(row), at);
            case EntryTable.PINNED -> new KeptEvent.MessagePinned(room, position, id, author(row), true, at);
            case EntryTable.UNPINNED -> new KeptEvent.MessagePinned(room, position, id, author(row), false, at);
            default -> throw new SQLException("kind: " + row.getInt(2) + " (expected: 0..4)");
        };
    }

    /** As it was said. */
    private static Message said(ResultSet row, RoomId room) throws SQLException {
        return new Message(
                MessageKey.id(row.getBytes(3)),
                room,
                Place.position(row.getLong(1)),
                author(row),
                row.getString(10),
                row.getString(11),
                row.getString(12),
                row.getLong(9),
                body(row, 13),
                0,
                0,
                false);
    }

    /** As it is now. */
    private static Message messageNow(ResultSet row, RoomId room) throws SQLException {
        Message now = said(row, room);
        long editedAt = row.getLong(21);
        if (editedAt > 0) now = now.edited(row.getString(16), row.getString(17), body(row, 18), editedAt);
        long pinnedAt = row.getLong(22);
        if (pinnedAt > 0) now = now.pinned(pinnedAt);
        return row.getInt(23) == 0 ? now : now.blanked();
    }

    private static Profile author(ResultSet row) throws SQLException {
        String avatar = row.getString(7);
        return new Profile(
                new UserId(row.getString(4), row.getString(5)),
                row.getString(6),
                avatar.isEmpty() ? null : avatar,
                row.getString(8));
    }

    private static @Nullable Body body(ResultSet row, int first) throws SQLException {
        String dialect = row.getString(first);
        if (dialect == null) return null;
        byte[] bytes = row.getBytes(first + 2);
        return new Body(dialect, row.getString(first + 1), bytes == null ? new byte[0] : bytes);
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : List.of(room, ends, entries, at, message, forward, backward, rooms, overdue))
            statement.close();
    }
}
