package earshot.dialect.kaiku;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a user wants friends to see while connected (protocols/kaiku.md section 9). It outlives connections: whoever comes back as {@code BUSY} is busy.
 */
public enum ChosenStatus {
    ONLINE("online"),
    AWAY("away"),
    BUSY("busy"),
    /** Friends see somebody who is offline. */
    INVISIBLE("invisible");

    private final String word;

    ChosenStatus(String word) {
        this.word = word;
    }

    /** As it is kept. */
    public String word() {
        return word;
    }

    /** As friends are told, in the four words of the seed. */
    public String shown() {
        return this == INVISIBLE ? "offline" : word;
    }

    /** In any case, and in the words of the original's clients ({@code idle}, {@code dnd}, {@code offline}). Null: none of them. */
    public static @Nullable ChosenStatus of(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "online" -> ONLINE;
            case "away", "idle" -> AWAY;
            case "busy", "dnd" -> BUSY;
            case "offline", "invisible" -> INVISIBLE;
            default -> null;
        };
    }
}
