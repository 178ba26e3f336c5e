package earshot.dialect;

import earshot.core.message.NameUuid;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Ids as dialects see them whose clients know nothing but UUIDs. What is a UUID stays what it is; what is none appears under its {@link NameUuid},
 * the same on every node and for ever.
 */
public final class WireUuid {
    private static final String URN = "urn:uuid:";

    private WireUuid() {}

    /**
     * Reads the four spellings (hyphenated, 32 digits, braces, URN) in any case, and nothing else: {@link UUID#fromString} takes
     * {@code 1-1-1-1-1}. Version and variant are not looked at. Null when it is none.
     */
    public static @Nullable UUID parse(String text) {
        return switch (text.length()) {
            case 32 -> digits(text);
            case 36 -> hyphenated(text);
            case 38 -> text.charAt(0) == '{' && text.charAt(37) == '}' ? hyphenated(text.substring(1, 37)) : null;
            case 45 -> text.toLowerCase(Locale.ROOT).startsWith(URN) ? hyphenated(text.substring(URN.length())) : null;
            default -> null;
        };
    }

    public static UUID ofUser(UserId user) {
        return known(user.id(), user.realm());
    }

    /** A message keeps one name through edits and deletes, where nobody says which dialect it was written in. */
    public static UUID ofMessage(String messageId) {
        return known(messageId, "message");
    }

    /** A room that another dialect named: what a client of UUIDs calls it, and {@link earshot.core.room.Meetings} understands. */
    public static UUID ofRoom(RoomId room) {
        return known(room.name(), room.realm());
    }

    private static UUID known(String id, String from) {
        UUID uuid = parse(id);
        return uuid != null ? uuid : NameUuid.of(from, id);
    }

    private static @Nullable UUID hyphenated(String text) {
        for (int at : new int[] {8, 13, 18, 23}) {
            if (text.charAt(at) != '-') return null;
        }
        return digits(text.substring(0, 8)
                + text.substring(9, 13)
                + text.substring(14, 18)
                + text.substring(19, 23)
                + text.substring(24));
    }

    private static @Nullable UUID digits(String text) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < 32; i++) {
            int digit = hex(text.charAt(i));
            if (digit < 0) return null;
            if (i < 16) high = high << 4 | digit;
            else low = low << 4 | digit;
        }
        return new UUID(high, low);
    }

    /** ASCII only: {@link Character#digit} takes the digits of every script. */
    private static int hex(char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        return -1;
    }
}
