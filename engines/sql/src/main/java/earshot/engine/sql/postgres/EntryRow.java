package earshot.engine.sql.postgres;

import earshot.core.message.Body;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/** An entry of the log as a row of {@code earshot.entry}, both ways. */
final class EntryRow {
    static final int POSTED = 0;
    static final int EDITED = 1;
    static final int DELETED = 2;
    static final int PINNED = 3;
    static final int UNPINNED = 4;

    static final String INSERT = """
            INSERT INTO earshot.entry (room, epoch, pos, kind, blank, said_at, message, author_realm, author, author_name,
              avatar, attributes, reply_to, content, html, body_dialect, body_type, body)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""";

    /** What {@link #entry} and {@link #said} read, of a table called e. */
    static final String COLUMNS = """
            e.epoch, e.pos, e.kind, e.blank, e.said_at, e.message, e.author_realm, e.author, e.author_name, e.avatar,
              e.attributes, e.reply_to, e.content, e.html, e.body_dialect, e.body_type, e.body""";

    /** The column behind {@link #COLUMNS}. */
    static final int NEXT_COLUMN = 18;

    private EntryRow() {}

    static void bind(PreparedStatement insert, int room, KeptEvent entry) throws SQLException {
        insert.setInt(1, room);
        insert.setLong(2, entry.position().epoch());
        insert.setLong(3, entry.position().offset());
        insert.setInt(4, kind(entry));
        insert.setBoolean(
                5, entry instanceof KeptEvent.MessagePosted p && p.message().deleted());
        insert.setLong(6, entry.timestampMillis());
        insert.setString(7, StoredText.in(entry.messageId()));
        bindAuthor(insert, author(entry));
        switch (entry) {
            case KeptEvent.MessagePosted(Message m) -> {
                insert.setString(13, StoredText.inOrNull(m.replyTo()));
                bindContent(insert, m.text(), m.html(), m.body());
            }
            case KeptEvent.MessageEdited e -> {
                insert.setNull(13, Types.VARCHAR);
                bindContent(insert, e.text(), e.html(), e.body());
            }
            case KeptEvent.MessageDeleted _, KeptEvent.MessagePinned _ -> {
                insert.setNull(13, Types.VARCHAR);
                bindContent(insert, "", null, null);
            }
        }
    }

    private static void bindAuthor(PreparedStatement insert, Profile author) throws SQLException {
        insert.setString(8, StoredText.in(author.user().realm()));
        insert.setString(9, StoredText.in(author.user().id()));
        insert.setString(10, StoredText.in(author.name()));
        insert.setString(11, StoredText.inOrNull(author.avatarUrl()));
        insert.setString(12, StoredText.in(author.attributes()));
    }

    private static void bindContent(PreparedStatement insert, String text, @Nullable String html, @Nullable Body body)
            throws SQLException {
        insert.setString(14, StoredText.in(text));
        insert.setString(15, StoredText.inOrNull(html));
        insert.setString(16, body == null ? null : StoredText.in(body.dialect()));
        insert.setString(17, body == null ? null : StoredText.in(body.mediaType()));
        insert.setBytes(18, body == null ? null : body.bytes());
    }

    private static int kind(KeptEvent entry) {
        return switch (entry) {
            case KeptEvent.MessagePosted _ -> POSTED;
            case KeptEvent.MessageEdited _ -> EDITED;
            case KeptEvent.MessageDeleted _ -> DELETED;
            case KeptEvent.MessagePinned p -> p.pinned() ? PINNED : UNPINNED;
        };
    }

    private static Profile author(KeptEvent entry) {
        return switch (entry) {
            case KeptEvent.MessagePosted p -> p.message().author();
            case KeptEvent.MessageEdited e -> e.by();
            case KeptEvent.MessageDeleted d -> d.by();
            case KeptEvent.MessagePinned p -> p.by();
        };
    }

    static KeptEvent entry(ResultSet row, RoomId room) throws SQLException {
        Position position = position(row);
        String id = StoredText.out(row.getString(6));
        long at = row.getLong(5);
        return switch (row.getInt(3)) {
            case POSTED -> {
                Message said = said(row, room);
                yield new KeptEvent.MessagePosted(row.getBoolean(4) ? said.blanked() : said);
            }
            case EDITED ->
                new KeptEvent.MessageEdited(
                        room,
                        position,
                        id,
                        author(row),
                        StoredText.out(row.getString(13)),
                        StoredText.outOrNull(row.getString(14)),
                        body(row, 15),
                        at);
            case DELETED -> new KeptEvent.MessageDeleted(room, position, id, author(row), at);
            case PINNED -> new KeptEvent.MessagePinned(room, position, id, author(row), true, at);
            case UNPINNED -> new KeptEvent.MessagePinned(room, position, id, author(row), false, at);
            default -> throw new SQLException("kind: " + row.getInt(3) + " (expected: 0..4)");
        };
    }

    /** A post as it was said. */
    static Message said(ResultSet row, RoomId room) throws SQLException {
        return new Message(
                StoredText.out(row.getString(6)),
                room,
                position(row),
                author(row),
                StoredText.out(row.getString(13)),
                StoredText.outOrNull(row.getString(14)),
                StoredText.outOrNull(row.getString(12)),
                row.getLong(5),
                body(row, 15),
                0,
                0,
                false);
    }

    static Position position(ResultSet row) throws SQLException {
        return new Position(row.getLong(1), row.getLong(2));
    }

    private static Profile author(ResultSet row) throws SQLException {
        return new Profile(
                new UserId(StoredText.out(row.getString(7)), StoredText.out(row.getString(8))),
                StoredText.out(row.getString(9)),
                StoredText.outOrNull(row.getString(10)),
                StoredText.out(row.getString(11)));
    }

    /** @param first of dialect, media type, bytes */
    static @Nullable Body body(ResultSet row, int first) throws SQLException {
        String dialect = row.getString(first);
        if (dialect == null) return null;
        byte[] bytes = row.getBytes(first + 2);
        String mediaType = StoredText.out(row.getString(first + 1));
        return new Body(StoredText.out(dialect), mediaType, bytes == null ? new byte[0] : bytes);
    }
}
