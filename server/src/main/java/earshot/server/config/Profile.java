package earshot.server.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** A set of other defaults, by name. What somebody gives for a setting wins over it. */
public enum Profile {
    /** The defaults as they are documented. */
    USUAL(Map.of()),

    /**
     * Limits above the load of {@code ./earshot bench} (DECISIONS 17): every limit is still counted and looked at, with a larger number. Nothing is
     * turned off, so that what is measured is what runs.
     */
    BENCH(bench());

    private final Map<String, String> defaults;

    Profile(Map<String, String> defaults) {
        this.defaults = defaults;
    }

    private static Map<String, String> bench() {
        Map<String, String> raised = new LinkedHashMap<>();
        raised.put("waddle.channel-sockets", "1000000");
        raised.put("threadkit.messages-per-second", "1000");
        raised.put("summit.messages-per-second", "1000000");
        raised.put("summit.burst", "1000000");
        raised.put("summit.max-connections", "1000000");
        raised.put("graphwiz.handshakes", "0");
        raised.put("graphwiz.messages-per-second", "10000");
        raised.put("graphwiz.room-capacity", "1000000");
        raised.put("api.calls-per-second", "1000000");
        raised.put("limits.handshakes-per-second", "100000");
        raised.put("limits.appends-per-room", "65536");
        raised.put("limits.commands-waiting", "4096");
        return raised;
    }

    /** Setting to value, as somebody would write it. */
    Map<String, String> defaults() {
        return defaults;
    }

    /** As it is written in the configuration. */
    public String word() {
        return Kinds.spelled(this);
    }
}
