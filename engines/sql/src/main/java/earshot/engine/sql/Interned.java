package earshot.engine.sql;

import earshot.core.message.Body;
import earshot.core.message.Profile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Small integers for what entries repeat: how an author looked, and what kind of body it is. Rows are never changed. Confined to the writer;
 * {@link #forget} after a rollback.
 */
final class Interned implements AutoCloseable {
    private static final int MAX_AUTHORS = 20_000;
    private static final int MAX_KINDS = 1_000;

    private record Kind(String dialect, String mediaType) {}

    private final Map<Profile, Integer> authors = new Newest<>(MAX_AUTHORS);
    private final Map<Kind, Integer> kinds = new Newest<>(MAX_KINDS);
    private final PreparedStatement findAuthor;
    private final PreparedStatement addAuthor;
    private final PreparedStatement findKind;
    private final PreparedStatement addKind;

    Interned(Connection connection) throws SQLException {
        findAuthor = connection.prepareStatement("SELECT id FROM author"
                + " WHERE realm = ? AND user = ? AND name = ? AND avatar = ? AND attributes = ?");
        addAuthor = connection.prepareStatement(
                "INSERT INTO author (realm, user, name, avatar, attributes) VALUES (?, ?, ?, ?, ?) RETURNING id");
        findKind = connection.prepareStatement("SELECT id FROM body_kind WHERE dialect = ? AND media_type = ?");
        addKind = connection.prepareStatement("INSERT INTO body_kind (dialect, media_type) VALUES (?, ?) RETURNING id");
    }

    int author(Profile profile) throws SQLException {
        Integer known = authors.get(profile);
        if (known != null) return known;
        // No avatar is kept as the empty text: a unique index takes two nulls for different.
        String avatar = profile.avatarUrl() == null ? "" : profile.avatarUrl();
        String[] columns = {profile.user().realm(), profile.user().id(), profile.name(), avatar, profile.attributes()};
        int id = findOrAdd(findAuthor, addAuthor, columns);
        authors.put(profile, id);
        return id;
    }

    @Nullable
    Integer kind(@Nullable Body body) throws SQLException {
        if (body == null) return null;
        Kind kind = new Kind(body.dialect(), body.mediaType());
        Integer known = kinds.get(kind);
        if (known != null) return known;
        int id = findOrAdd(findKind, addKind, kind.dialect, kind.mediaType);
        kinds.put(kind, id);
        return id;
    }

    void forget() {
        authors.clear();
        kinds.clear();
    }

    @Override
    public void close() throws SQLException {
        findAuthor.close();
        addAuthor.close();
        findKind.close();
        addKind.close();
    }

    private static int findOrAdd(PreparedStatement find, PreparedStatement add, String... columns) throws SQLException {
        int found = first(find, columns);
        return found > 0 ? found : first(add, columns);
    }

    private static int first(PreparedStatement statement, String... columns) throws SQLException {
        for (int i = 0; i < columns.length; i++) statement.setString(i + 1, columns[i]);
        try (ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    /** A map that forgets what was not used for longest. */
    private static final class Newest<K, V> extends LinkedHashMap<K, V> {
        private static final long serialVersionUID = 1L;
        private final int max;

        Newest(int max) {
            super(16, 0.75f, true);
            this.max = max;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > max;
        }
    }
}
