package earshot.engine.sql;

import earshot.core.time.Clock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What clients come back to, in the directory. Confined to its writer; within its transaction. */
final class ResumeWrites implements AutoCloseable {
    private static final int FORGET_AT_ONCE = 1000;

    private final Clock clock;
    private final PreparedStatement open;
    private final PreparedStatement renew;
    private final PreparedStatement forget;
    private final PreparedStatement take;
    private final PreparedStatement forgetOld;

    ResumeWrites(Connection connection, Clock clock) throws SQLException {
        this.clock = clock;
        open = connection.prepareStatement(
                "INSERT OR REPLACE INTO resume (key, owner, record, until) VALUES (?, ?, ?, ?)");
        renew = connection.prepareStatement(
                "UPDATE resume SET record = ?, until = ? WHERE key = ? AND owner = ? AND until > ?");
        forget = connection.prepareStatement("DELETE FROM resume WHERE key = ? AND owner = ?");
        take = connection.prepareStatement("DELETE FROM resume WHERE key = ? RETURNING record, until");
        forgetOld = connection.prepareStatement(
                "DELETE FROM resume WHERE key IN (SELECT key FROM resume WHERE until <= ? LIMIT " + FORGET_AT_ONCE
                        + ")");
    }

    int open(String key, long owner, byte[] record, long untilMillis) throws SQLException {
        open.setString(1, key);
        open.setLong(2, owner);
        open.setBytes(3, record);
        open.setLong(4, untilMillis);
        return open.executeUpdate();
    }

    int renew(String key, long owner, byte[] record, long nowMillis, long untilMillis) throws SQLException {
        renew.setBytes(1, record);
        renew.setLong(2, untilMillis);
        renew.setString(3, key);
        renew.setLong(4, owner);
        renew.setLong(5, nowMillis);
        return renew.executeUpdate();
    }

    int forget(String key, long owner) throws SQLException {
        forget.setString(1, key);
        forget.setLong(2, owner);
        return forget.executeUpdate();
    }

    Optional<byte[]> take(String key) throws SQLException {
        take.setString(1, key);
        try (ResultSet row = take.executeQuery()) {
            if (!row.next() || row.getLong(2) <= clock.millis()) return Optional.empty();
            byte[] record = row.getBytes(1);
            return Optional.of(record == null ? new byte[0] : record);
        }
    }

    void forgetOld() throws SQLException {
        forgetOld.setLong(1, clock.millis());
        forgetOld.executeUpdate();
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : List.of(open, renew, forget, take, forgetOld)) statement.close();
    }
}
