package earshot.gateway;

import earshot.core.message.Position;
import org.jspecify.annotations.Nullable;

/** A member: one session in one room, on the session's loop. */
final class Seat {
    final Crowd crowd;
    final ClientSession session;
    final Language.Flavor flavor;
    /** Its conversation is asked for each event. */
    final boolean filtered;

    /** Everything before this place of the crowd's count is written, waits in the session's backlog, or is not for it. */
    long heard;

    /** The last kept event of the room that was written to the session; null: none was, or nobody wants to know ({@link SeveralRooms}). */
    @Nullable
    Position place;

    /** Its place in the crowd's array. */
    int index;

    /** While the session lags: what waits for it of this room, if it can be made longer. */
    @Nullable
    RingRange tail;

    Seat(Crowd crowd, ClientSession session, Language.Flavor flavor, boolean filtered, long heard) {
        this.crowd = crowd;
        this.session = session;
        this.flavor = flavor;
        this.filtered = filtered;
        this.heard = heard;
    }

    /** Whether what it hears of this room must say how far it heard others. */
    boolean isOneOfSeveral() {
        return flavor.places != null && session.isInSeveralRooms();
    }
}
