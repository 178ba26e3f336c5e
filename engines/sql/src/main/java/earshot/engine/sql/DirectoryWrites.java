package earshot.engine.sql;

import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.time.Clock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is written into the directory. Confined to its writer; within its transaction. */
final class DirectoryWrites implements AutoCloseable {
    private static final int MAX_ROOMS = 10_000;
    /** Runs that ended longer ago than this interest nobody. */
    private static final long FORGET_RUNS_MILLIS = 3_600_000;

    private final Connection connection;
    private final Clock clock;
    private final Map<RoomId, Integer> rooms = new LinkedHashMap<>();
    private final UsageWrites usage;
    private final ResumeWrites resume;
    private final PreparedStatement putUser;
    private final PreparedStatement addRoom;
    private final PreparedStatement enter;
    private final PreparedStatement leave;
    private final PreparedStatement beat;
    private long run;

    DirectoryWrites(Connection connection, Clock clock) throws SQLException {
        this.connection = connection;
        this.clock = clock;
        usage = new UsageWrites(connection);
        resume = new ResumeWrites(connection, clock);
        putUser = connection.prepareStatement(
                "INSERT OR REPLACE INTO user (realm, id, name, avatar, attributes) VALUES (?, ?, ?, ?, ?)");
        addRoom = connection.prepareStatement("""
                INSERT INTO room (realm, tenant, name) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET name = excluded.name RETURNING id""");
        enter = connection.prepareStatement("""
                INSERT OR REPLACE INTO member (room, realm, user, name, avatar, attributes, joined_at, run)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)""");
        leave = connection.prepareStatement("DELETE FROM member WHERE room = ? AND realm = ? AND user = ?");
        beat = connection.prepareStatement("UPDATE run SET seen_at = ? WHERE id = ?");
    }

    /** Which run of the server this is; 0 for a visit. */
    long run() {
        return run;
    }

    void beginRun() throws SQLException {
        long now = clock.millis();
        SqliteFile.execute(connection, "BEGIN IMMEDIATE");
        SqliteFile.execute(connection, "DELETE FROM run WHERE seen_at < " + (now - FORGET_RUNS_MILLIS));
        SqliteFile.execute(connection, "DELETE FROM member WHERE run NOT IN (SELECT id FROM run)");
        SqliteFile.execute(connection, "DELETE FROM room WHERE id NOT IN (SELECT room FROM member)");
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO run (id, seen_at) VALUES (1 + max(coalesce((SELECT max(id) FROM run), 0), ?), ?)
                RETURNING id""")) {
            // Never a number that was there before, also when all rows are gone.
            insert.setLong(1, now / 1000);
            insert.setLong(2, now);
            try (ResultSet row = insert.executeQuery()) {
                if (row.next()) run = row.getLong(1);
            }
        }
        SqliteFile.execute(connection, "COMMIT");
    }

    int put(Profile profile) throws SQLException {
        bindProfile(putUser, 1, profile);
        return putUser.executeUpdate();
    }

    void move(DirectoryWriter.Member member, DirectoryWriter.Move move) throws SQLException {
        int room = room(member.room());
        Profile profile = move.profile();
        if (profile == null) {
            leave.setInt(1, room);
            leave.setString(2, member.user().realm());
            leave.setString(3, member.user().id());
            leave.executeUpdate();
            return;
        }
        enter.setInt(1, room);
        bindProfile(enter, 2, profile);
        enter.setLong(7, move.joinedMillis());
        enter.setLong(8, run);
        enter.executeUpdate();
    }

    void beat() throws SQLException {
        beat.setLong(1, clock.millis());
        beat.setLong(2, run);
        beat.executeUpdate();
    }

    UsageWrites usage() {
        return usage;
    }

    ResumeWrites resume() {
        return resume;
    }

    /** After a rollback: rooms added in it are not there. */
    void forget() {
        rooms.clear();
    }

    private int room(RoomId room) throws SQLException {
        Integer known = rooms.get(room);
        if (known != null) return known;
        addRoom.setString(1, room.realm());
        addRoom.setString(2, room.tenant());
        addRoom.setString(3, room.name());
        try (ResultSet row = addRoom.executeQuery()) {
            if (!row.next()) throw new SQLException("room: not added");
            int id = row.getInt(1);
            rooms.put(room, id);
            if (rooms.size() > MAX_ROOMS) rooms.remove(rooms.keySet().iterator().next());
            return id;
        }
    }

    private static void bindProfile(PreparedStatement to, int first, Profile profile) throws SQLException {
        @Nullable String avatar = profile.avatarUrl();
        to.setString(first, profile.user().realm());
        to.setString(first + 1, profile.user().id());
        to.setString(first + 2, profile.name());
        to.setString(first + 3, avatar);
        to.setString(first + 4, profile.attributes());
    }

    @Override
    public void close() throws SQLException {
        usage.close();
        resume.close();
        for (PreparedStatement statement : List.of(putUser, addRoom, enter, leave, beat)) statement.close();
    }
}
