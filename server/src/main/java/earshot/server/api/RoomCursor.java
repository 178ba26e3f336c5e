package earshot.server.api;

import earshot.core.message.RoomId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/** Where a list of rooms goes on: opaque to callers. */
final class RoomCursor {
    private static final String BETWEEN = "\u0000";

    private RoomCursor() {}

    static String print(RoomId room) {
        String joined = room.realm() + BETWEEN + room.tenant() + BETWEEN + room.name();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(joined.getBytes(StandardCharsets.UTF_8));
    }

    static RoomId parse(String cursor) {
        try {
            String joined = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            String[] parts = Pattern.compile(BETWEEN).split(joined, -1);
            if (parts.length == 3) return new RoomId(parts[0], parts[1], parts[2]);
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw ApiRefusal.invalid("cursor", "expected the word next of an earlier answer");
    }
}
