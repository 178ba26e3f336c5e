package earshot.engine.redis;

import earshot.core.message.RoomId;
import org.jspecify.annotations.Nullable;

/**
 * Sets of users beside a room's presence, for readers that are not ours: a user is in it while any session of theirs is in the room, on whatever node. Kept
 * in the same step as the presence itself, so it is right whenever somebody looks, also after a node died. Only on a Redis that is no cluster: there the
 * set would lie in another slot. Thread-safe.
 */
@FunctionalInterface
public interface PresenceMirror {
    PresenceMirror NONE = _ -> null;

    /** The key of the room's set, without any prefix; its members are the ids of users. Null: the room has none. Always the same for a room. */
    @Nullable
    String key(RoomId room);
}
