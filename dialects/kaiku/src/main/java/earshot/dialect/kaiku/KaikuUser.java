package earshot.dialect.kaiku;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.dialect.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An account as other clients see it. Immutable.
 *
 * @param username 3..32 of {@code a-z0-9_}
 * @param displayName 1..64 characters
 * @param status as chosen; what friends see while a connection is open
 */
public record KaikuUser(
        UUID id,
        String username,
        String displayName,
        @Nullable String avatarUrl,
        ChosenStatus status) {
    public KaikuUser {
        if (username.isEmpty()) throw new IllegalArgumentException("username: empty (expected: a name)");
        if (displayName.isEmpty()) displayName = username;
    }

    /** As core and the other dialects of a meeting know them: by the display name. */
    public Profile profile() {
        byte[] attributes = new JsonBytes(64 + username.length())
                .raw("{\"username\":")
                .string(username)
                .raw(",\"status\":\"")
                .raw(status.word())
                .raw("\"}")
                .done();
        return new Profile(
                new UserId(KaikuDialect.NAME, id.toString()),
                displayName,
                avatarUrl,
                new String(attributes, StandardCharsets.UTF_8));
    }
}
