package earshot.engine.sql;

/**
 * The engine's limits.
 *
 * @param durability what an answered append survives
 * @param queueDrafts drafts that may wait for the writer, 1..
 * @param queueBytes their bytes, 1..
 * @param readers threads that read, 1..8
 * @param softWalBytes the write-ahead log above which a checkpoint begins
 * @param hardWalBytes above which the writer waits for it
 */
public record SqliteSettings(
        Durability durability, int queueDrafts, long queueBytes, int readers, long softWalBytes, long hardWalBytes) {
    public static final SqliteSettings DEFAULT =
            new SqliteSettings(Durability.COMMITTED, 50_000, 64L << 20, 2, 96L << 20, 256L << 20);

    public SqliteSettings {
        if (queueDrafts < 1) throw new IllegalArgumentException("queueDrafts: " + queueDrafts + " (expected: >= 1)");
        if (queueBytes < 1) throw new IllegalArgumentException("queueBytes: " + queueBytes + " (expected: >= 1)");
        if (readers < 1 || readers > 8) throw new IllegalArgumentException("readers: " + readers + " (expected: 1..8)");
        if (softWalBytes < 1 || hardWalBytes < softWalBytes)
            throw new IllegalArgumentException(
                    "hardWalBytes: " + hardWalBytes + " (expected: >= softWalBytes " + softWalBytes + ")");
    }

    public SqliteSettings with(Durability other) {
        return new SqliteSettings(other, queueDrafts, queueBytes, readers, softWalBytes, hardWalBytes);
    }
}
