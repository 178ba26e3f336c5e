package earshot.core.message;

import org.jspecify.annotations.Nullable;

/**
 * How a user looks to others.
 *
 * @param name shown to people, never empty
 * @param avatarUrl as given, not checked
 * @param attributes a JSON object in text form with what only some dialects show (threadkit: karma, created_at, …); {@code {}} when none
 */
public record Profile(UserId user, String name, @Nullable String avatarUrl, String attributes) {
    public static final String NO_ATTRIBUTES = "{}";

    public Profile {
        if (name.isEmpty()) throw new IllegalArgumentException("name: empty (expected: a name)");
    }

    public static Profile named(UserId user, String name) {
        return new Profile(user, name, null, NO_ATTRIBUTES);
    }
}
