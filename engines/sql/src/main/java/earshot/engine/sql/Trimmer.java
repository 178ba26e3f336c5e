package earshot.engine.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes away what a room holds over its limits, a slice at a time, oldest first. Confined to the writer; within its transaction. */
final class Trimmer implements AutoCloseable {
    /** Rows looked at and taken away in one go: a few milliseconds, even when every row is on a page of its own. */
    static final int SLICE = 250;

    /** What a room holds, and may hold. */
    private static final class Balance {
        long messages;
        long bytes;
        long maxMessages;
        long maxBytes;
        long oldestMillis;
        /** Everything up to here goes. */
        long cut;

        void empty() {
            messages = 0;
            bytes = 0;
        }

        boolean isOver(long atMillis) {
            return messages > maxMessages || bytes > maxBytes || atMillis < oldestMillis;
        }
    }

    private final PreparedStatement balance;
    private final PreparedStatement oldest;
    private final PreparedStatement takeEntries;
    private final PreparedStatement takeChanges;
    private final PreparedStatement settle;

    Trimmer(Connection connection) throws SQLException {
        balance = connection.prepareStatement("""
                SELECT messages, bytes, coalesce(max_messages, 9223372036854775807),
                  coalesce(max_bytes, 9223372036854775807),
                  CASE WHEN max_age_millis IS NULL THEN -9223372036854775807 ELSE ? - max_age_millis END
                FROM room WHERE id = ?""");
        oldest = connection.prepareStatement("""
                SELECT place, kind, at, %s,
                  EXISTS (SELECT 1 FROM changed c WHERE c.room = e.room AND c.place = e.place AND c.deleted = 1)
                FROM entry e WHERE room = ? ORDER BY place LIMIT ?""".formatted(RoomTable.WEIGHT));
        takeEntries = connection.prepareStatement("DELETE FROM entry WHERE room = ? AND place <= ?");
        takeChanges = connection.prepareStatement("DELETE FROM changed WHERE room = ? AND place <= ?");
        settle = connection.prepareStatement("""
                UPDATE room SET messages = max(0, ?), bytes = max(0, ?), oldest_at =
                  coalesce((SELECT at FROM entry WHERE room = room.id ORDER BY place LIMIT 1), 0) WHERE id = ?""");
    }

    /** The room's sums must be written down before. True: there may be more to take away. */
    boolean trim(int room, long nowMillis) throws SQLException {
        Balance balance = balance(room, nowMillis);
        if (balance == null) return false;
        boolean more = walk(room, balance);
        for (PreparedStatement take : List.of(takeEntries, takeChanges)) {
            take.setInt(1, room);
            take.setLong(2, balance.cut);
            take.executeUpdate();
        }
        settle.setLong(1, balance.messages);
        settle.setLong(2, balance.bytes);
        settle.setInt(3, room);
        settle.executeUpdate();
        return more;
    }

    private @Nullable Balance balance(int room, long nowMillis) throws SQLException {
        balance.setLong(1, nowMillis);
        balance.setInt(2, room);
        try (ResultSet row = balance.executeQuery()) {
            if (!row.next()) return null;
            Balance found = new Balance();
            found.messages = row.getLong(1);
            found.bytes = row.getLong(2);
            found.maxMessages = row.getLong(3);
            found.maxBytes = row.getLong(4);
            found.oldestMillis = row.getLong(5);
            return found;
        }
    }

    private boolean walk(int room, Balance balance) throws SQLException {
        oldest.setInt(1, room);
        oldest.setInt(2, SLICE);
        int seen = 0;
        boolean within = false;
        try (ResultSet row = oldest.executeQuery()) {
            while (!within && row.next()) {
                within = !balance.isOver(row.getLong(3));
                if (within) break;
                seen++;
                balance.cut = row.getLong(1);
                balance.bytes -= row.getLong(4);
                if (row.getInt(2) == EntryTable.POSTED && row.getInt(5) == 0) balance.messages--;
            }
        }
        // All is gone: whatever the sums said, nothing is left.
        if (!within && seen < SLICE) balance.empty();
        return seen == SLICE;
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : List.of(balance, oldest, takeEntries, takeChanges, settle))
            statement.close();
    }
}
