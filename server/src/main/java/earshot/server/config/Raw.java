package earshot.server.config;

import java.util.List;
import java.util.Map;

/** A value as somebody wrote it, before anybody asked what it should be. */
public sealed interface Raw {
    /**
     * A word, from anywhere.
     *
     * @param unit of a bare number, where the name that carried it says so ({@code WS_IDLE_TIMEOUT_SECS}); else empty
     */
    record Text(String text, String unit) implements Raw {
        Text(String text) {
            this(text, "");
        }
    }

    /** A list, from the file. */
    record Items(List<Raw> items) implements Raw {}

    /** Keys and values inside a list, from the file. */
    record Table(Map<String, Raw> members) implements Raw {}
}
