package earshot.server.config;

import java.util.Optional;

/** @param format empty: text on a terminal, JSON elsewhere */
public record LogSettings(Optional<Format> format, Level level) {
    /** How a log line looks. */
    public enum Format {
        TEXT,
        JSON
    }

    /** What is said. */
    public enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    static final Catalog CATALOG = new Catalog("log", "What the server says of itself, on the error stream.");

    static final Setting<Format> FORMAT = CATALOG.optional(
            "format",
            Kinds.choice(Format.class),
            "text on a terminal and in development, json elsewhere",
            "text for people, json (a line per entry) for machines.");
    static final Setting<Level> LEVEL = CATALOG.setting(
            "level",
            Kinds.choice(Level.class),
            Level.INFO,
            "debug shows the life of every connection, info that of the process, warn what a human should look at.",
            "LOG_LEVEL");

    static LogSettings from(Values values) {
        return new LogSettings(values.maybe(FORMAT), values.of(LEVEL));
    }
}
