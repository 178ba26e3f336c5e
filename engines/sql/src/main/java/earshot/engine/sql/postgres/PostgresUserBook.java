package earshot.engine.sql.postgres;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.core.session.UserBook;
import earshot.core.time.Clock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Users in the table {@code earshot.person}, over the connections of an archive. Thread-safe; remembers nothing, each question is one to PostgreSQL. Of two
 * who put the same user at once, one wins whole.
 */
final class PostgresUserBook implements UserBook {
    private static final String FIND = "SELECT name, avatar, attributes FROM earshot.person WHERE realm = ? AND id = ?";

    private static final String PUT = """
            INSERT INTO earshot.person (realm, id, name, avatar, attributes, put_at) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (realm, id) DO UPDATE
              SET name = excluded.name, avatar = excluded.avatar, attributes = excluded.attributes, put_at = excluded.put_at""";

    private final PostgresPool pool;
    private final Clock clock;

    PostgresUserBook(PostgresPool pool, Clock clock) {
        this.pool = pool;
        this.clock = clock;
    }

    @Override
    public CompletionStage<Optional<Profile>> find(UserId user) {
        return pool.ask("user", connection -> find(connection, user));
    }

    private static Optional<Profile> find(Connection connection, UserId user) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(FIND)) {
            select.setString(1, StoredText.in(user.realm()));
            select.setString(2, StoredText.in(user.id()));
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(profile(user, row)) : Optional.empty();
            }
        }
    }

    private static Profile profile(UserId user, ResultSet row) throws SQLException {
        return new Profile(
                user,
                StoredText.out(row.getString(1)),
                StoredText.outOrNull(row.getString(2)),
                StoredText.out(row.getString(3)));
    }

    @Override
    public CompletionStage<Void> put(Profile profile) {
        return pool.ask("put_user", connection -> put(connection, profile)).thenApply(_ -> null);
    }

    private boolean put(Connection connection, Profile profile) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement(PUT)) {
            upsert.setString(1, StoredText.in(profile.user().realm()));
            upsert.setString(2, StoredText.in(profile.user().id()));
            upsert.setString(3, StoredText.in(profile.name()));
            upsert.setString(4, StoredText.inOrNull(profile.avatarUrl()));
            upsert.setString(5, StoredText.in(profile.attributes()));
            upsert.setLong(6, clock.millis());
            return upsert.executeUpdate() > 0;
        }
    }
}
