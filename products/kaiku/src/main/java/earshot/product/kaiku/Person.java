package earshot.product.kaiku;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A user, as everybody may see them; but for the address, which is theirs alone.
 *
 * @param username unique, {@code [a-z0-9_]{3,32}}
 * @param displayName 1..64 characters
 * @param email null: none given; never told to others
 * @param status as chosen: {@code online}, {@code away}, {@code busy} or {@code offline} (invisible); what it is while they are connected
 * @param createdMillis Unix time
 */
public record Person(
        UUID id,
        String username,
        String displayName,
        @Nullable String avatarUrl,
        @Nullable String email,
        String status,
        long createdMillis) {
    public static final String ONLINE = "online";
    public static final int MAX_DISPLAY_CHARS = 64;

    /** The same, with another chosen status. */
    public Person showing(String chosen) {
        return new Person(id, username, displayName, avatarUrl, email, chosen, createdMillis);
    }

    public static boolean isUsername(String text) {
        return text.matches("[a-z0-9_]{3,32}");
    }

    /** Without the address. */
    @Override
    public String toString() {
        return username + " " + id;
    }
}
