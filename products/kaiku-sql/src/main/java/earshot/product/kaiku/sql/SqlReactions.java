package earshot.product.kaiku.sql;

import earshot.product.kaiku.store.ReactionTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** {@link ReactionTable} in SQL. */
record SqlReactions(Sql sql) implements ReactionTable {
    @Override
    public List<Counted> of(UUID channel, Collection<String> messageIds, UUID me) {
        if (messageIds.isEmpty()) return List.of();
        List<Object> values = new ArrayList<>();
        values.add(me);
        values.add(channel);
        values.addAll(messageIds);
        return sql.list(
                "SELECT message, emoji, count(*) AS times, sum(CASE WHEN person = ? THEN 1 ELSE 0 END) AS mine"
                        + " FROM reaction WHERE channel = ? AND message IN (" + Sql.marks(messageIds.size())
                        + ") GROUP BY message, emoji ORDER BY min(created_at), emoji",
                row -> new Counted(
                        row.getString("message"), row.getString("emoji"), row.getInt("times"), row.getInt("mine") > 0),
                values.toArray());
    }

    @Override
    public int kinds(UUID channel, String messageId) {
        return sql.one(
                        "SELECT count(DISTINCT emoji) AS kinds FROM reaction WHERE channel = ? AND message = ?",
                        row -> row.getInt("kinds"),
                        channel,
                        messageId)
                .orElse(0);
    }

    @Override
    public boolean has(UUID channel, String messageId, String emoji) {
        return sql.exists(
                "SELECT emoji FROM reaction WHERE channel = ? AND message = ? AND emoji = ? LIMIT 1",
                channel,
                messageId,
                emoji);
    }

    @Override
    public boolean add(UUID channel, String messageId, UUID user, String emoji, long atMillis) {
        return sql.change("""
                        INSERT INTO reaction (channel, message, emoji, person, created_at) VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT DO NOTHING""", channel, messageId, emoji, user, atMillis) == 1;
    }

    @Override
    public boolean remove(UUID channel, String messageId, UUID user, String emoji) {
        return sql.change(
                        "DELETE FROM reaction WHERE channel = ? AND message = ? AND emoji = ? AND person = ?",
                        channel,
                        messageId,
                        emoji,
                        user)
                == 1;
    }
}
