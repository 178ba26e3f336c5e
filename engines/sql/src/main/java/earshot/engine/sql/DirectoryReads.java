package earshot.engine.sql;

import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.presence.MemberBook.Returning;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the directory is asked, over one connection. Confined to the thread that has it. */
final class DirectoryReads implements AutoCloseable {

    private final long run;
    private final UsageRows usage;
    private final PreparedStatement user;
    private final PreparedStatement returning;

    DirectoryReads(Connection connection, long run) throws SQLException {
        this.run = run;
        usage = new UsageRows(connection);
        user = connection.prepareStatement(
                "SELECT realm, id, name, avatar, attributes FROM user WHERE realm = ? AND id = ?");
        returning = connection.prepareStatement("""
                SELECT m.realm, m.user, m.name, m.avatar, m.attributes, m.joined_at
                FROM room r JOIN member m ON m.room = r.id JOIN run ON run.id = m.run
                WHERE r.realm = ? AND r.tenant = ? AND r.name = ? AND m.run <> ? AND run.seen_at >= ?""");
    }

    UsageRows usage() {
        return usage;
    }

    Optional<Profile> user(UserId id) throws SQLException {
        user.setString(1, id.realm());
        user.setString(2, id.id());
        try (ResultSet row = user.executeQuery()) {
            return row.next() ? Optional.of(profile(row)) : Optional.empty();
        }
    }

    /** Of runs that were alive at {@code sinceMillis} or later, who is not here again by now. */
    List<Returning> returning(RoomId room, long sinceMillis) throws SQLException {
        returning.setString(1, room.realm());
        returning.setString(2, room.tenant());
        returning.setString(3, room.name());
        returning.setLong(4, run);
        returning.setLong(5, sinceMillis);
        List<Returning> found = new ArrayList<>();
        try (ResultSet row = returning.executeQuery()) {
            while (row.next()) found.add(new Returning(profile(row), row.getLong(6)));
        }
        return List.copyOf(found);
    }

    private static Profile profile(ResultSet row) throws SQLException {
        UserId id = new UserId(row.getString(1), row.getString(2));
        return new Profile(id, row.getString(3), row.getString(4), row.getString(5));
    }

    @Override
    public void close() throws SQLException {
        usage.close();
        for (PreparedStatement statement : List.of(user, returning)) statement.close();
    }
}
