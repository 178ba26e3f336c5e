package earshot.dialect.threadkit;

import earshot.core.message.RoomId;
import org.jspecify.annotations.Nullable;

/**
 * Keys of a page that ThreadKit's own servers read in the Redis that they share with us, as they spell them (WIRE.md, "Beside the original in one Redis").
 * Pages of a meeting have none: its users are not all ThreadKit's.
 */
public final class PageKeys {
    private PageKeys() {}

    /** The set of the ids of users who are on the page. Null: the room is no page. */
    public static @Nullable String presence(RoomId room) {
        return key(room, ":presence");
    }

    /** The sorted set of the ids of users who type, scored with the Unix time in milliseconds. Null: the room is no page. */
    public static @Nullable String typing(RoomId room) {
        return key(room, ":typing");
    }

    private static @Nullable String key(RoomId room, String what) {
        return room.realm().equals(ThreadkitDialect.NAME) ? "page:" + room.name() + what : null;
    }
}
