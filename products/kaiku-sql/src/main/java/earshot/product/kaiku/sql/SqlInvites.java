package earshot.product.kaiku.sql;

import earshot.product.kaiku.store.InviteTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@link InviteTable} in SQL. */
record SqlInvites(Sql sql) implements InviteTable {
    private static final String FROM =
            "SELECT id, guild, code, created_by, expires_at, use_count, created_at FROM invite ";

    private static Invite invite(ResultSet row) throws SQLException {
        return new Invite(
                Sql.id(row, "id"),
                Sql.id(row, "guild"),
                row.getString("code"),
                Sql.id(row, "created_by"),
                row.getLong("expires_at"),
                row.getInt("use_count"),
                row.getLong("created_at"));
    }

    @Override
    public boolean insert(Invite invite) {
        return sql.change(
                        """
                        INSERT INTO invite (id, guild, code, created_by, expires_at, use_count, created_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
                        invite.id(),
                        invite.guildId(),
                        invite.code(),
                        invite.createdBy(),
                        invite.expiresMillis(),
                        invite.useCount(),
                        invite.createdMillis())
                == 1;
    }

    @Override
    public Optional<Invite> find(String code) {
        return sql.one(FROM + "WHERE code = ?", SqlInvites::invite, code);
    }

    @Override
    public List<Invite> of(UUID guild, long nowMillis) {
        return sql.list(
                FROM + "WHERE guild = ? AND expires_at > ? ORDER BY created_at DESC, id",
                SqlInvites::invite,
                guild,
                nowMillis);
    }

    @Override
    public void countUse(UUID id) {
        sql.change("UPDATE invite SET use_count = use_count + 1 WHERE id = ?", id);
    }

    @Override
    public boolean delete(UUID guild, String code) {
        return sql.change("DELETE FROM invite WHERE guild = ? AND code = ?", guild, code) == 1;
    }
}
