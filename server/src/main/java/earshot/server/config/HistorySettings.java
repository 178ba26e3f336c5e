package earshot.server.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What is kept, and how safely.
 *
 * @param data the directory of the databases; empty: everything is in memory and ends with the process
 */
public record HistorySettings(Optional<Path> data, Durability durability) {
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

    static HistorySettings from(Values values) {
        Path data = values.of(DATA);
        return new HistorySettings(
                data.toString().equals(NONE) ? Optional.empty() : Optional.of(data), values.of(DURABILITY));
    }

    /** What an operator should know of the two together. */
    public String meaning() {
        return data.isEmpty()
                ? "everything is in memory: an acknowledged message is lost when this process ends"
                : durability.meaning();
    }
}
