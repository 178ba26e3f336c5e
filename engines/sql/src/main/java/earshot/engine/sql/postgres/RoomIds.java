package earshot.engine.sql.postgres;

import earshot.core.message.RoomId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The numbers of rooms, of which the last {@value #MAX} used are remembered: a number never changes. Thread-safe. */
final class RoomIds {
    private static final int MAX = 20_000;

    /** The second part sees what another transaction has committed meanwhile: at READ COMMITTED each statement looks anew. */
    private static final String ADD =
            "INSERT INTO earshot.room (realm, tenant, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";

    private static final String FIND = "SELECT id FROM earshot.room WHERE realm = ? AND tenant = ? AND name = ?";

    private final Map<RoomId, Integer> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<RoomId, Integer> eldest) {
            return size() > MAX;
        }
    };

    /**
     * A room's number, given now if it has none. Commits what the transaction did before: two nodes that add the same rooms in different orders would wait
     * for each other.
     */
    int of(Connection connection, RoomId room) throws SQLException {
        Integer remembered = remembered(room);
        if (remembered != null) return remembered;
        int id = find(connection, room);
        if (id == 0) {
            try (PreparedStatement insert = connection.prepareStatement(ADD)) {
                ArchiveReads.bind(insert, 1, room);
                insert.executeUpdate();
            }
            connection.commit();
            id = find(connection, room);
        }
        remember(room, id);
        return id;
    }

    private synchronized @Nullable Integer remembered(RoomId room) {
        return known.get(room);
    }

    private synchronized void remember(RoomId room, int id) {
        known.put(room, id);
    }

    private static int find(Connection connection, RoomId room) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(FIND)) {
            ArchiveReads.bind(select, 1, room);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getInt(1) : 0;
            }
        }
    }
}
