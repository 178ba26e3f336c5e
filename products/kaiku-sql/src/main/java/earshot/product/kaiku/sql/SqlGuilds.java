package earshot.product.kaiku.sql;

import earshot.product.kaiku.Guild;
import earshot.product.kaiku.GuildShape;
import earshot.product.kaiku.Membership;
import earshot.product.kaiku.store.GuildTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@link GuildTable} in SQL. */
record SqlGuilds(Sql sql) implements GuildTable {
    private static final String COLUMNS =
            "g.id AS guild_id, g.name, g.owner, g.icon_url, g.description, g.threads_enabled, g.created_at";

    private static Guild guild(ResultSet row) throws SQLException {
        return new Guild(
                Sql.id(row, "guild_id"),
                row.getString("name"),
                Sql.id(row, "owner"),
                row.getString("icon_url"),
                row.getString("description"),
                row.getBoolean("threads_enabled"),
                row.getLong("created_at"));
    }

    @Override
    public Optional<Guild> find(UUID id) {
        return sql.one("SELECT " + COLUMNS + " FROM guild g WHERE g.id = ?", SqlGuilds::guild, id);
    }

    @Override
    public Optional<GuildShape> shape(UUID id) {
        return find(id).map(guild -> new GuildShape(
                guild, new SqlRoles(sql).of(id), new SqlChannels(sql).ofGuild(id), new SqlRoles(sql).overridesIn(id)));
    }

    @Override
    public List<Counted> ofMember(UUID user) {
        return sql.list("SELECT " + COLUMNS + """
                        , (SELECT count(*) FROM member m WHERE m.guild = g.id) AS members
                        FROM guild g JOIN member mine ON mine.guild = g.id WHERE mine.person = ? ORDER BY g.created_at, g.id""", row -> new Counted(guild(row), row.getLong("members")), user);
    }

    @Override
    public boolean insert(Guild guild) {
        return sql.change(
                        """
                        INSERT INTO guild (id, name, owner, icon_url, description, threads_enabled, created_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
                        guild.id(),
                        guild.name(),
                        guild.ownerId(),
                        guild.iconUrl(),
                        guild.description(),
                        guild.threadsEnabled(),
                        guild.createdMillis())
                == 1;
    }

    @Override
    public void update(Guild guild) {
        sql.change(
                "UPDATE guild SET name = ?, owner = ?, icon_url = ?, description = ?, threads_enabled = ? WHERE id = ?",
                guild.name(),
                guild.ownerId(),
                guild.iconUrl(),
                guild.description(),
                guild.threadsEnabled(),
                guild.id());
    }

    @Override
    public boolean delete(UUID id) {
        return sql.change("DELETE FROM guild WHERE id = ?", id) == 1;
    }

    @Override
    public Optional<Membership> membership(UUID guild, UUID user) {
        Set<UUID> roles = Set.copyOf(sql.list(
                "SELECT role FROM member_role WHERE guild = ? AND person = ?",
                row -> Sql.id(row, "role"),
                guild,
                user));
        return sql.one(
                "SELECT nickname, joined_at FROM member WHERE guild = ? AND person = ?",
                row -> new Membership(guild, user, row.getString("nickname"), row.getLong("joined_at"), roles),
                guild,
                user);
    }

    @Override
    public List<Member> members(UUID guild, @Nullable UUID after, int limit) {
        Map<UUID, Set<UUID>> roles = new HashMap<>();
        List<Member> bare = after == null
                ? sql.list(membersSql(""), row -> member(guild, row), guild, limit)
                : sql.list(membersSql("AND m.person > ? "), row -> member(guild, row), guild, after, limit);
        if (bare.isEmpty()) return List.of();
        var between = sql.list(
                "SELECT person, role FROM member_role WHERE guild = ? AND person >= ? AND person <= ?",
                row -> Map.entry(Sql.id(row, "person"), Sql.id(row, "role")),
                guild,
                bare.getFirst().person().id(),
                bare.getLast().person().id());
        between.forEach(each ->
                roles.computeIfAbsent(each.getKey(), _ -> new HashSet<>()).add(each.getValue()));
        return bare.stream().map(m -> withRoles(m, roles)).toList();
    }

    private static String membersSql(String after) {
        return "SELECT m.nickname, m.joined_at, " + SqlPeople.COLUMNS
                + " FROM member m JOIN person p ON p.id = m.person WHERE m.guild = ? " + after
                + "ORDER BY m.person LIMIT ?";
    }

    private static Member member(UUID guild, ResultSet row) throws SQLException {
        var person = SqlPeople.person(row);
        return new Member(
                person,
                new Membership(guild, person.id(), row.getString("nickname"), row.getLong("joined_at"), Set.of()));
    }

    private static Member withRoles(Member bare, Map<UUID, Set<UUID>> roles) {
        Membership m = bare.membership();
        Set<UUID> own = roles.getOrDefault(m.userId(), Set.of());
        return new Member(bare.person(), new Membership(m.guildId(), m.userId(), m.nickname(), m.joinedMillis(), own));
    }

    @Override
    public long countMembers(UUID guild) {
        return sql.one("SELECT count(*) AS members FROM member WHERE guild = ?", row -> row.getLong("members"), guild)
                .orElse(0L);
    }

    @Override
    public boolean addMember(Membership membership) {
        return sql.change(
                        "INSERT INTO member (guild, person, nickname, joined_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                        membership.guildId(),
                        membership.userId(),
                        membership.nickname(),
                        membership.joinedMillis())
                == 1;
    }

    @Override
    public boolean removeMember(UUID guild, UUID user) {
        return sql.change("DELETE FROM member WHERE guild = ? AND person = ?", guild, user) == 1;
    }

    @Override
    public void setNickname(UUID guild, UUID user, @Nullable String nickname) {
        sql.change("UPDATE member SET nickname = ? WHERE guild = ? AND person = ?", nickname, guild, user);
    }
}
