package earshot.engine.sql;

import earshot.core.message.Body;
import earshot.core.message.Change;
import earshot.core.message.Draft;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The writer's statements on the log and on what changed since. Confined to the writer; within its transaction. */
final class EntryTable implements AutoCloseable {
    /** How many rows one INSERT may have: the more, the cheaper each. */
    private static final int[] SIZES = {64, 8, 1};

    static final int POSTED = 0;
    static final int EDITED = 1;
    static final int DELETED = 2;
    static final int PINNED = 3;
    static final int UNPINNED = 4;

    private static final String INSERT = "INSERT INTO entry (room, place, kind, message, author, at, text, html,"
            + " reply_to, body_kind, body, idempotency) VALUES ";
    private static final String ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final int COLUMNS = 12;

    /** A draft that has its place. */
    record Row(Work.Append work, RoomState room, long place) {
        Draft draft() {
            return work.draft();
        }
    }

    /** Where a message was said, and whether it is still there. */
    record Said(long place, boolean deleted) {}

    private final Interned interned;
    private final List<PreparedStatement> inserts = new ArrayList<>();
    private final PreparedStatement said;
    private final PreparedStatement edit;
    private final PreparedStatement pin;
    private final PreparedStatement delete;
    private final PreparedStatement weight;
    private final PreparedStatement blankPost;
    private final PreparedStatement blankEdits;

    EntryTable(Connection connection, Interned interned) throws SQLException {
        this.interned = interned;
        for (int size : SIZES)
            inserts.add(connection.prepareStatement(INSERT + String.join(", ", Collections.nCopies(size, ROW))));
        said = connection.prepareStatement("""
                SELECT e.place, coalesce(c.deleted, 0) FROM entry e LEFT JOIN changed c USING (room, place)
                WHERE e.message = ? AND e.room = ? AND e.kind = 0""");
        edit = connection.prepareStatement("""
                INSERT INTO changed (room, place, text, html, body_kind, body, edited_at) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET text = excluded.text, html = excluded.html, body_kind = excluded.body_kind,
                  body = excluded.body, edited_at = excluded.edited_at""");
        pin = connection.prepareStatement("""
                INSERT INTO changed (room, place, text, pinned_at) VALUES (?, ?, '', ?)
                ON CONFLICT DO UPDATE SET pinned_at = excluded.pinned_at""");
        delete = connection.prepareStatement("""
                INSERT INTO changed (room, place, text, deleted) VALUES (?, ?, '', 1)
                ON CONFLICT DO UPDATE SET text = '', html = NULL, body_kind = NULL, body = NULL, pinned_at = 0,
                  deleted = 1""");
        weight = connection.prepareStatement("""
                SELECT total(w) FROM (SELECT %1$s - 300 AS w FROM entry WHERE room = ? AND place = ?
                  UNION ALL SELECT %1$s - 300 FROM entry WHERE room = ? AND message = ? AND kind <> 0)""".formatted(RoomTable.WEIGHT));
        blankPost = connection.prepareStatement(
                "UPDATE entry SET text = '', html = NULL, body_kind = NULL, body = NULL WHERE room = ? AND place = ?");
        blankEdits = connection.prepareStatement("""
                UPDATE entry SET text = '', html = NULL, body_kind = NULL, body = NULL
                WHERE room = ? AND message = ? AND kind <> 0""");
    }

    /** The largest number of rows, not above the given one, that one INSERT takes. */
    static int fitting(int rows) {
        for (int size : SIZES) if (size <= rows) return size;
        throw new IllegalArgumentException("rows: " + rows + " (expected: >= 1)");
    }

    /** As many rows as {@link #fitting} says. Fails on a message id that the room has; nothing of these rows is there then. */
    void insert(List<Row> rows) throws SQLException {
        PreparedStatement insert = insertOf(rows.size());
        int column = 1;
        for (Row row : rows) column = bind(insert, column, row);
        insert.executeUpdate();
    }

    @Nullable
    Said said(RoomState room, String messageId) throws SQLException {
        said.setBytes(1, MessageKey.of(messageId));
        said.setInt(2, room.id);
        try (ResultSet row = said.executeQuery()) {
            return row.next() ? new Said(row.getLong(1), row.getInt(2) != 0) : null;
        }
    }

    /** Brings what a message is now up to date with a change of it. Returns by how many bytes the room's log became lighter. */
    long change(RoomState room, Said message, Draft draft) throws SQLException {
        switch (draft.change()) {
            case Change.Edit e -> {
                edit.setInt(1, room.id);
                edit.setLong(2, message.place);
                bindContent(edit, 3, e.text(), e.html(), e.body());
                edit.setLong(7, draft.timestampMillis());
                edit.executeUpdate();
                return 0;
            }
            case Change.Pin p -> {
                pin.setInt(1, room.id);
                pin.setLong(2, message.place);
                pin.setLong(3, p.pinned() ? draft.timestampMillis() : 0);
                pin.executeUpdate();
                return 0;
            }
            case Change.Delete d -> {
                return blank(room, message, d.messageId());
            }
            case Change.Post _ -> throw new IllegalArgumentException("change: a post (expected: a change of one)");
        }
    }

    private long blank(RoomState room, Said message, String messageId) throws SQLException {
        long freed = weight(room, message, messageId);
        for (PreparedStatement statement : List.of(delete, blankPost)) {
            statement.setInt(1, room.id);
            statement.setLong(2, message.place);
            statement.executeUpdate();
        }
        blankEdits.setInt(1, room.id);
        blankEdits.setBytes(2, MessageKey.of(messageId));
        blankEdits.executeUpdate();
        return freed;
    }

    private long weight(RoomState room, Said message, String messageId) throws SQLException {
        weight.setInt(1, room.id);
        weight.setLong(2, message.place);
        weight.setInt(3, room.id);
        weight.setBytes(4, MessageKey.of(messageId));
        try (ResultSet row = weight.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    private PreparedStatement insertOf(int rows) {
        for (int i = 0; i < SIZES.length; i++) if (SIZES[i] == rows) return inserts.get(i);
        throw new IllegalArgumentException("rows: " + rows + " (expected: as fitting says)");
    }

    private int bind(PreparedStatement to, int first, Row row) throws SQLException {
        Draft draft = row.draft();
        to.setInt(first, row.room.id);
        to.setLong(first + 1, row.place);
        to.setInt(first + 2, kind(draft.change()));
        to.setBytes(first + 3, MessageKey.of(draft.change().messageId()));
        to.setInt(first + 4, interned.author(draft.author()));
        to.setLong(first + 5, draft.timestampMillis());
        switch (draft.change()) {
            case Change.Post p -> {
                to.setString(first + 6, p.text());
                to.setString(first + 7, p.html());
                to.setString(first + 8, p.replyTo());
                bindBody(to, first + 9, p.body());
            }
            case Change.Edit e -> {
                to.setString(first + 6, e.text());
                to.setString(first + 7, e.html());
                to.setNull(first + 8, Types.VARCHAR);
                bindBody(to, first + 9, e.body());
            }
            case Change.Delete _, Change.Pin _ -> {
                to.setString(first + 6, "");
                to.setNull(first + 7, Types.VARCHAR);
                to.setNull(first + 8, Types.VARCHAR);
                bindBody(to, first + 9, null);
            }
        }
        to.setString(first + 11, draft.idempotencyKey());
        return first + COLUMNS;
    }

    private void bindContent(PreparedStatement to, int first, String text, @Nullable String html, @Nullable Body body)
            throws SQLException {
        to.setString(first, text);
        to.setString(first + 1, html);
        bindBody(to, first + 2, body);
    }

    private void bindBody(PreparedStatement to, int first, @Nullable Body body) throws SQLException {
        Integer kind = interned.kind(body);
        if (kind == null || body == null) {
            to.setNull(first, Types.INTEGER);
            to.setNull(first + 1, Types.BLOB);
        } else {
            to.setInt(first, kind);
            to.setBytes(first + 1, body.bytes());
        }
    }

    private static int kind(Change change) {
        return switch (change) {
            case Change.Post _ -> POSTED;
            case Change.Edit _ -> EDITED;
            case Change.Delete _ -> DELETED;
            case Change.Pin p -> p.pinned() ? PINNED : UNPINNED;
        };
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement insert : inserts) insert.close();
        for (PreparedStatement statement : List.of(said, edit, pin, delete, weight, blankPost, blankEdits))
            statement.close();
    }
}
