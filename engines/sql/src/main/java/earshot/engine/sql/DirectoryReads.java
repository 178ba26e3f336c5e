package earshot.engine.sql;

import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.presence.MemberBook.Returning;
import earshot.engine.sql.ApiKeys.ApiKey;
import earshot.engine.sql.SiteRecords.SiteRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the directory is asked, over one connection. Confined to the thread that has it. */
final class DirectoryReads implements AutoCloseable {
    private static final String KEY = "SELECT id, name, scopes, created_at, last_used_at FROM api_key ";
    private static final String SITE = "SELECT site, domain, origins FROM site ";

    private final long run;
    private final PreparedStatement user;
    private final PreparedStatement returning;
    private final PreparedStatement key;
    private final PreparedStatement keys;
    private final PreparedStatement site;
    private final PreparedStatement sites;

    DirectoryReads(Connection connection, long run) throws SQLException {
        this.run = run;
        user = connection.prepareStatement(
                "SELECT realm, id, name, avatar, attributes FROM user WHERE realm = ? AND id = ?");
        returning = connection.prepareStatement("""
                SELECT m.realm, m.user, m.name, m.avatar, m.attributes, m.joined_at
                FROM room r JOIN member m ON m.room = r.id JOIN run ON run.id = m.run
                WHERE r.realm = ? AND r.tenant = ? AND r.name = ? AND m.run <> ? AND run.seen_at >= ?""");
        key = connection.prepareStatement(KEY + "WHERE hash = ?");
        keys = connection.prepareStatement(KEY + "ORDER BY created_at, id");
        site = connection.prepareStatement(SITE + "WHERE key_hash = ?");
        sites = connection.prepareStatement(SITE + "ORDER BY domain, site");
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

    Optional<ApiKey> key(String hash) throws SQLException {
        key.setString(1, hash);
        try (ResultSet row = key.executeQuery()) {
            return row.next() ? Optional.of(apiKey(row)) : Optional.empty();
        }
    }

    List<ApiKey> keys() throws SQLException {
        List<ApiKey> found = new ArrayList<>();
        try (ResultSet row = keys.executeQuery()) {
            while (row.next()) found.add(apiKey(row));
        }
        return List.copyOf(found);
    }

    Optional<SiteRecord> site(String keyHash) throws SQLException {
        site.setString(1, keyHash);
        try (ResultSet row = site.executeQuery()) {
            return row.next() ? Optional.of(site(row)) : Optional.empty();
        }
    }

    List<SiteRecord> sites() throws SQLException {
        List<SiteRecord> found = new ArrayList<>();
        try (ResultSet row = sites.executeQuery()) {
            while (row.next()) found.add(site(row));
        }
        return List.copyOf(found);
    }

    private static Profile profile(ResultSet row) throws SQLException {
        UserId id = new UserId(row.getString(1), row.getString(2));
        return new Profile(id, row.getString(3), row.getString(4), row.getString(5));
    }

    private static ApiKey apiKey(ResultSet row) throws SQLException {
        return new ApiKey(row.getString(1), row.getString(2), words(row.getString(3)), row.getLong(4), row.getLong(5));
    }

    private static SiteRecord site(ResultSet row) throws SQLException {
        return new SiteRecord(row.getString(1), row.getString(2), words(row.getString(3)));
    }

    private static List<String> words(String joined) {
        return joined.isEmpty() ? List.of() : List.of(joined.split(" "));
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : List.of(user, returning, key, keys, site, sites)) statement.close();
    }
}
