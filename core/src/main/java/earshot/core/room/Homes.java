package earshot.core.room;

import earshot.core.message.RoomId;
import earshot.core.session.Session;

/** Port: the home loops, which remember where each session is. Called on a room's loop; hands over by itself. */
public interface Homes {
    /**
     * The session is not in the room: its join was refused, or its membership was taken back.
     *
     * @param join which join of the session this is about; a later one stands
     * @param revoked true: it was in and may not be any more
     */
    void onOutside(Session session, RoomId room, long join, boolean revoked);
}
