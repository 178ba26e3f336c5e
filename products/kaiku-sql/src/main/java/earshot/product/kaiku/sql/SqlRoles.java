package earshot.product.kaiku.sql;

import earshot.product.kaiku.Role;
import earshot.product.kaiku.RoleOverride;
import earshot.product.kaiku.store.RoleTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@link RoleTable} in SQL. */
record SqlRoles(Sql sql) implements RoleTable {
    private static final String FROM =
            "SELECT id, guild, name, color, permissions, position, is_default, created_at FROM role ";

    private static Role role(ResultSet row) throws SQLException {
        return new Role(
                Sql.id(row, "id"),
                Sql.id(row, "guild"),
                row.getString("name"),
                row.getString("color"),
                row.getLong("permissions"),
                row.getInt("position"),
                row.getBoolean("is_default"),
                row.getLong("created_at"));
    }

    private static RoleOverride override(ResultSet row) throws SQLException {
        return new RoleOverride(Sql.id(row, "channel"), Sql.id(row, "role"), row.getLong("allow"), row.getLong("deny"));
    }

    @Override
    public Optional<Role> find(UUID guild, UUID id) {
        return sql.one(FROM + "WHERE guild = ? AND id = ?", SqlRoles::role, guild, id);
    }

    @Override
    public List<Role> of(UUID guild) {
        return sql.list(FROM + "WHERE guild = ? ORDER BY position, created_at, id", SqlRoles::role, guild);
    }

    @Override
    public boolean insert(Role role) {
        return sql.change(
                        """
                        INSERT INTO role (id, guild, name, color, permissions, position, is_default, created_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
                        role.id(),
                        role.guildId(),
                        role.name(),
                        role.color(),
                        role.permissions(),
                        role.position(),
                        role.isDefault(),
                        role.createdMillis())
                == 1;
    }

    @Override
    public void update(Role role) {
        sql.change(
                "UPDATE role SET name = ?, color = ?, permissions = ?, position = ? WHERE id = ?",
                role.name(),
                role.color(),
                role.permissions(),
                role.position(),
                role.id());
    }

    @Override
    public boolean delete(UUID guild, UUID id) {
        return sql.change("DELETE FROM role WHERE guild = ? AND id = ?", guild, id) == 1;
    }

    @Override
    public boolean give(UUID guild, UUID user, UUID role) {
        return sql.change(
                        "INSERT INTO member_role (guild, person, role) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                        guild,
                        user,
                        role)
                == 1;
    }

    @Override
    public boolean take(UUID guild, UUID user, UUID role) {
        return sql.change("DELETE FROM member_role WHERE guild = ? AND person = ? AND role = ?", guild, user, role)
                == 1;
    }

    @Override
    public List<RoleOverride> overrides(UUID channel) {
        return sql.list(
                "SELECT channel, role, allow, deny FROM channel_override WHERE channel = ? ORDER BY role",
                SqlRoles::override,
                channel);
    }

    /** Of all channels of a guild. */
    List<RoleOverride> overridesIn(UUID guild) {
        return sql.list(
                "SELECT o.channel, o.role, o.allow, o.deny FROM channel_override o JOIN channel c ON c.id = o.channel"
                        + " WHERE c.guild = ?",
                SqlRoles::override,
                guild);
    }

    @Override
    public void putOverride(RoleOverride override) {
        sql.change("""
                INSERT INTO channel_override (channel, role, allow, deny) VALUES (?, ?, ?, ?)
                ON CONFLICT (channel, role) DO UPDATE SET allow = excluded.allow, deny = excluded.deny""", override.channelId(), override.roleId(), override.allow(), override.deny());
    }

    @Override
    public boolean deleteOverride(UUID channel, UUID role) {
        return sql.change("DELETE FROM channel_override WHERE channel = ? AND role = ?", channel, role) == 1;
    }
}
