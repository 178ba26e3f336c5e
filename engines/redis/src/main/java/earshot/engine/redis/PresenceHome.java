package earshot.engine.redis;

import earshot.core.message.SessionId;
import java.util.List;

/** What a {@link PresenceRoom} needs of its board. Called under the room's lock: must not call back. */
interface PresenceHome {
    /** There is something to send. */
    void onWish(PresenceRoom room);

    /** The room has to be read, when Redis is there; once it is followed its channel has to be heard before. */
    void onUnsure(PresenceRoom room, String why);

    /** Nobody follows any more. */
    void onUnfollowed(PresenceRoom room);

    /** Redis has lost these, or they left: {@link PresenceRoom#onStillMissing} in a while. */
    void onMissing(PresenceRoom room, List<SessionId> missing);

    /** Nobody will use it again. */
    void onUnused(PresenceRoom room);

    boolean isAway();

    /** The incarnation that this node is now. */
    long owner();

    /** Whether that incarnation is, or was, this node. */
    boolean isOwn(long owner);

    /** Whether that incarnation ended, and its users are expected back. */
    boolean hasEnded(long owner);
}
