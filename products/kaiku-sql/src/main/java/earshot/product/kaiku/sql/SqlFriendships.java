package earshot.product.kaiku.sql;

import earshot.product.kaiku.Friendship;
import earshot.product.kaiku.Relations;
import earshot.product.kaiku.store.FriendshipTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** {@link FriendshipTable} in SQL. */
record SqlFriendships(Sql sql) implements FriendshipTable {
    private static final String COLUMNS = "f.id, f.requester, f.addressee, f.state, f.created_at, f.updated_at";

    private static Friendship friendship(ResultSet row) throws SQLException {
        return new Friendship(
                Sql.id(row, "id"),
                Sql.id(row, "requester"),
                Sql.id(row, "addressee"),
                Friendship.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getLong("created_at"),
                row.getLong("updated_at"));
    }

    @Override
    public Optional<Friendship> find(UUID id) {
        return sql.one("SELECT " + COLUMNS + " FROM friendship f WHERE f.id = ?", SqlFriendships::friendship, id);
    }

    @Override
    public List<Friendship> between(UUID one, UUID other) {
        return sql.list(
                "SELECT " + COLUMNS + " FROM friendship f WHERE (f.requester = ? AND f.addressee = ?)"
                        + " OR (f.requester = ? AND f.addressee = ?)",
                SqlFriendships::friendship,
                one,
                other,
                other,
                one);
    }

    @Override
    public List<With> of(UUID user, Friendship.State state) {
        String mine = "SELECT " + COLUMNS + ", " + SqlPeople.COLUMNS
                + " FROM friendship f JOIN person p ON p.id = f.addressee WHERE f.requester = ? AND f.state = ?";
        String theirs = "SELECT " + COLUMNS + ", " + SqlPeople.COLUMNS
                + " FROM friendship f JOIN person p ON p.id = f.requester WHERE f.addressee = ? AND f.state = ?";
        if (state == Friendship.State.BLOCKED)
            return sql.list(mine + " ORDER BY username", SqlFriendships::with, user, state.word());
        return sql.list(
                mine + " UNION ALL " + theirs + " ORDER BY username",
                SqlFriendships::with,
                user,
                state.word(),
                user,
                state.word());
    }

    private static With with(ResultSet row) throws SQLException {
        return new With(friendship(row), SqlPeople.person(row));
    }

    @Override
    public Relations relations(UUID user) {
        Set<UUID> friends = new HashSet<>();
        Set<UUID> blocked = new HashSet<>();
        Set<UUID> blockedBy = new HashSet<>();
        for (Friendship each : sql.list(
                "SELECT " + COLUMNS + " FROM friendship f WHERE f.requester = ? OR f.addressee = ?",
                SqlFriendships::friendship,
                user,
                user)) {
            switch (each.state()) {
                case PENDING -> {}
                case ACCEPTED -> friends.add(each.other(user));
                case BLOCKED -> (each.requesterId().equals(user) ? blocked : blockedBy).add(each.other(user));
            }
        }
        return new Relations(friends, blocked, blockedBy);
    }

    @Override
    public boolean insert(Friendship friendship) {
        return sql.change(
                        """
                        INSERT INTO friendship (id, requester, addressee, state, created_at, updated_at)
                        VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
                        friendship.id(),
                        friendship.requesterId(),
                        friendship.addresseeId(),
                        friendship.state().word(),
                        friendship.createdMillis(),
                        friendship.updatedMillis())
                == 1;
    }

    @Override
    public void update(Friendship friendship) {
        sql.change(
                "UPDATE friendship SET state = ?, updated_at = ? WHERE id = ?",
                friendship.state().word(),
                friendship.updatedMillis(),
                friendship.id());
    }

    @Override
    public void delete(UUID id) {
        sql.change("DELETE FROM friendship WHERE id = ?", id);
    }
}
