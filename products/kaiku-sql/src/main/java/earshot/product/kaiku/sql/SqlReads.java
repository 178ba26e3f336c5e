package earshot.product.kaiku.sql;

import earshot.product.kaiku.store.ReadTable;
import java.util.Optional;
import java.util.UUID;

/** {@link ReadTable} in SQL. */
record SqlReads(Sql sql) implements ReadTable {
    @Override
    public Optional<ReadMark> find(UUID user, UUID channel) {
        return sql.one(
                "SELECT message, read_at FROM read_mark WHERE person = ? AND channel = ?",
                row -> new ReadMark(row.getString("message"), row.getLong("read_at")),
                user,
                channel);
    }

    @Override
    public void put(UUID user, UUID channel, ReadMark mark) {
        sql.change("""
                INSERT INTO read_mark (person, channel, message, read_at) VALUES (?, ?, ?, ?)
                ON CONFLICT (person, channel) DO UPDATE SET message = excluded.message, read_at = excluded.read_at""", user, channel, mark.messageId(), mark.atMillis());
    }
}
