package earshot.server.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What is kept, and how safely.
 *
 * @param data the directory of the databases; empty: everything is in memory and ends with the process
 */
public record HistorySettings(
        Optional<Path> data, Durability durability, int queueMessages, long queueBytes, long walSoft, long walHard) {
    /** The word for no directory at all. */
    public static final String NONE = "none";

    static final Catalog CATALOG = new Catalog("history", "What is kept, and how safely.");

    static final Setting<Path> DATA = CATALOG.setting(
            "data",
            Kinds.PATH,
            Path.of("data"),
            "Directory of the databases and of api-keys.json, made when missing. The word none keeps everything in memory:"
                    + " it ends with the process.");
    static final Setting<Durability> DURABILITY = CATALOG.setting(
            "durability",
            Kinds.choice(Durability.class),
            Durability.COMMITTED,
            "What acknowledged means: async (in this process), committed (survives kill -9), synced (survives power loss).");

    static final Setting<Integer> QUEUE = CATALOG.setting(
            "queue",
            Kinds.integer(1, 10_000_000),
            50_000,
            "Messages of all rooms that wait to be written; beyond it a message is refused as unavailable.");
    static final Setting<Long> QUEUE_BYTES =
            CATALOG.setting("queue-bytes", Kinds.size(1 << 10, 1L << 40), 64L << 20, "The same in bytes.");
    static final Setting<Long> WAL = CATALOG.setting(
            "wal", Kinds.size(64 << 10, 1L << 40), 96L << 20, "Write-ahead log above which a checkpoint begins.");
    static final Setting<Long> WAL_MOST = CATALOG.setting(
            "wal-most",
            Kinds.size(64 << 10, 1L << 40),
            256L << 20,
            "Write-ahead log above which writing is slowed until a checkpoint has caught up; at least history.wal.");

    static HistorySettings from(Values values) {
        Path data = values.of(DATA);
        return new HistorySettings(
                data.toString().equals(NONE) ? Optional.empty() : Optional.of(data),
                values.of(DURABILITY),
                values.of(QUEUE),
                values.of(QUEUE_BYTES),
                values.of(WAL),
                Math.max(values.of(WAL), values.of(WAL_MOST)));
    }

    /** What an operator should know of the two together. */
    public String meaning() {
        return data.isEmpty()
                ? "everything is in memory: an acknowledged message is lost when this process ends"
                : durability.meaning();
    }
}
