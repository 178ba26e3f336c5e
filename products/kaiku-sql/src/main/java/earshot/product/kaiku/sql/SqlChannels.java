package earshot.product.kaiku.sql;

import earshot.product.kaiku.Channel;
import earshot.product.kaiku.store.ChannelTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** {@link ChannelTable} in SQL. */
record SqlChannels(Sql sql) implements ChannelTable {
    private static final String FROM = "SELECT c.id, c.type, c.name, c.guild, c.topic, c.user_limit, c.position,"
            + " c.max_screen_shares, c.created_at, c.updated_at FROM channel c ";

    private static Channel channel(ResultSet row) throws SQLException {
        String type = row.getString("type");
        return new Channel(
                Sql.id(row, "id"),
                Channel.Type.of(type).orElseThrow(() -> new SQLException("channel type " + type)),
                row.getString("name"),
                Sql.maybeId(row, "guild"),
                row.getString("topic"),
                Sql.maybeInt(row, "user_limit"),
                row.getInt("position"),
                row.getInt("max_screen_shares"),
                row.getLong("created_at"),
                row.getLong("updated_at"));
    }

    @Override
    public Optional<Channel> find(UUID id) {
        return sql.one(FROM + "WHERE c.id = ?", SqlChannels::channel, id);
    }

    @Override
    public List<Channel> ofGuild(UUID guild) {
        return sql.list(
                FROM + "WHERE c.guild = ? ORDER BY c.position, c.created_at, c.id", SqlChannels::channel, guild);
    }

    @Override
    public List<UUID> tagged(int tag) {
        return sql.list("SELECT id FROM channel WHERE tag = ?", row -> Sql.id(row, "id"), tag);
    }

    @Override
    public boolean insert(Channel channel, int tag) {
        return sql.change(
                        """
                        INSERT INTO channel (id, type, name, guild, topic, user_limit, position, max_screen_shares, tag, created_at, updated_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
                        channel.id(),
                        channel.type().word(),
                        channel.name(),
                        channel.guildId(),
                        channel.topic(),
                        channel.userLimit(),
                        channel.position(),
                        channel.maxScreenShares(),
                        tag,
                        channel.createdMillis(),
                        channel.updatedMillis())
                == 1;
    }

    @Override
    public void update(Channel channel) {
        sql.change(
                "UPDATE channel SET name = ?, topic = ?, user_limit = ?, position = ?, max_screen_shares = ?,"
                        + " updated_at = ? WHERE id = ?",
                channel.name(),
                channel.topic(),
                channel.userLimit(),
                channel.position(),
                channel.maxScreenShares(),
                channel.updatedMillis(),
                channel.id());
    }

    @Override
    public boolean delete(UUID id) {
        return sql.change("DELETE FROM channel WHERE id = ?", id) == 1;
    }

    @Override
    public Set<UUID> participantIds(UUID dm) {
        return Set.copyOf(
                sql.list("SELECT person FROM participant WHERE channel = ?", row -> Sql.id(row, "person"), dm));
    }

    @Override
    public List<Participant> participants(UUID dm) {
        return sql.list(
                "SELECT d.joined_at, " + SqlPeople.COLUMNS
                        + " FROM participant d JOIN person p ON p.id = d.person WHERE d.channel = ?"
                        + " ORDER BY d.joined_at, p.id",
                row -> new Participant(SqlPeople.person(row), row.getLong("joined_at")),
                dm);
    }

    @Override
    public boolean addParticipant(UUID dm, UUID user, long joinedMillis) {
        return sql.change(
                        "INSERT INTO participant (channel, person, joined_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                        dm,
                        user,
                        joinedMillis)
                == 1;
    }

    @Override
    public boolean removeParticipant(UUID dm, UUID user) {
        return sql.change("DELETE FROM participant WHERE channel = ? AND person = ?", dm, user) == 1;
    }

    @Override
    public Optional<Channel> pair(UUID one, UUID other) {
        return sql.one(FROM + """
                        JOIN participant a ON a.channel = c.id AND a.person = ?
                        JOIN participant b ON b.channel = c.id AND b.person = ?
                        WHERE c.guild IS NULL AND (SELECT count(*) FROM participant d WHERE d.channel = c.id) = 2
                        ORDER BY c.created_at, c.id LIMIT 1""", SqlChannels::channel, one, other);
    }

    @Override
    public List<Channel> dmsOf(UUID user) {
        return sql.list(
                FROM + "JOIN participant d ON d.channel = c.id WHERE d.person = ? ORDER BY c.updated_at DESC, c.id",
                SqlChannels::channel,
                user);
    }
}
