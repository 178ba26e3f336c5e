package earshot.server.api;

import java.util.Arrays;
import java.util.Optional;

/** What an API key may be used for. */
public enum Scope {
    MESSAGES_READ("messages:read", "read history, listen with watch"),
    MESSAGES_WRITE("messages:write", "post, edit, delete, vote and pin messages, notify users"),
    USERS_READ("users:read", "look users up"),
    USERS_WRITE("users:write", "put users"),
    PRESENCE_READ("presence:read", "see who is in a room"),
    ROOMS_READ("rooms:read", "list rooms"),
    SESSIONS_READ("sessions:read", "list sessions"),
    SESSIONS_WRITE("sessions:write", "disconnect users and sessions, recheck users"),
    STATS_READ("stats:read", "read statistics: /v1/stats, /stats and /metrics where they are not public"),
    METRICS_WRITE("metrics:write", "count numbers of the product's own, shown on /metrics"),
    ADMIN("admin", "everything");

    private final String word;
    private final String sentence;

    Scope(String word, String sentence) {
        this.word = word;
        this.sentence = sentence;
    }

    public String word() {
        return word;
    }

    /** What it allows, for people. */
    public String sentence() {
        return sentence;
    }

    public static Optional<Scope> of(String word) {
        return Arrays.stream(values()).filter(s -> s.word.equals(word)).findFirst();
    }
}
