package earshot.engine.sql.postgres;

import earshot.core.history.Retention;
import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The statements that write. Each runs in the transaction of the connection that it is given, and in an order that all nodes share: no deadlocks. */
final class ArchiveWrites {
    private static final String BLANK =
            "SET blank = true, content = '', html = NULL, body_dialect = NULL, body_type = NULL, body = NULL";

    private static final String BLANK_MESSAGE = "UPDATE earshot.entry " + BLANK
            + " WHERE room = ? AND message = ? AND kind IN (0, 1) AND NOT blank AND (epoch, pos) < (?, ?)";

    /** What was stored after its deletion, by another node. */
    private static final String BLANK_REST = "UPDATE earshot.entry e " + BLANK + " " + """
             FROM earshot.entry d WHERE d.room = ? AND d.kind = 2 AND (d.epoch, d.pos) > (?, ?)
              AND (d.epoch, d.pos) <= (?, ?) AND e.room = d.room AND e.message = d.message AND e.kind IN (0, 1)
              AND NOT e.blank AND (e.epoch, e.pos) < (d.epoch, d.pos)""";

    private static final String SETTLE = """
            UPDATE earshot.room SET epoch = ?, pos = ?, messages = greatest(0, messages + s.more),
              last_at = greatest(last_at, s.last), oldest_at = CASE WHEN oldest_at > 0 THEN oldest_at ELSE s.first END
            FROM (SELECT count(*) FILTER (WHERE kind = 0) - count(*) FILTER (WHERE kind = 2) AS more,
                coalesce(max(said_at) FILTER (WHERE kind = 0), 0) AS last, coalesce(min(said_at), 0) AS first
              FROM earshot.entry WHERE room = ? AND (epoch, pos) > (?, ?) AND (epoch, pos) <= (?, ?)) s
            WHERE id = ?""";

    private static final String RETAIN =
            "UPDATE earshot.room SET max_messages = ?, max_age_millis = ?, max_bytes = ? WHERE id = ?";

    private static final Duration LONGEST = Duration.ofDays(365_000);

    private ArchiveWrites() {}

    /** @param ids of the entries' rooms */
    static void store(Connection connection, List<KeptEvent> entries, RoomIds ids) throws SQLException {
        List<Placed> placed = new ArrayList<>(entries.size());
        for (KeptEvent entry : entries) placed.add(new Placed(ids.of(connection, entry.room()), entry));
        placed.sort(Placed.ORDER);
        try (PreparedStatement insert = connection.prepareStatement(EntryRow.INSERT)) {
            for (Placed each : placed) {
                EntryRow.bind(insert, each.room, each.entry);
                insert.addBatch();
            }
            insert.executeBatch();
        }
        List<Placed> deletions = placed.stream()
                .filter(each -> each.entry instanceof KeptEvent.MessageDeleted)
                .toList();
        if (!deletions.isEmpty()) blank(connection, deletions);
    }

    private record Placed(int room, KeptEvent entry) {
        static final Comparator<Placed> ORDER =
                Comparator.comparingInt(Placed::room).thenComparing(placed -> placed.entry.position());
    }

    private static void blank(Connection connection, List<Placed> deletions) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(BLANK_MESSAGE)) {
            for (Placed each : deletions) {
                update.setInt(1, each.room);
                update.setString(2, StoredText.in(each.entry.messageId()));
                ArchiveReads.bind(update, 3, each.entry.position());
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    static boolean settle(
            Connection connection, int room, Position after, Position upTo, Retention retention, long nowMillis)
            throws SQLException {
        Position settled = lock(connection, room);
        if (after.isAfter(settled)) return false;
        if (upTo.isAfter(settled)) {
            blankRest(connection, room, settled, upTo);
            move(connection, room, settled, upTo);
        }
        retain(connection, room, retention);
        RoomTrim.trim(connection, room, nowMillis);
        return true;
    }

    private static Position lock(Connection connection, int room) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT epoch, pos FROM earshot.room WHERE id = ? FOR UPDATE")) {
            select.setInt(1, room);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) throw new SQLException("room " + room + ": gone");
                return EntryRow.position(row);
            }
        }
    }

    private static void blankRest(Connection connection, int room, Position settled, Position upTo)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(BLANK_REST)) {
            update.setInt(1, room);
            ArchiveReads.bind(update, ArchiveReads.bind(update, 2, settled), upTo);
            update.executeUpdate();
        }
    }

    private static void move(Connection connection, int room, Position settled, Position upTo) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(SETTLE)) {
            int next = ArchiveReads.bind(update, 1, upTo);
            update.setInt(next, room);
            next = ArchiveReads.bind(update, ArchiveReads.bind(update, next + 1, settled), upTo);
            update.setInt(next, room);
            update.executeUpdate();
        }
    }

    private static void retain(Connection connection, int room, Retention retention) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(RETAIN)) {
            bindLimit(update, 1, retention.maxMessages());
            boolean forEver = retention.maxAge().compareTo(LONGEST) > 0;
            bindLimit(
                    update,
                    2,
                    forEver ? Retention.UNLIMITED : retention.maxAge().toMillis());
            bindLimit(update, 3, retention.maxBytes());
            update.setInt(4, room);
            update.executeUpdate();
        }
    }

    private static void bindLimit(PreparedStatement update, int column, long limit) throws SQLException {
        if (limit == Retention.UNLIMITED) update.setNull(column, Types.BIGINT);
        else update.setLong(column, limit);
    }
}
