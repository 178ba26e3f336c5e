package earshot.core.room;

import earshot.core.message.RoomId;

/**
 * Which room a dialect's client means, and what rules it has: the realm is the dialect, unless the operator declared a meeting for that name.
 * Thread-safe, never blocks.
 */
public interface Realms {
    /**
     * @param dialect who asks
     * @param tenant as the dialect has it; empty without one. A meeting's room has no tenant
     * @param name as the client spells it, 1..512 characters
     */
    RoomId resolve(String dialect, String tenant, String name);

    RoomRules rules(RoomId room);
}
