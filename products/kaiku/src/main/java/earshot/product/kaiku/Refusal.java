package earshot.product.kaiku;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A request cannot be done, for a reason that its client is told (protocols/kaiku.md section 13.1). Thrown, so that the transaction it happens in is undone.
 * The text is for people and never from another exception.
 */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient Map<String, Object> more = new LinkedHashMap<>();

    public Refusal(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    /** @param value a String or an Integer */
    public Refusal with(String name, Object value) {
        more.put(name, value);
        return this;
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    public String message() {
        return String.valueOf(getMessage());
    }

    /** What the body says beside code and message. */
    public Map<String, Object> more() {
        return more;
    }

    public static Refusal invalid(String message) {
        return new Refusal(400, "VALIDATION_ERROR", message);
    }

    public static Refusal forbidden() {
        return new Refusal(403, "FORBIDDEN", "Access denied");
    }

    public static Refusal noChannel() {
        return new Refusal(404, "CHANNEL_NOT_FOUND", "Channel not found");
    }

    public static Refusal noGuild() {
        return new Refusal(404, "GUILD_NOT_FOUND", "Guild not found");
    }

    public static Refusal noMessage() {
        return new Refusal(404, "MESSAGE_NOT_FOUND", "Message not found");
    }

    public static Refusal noUser() {
        return new Refusal(404, "USER_NOT_FOUND", "User not found");
    }

    public static Refusal blocked(String message) {
        return new Refusal(403, "BLOCKED", message);
    }
}
