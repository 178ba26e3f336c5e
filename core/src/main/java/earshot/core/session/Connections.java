package earshot.core.session;

import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.Reply;
import earshot.core.message.Tag;

/**
 * Port: tell one session, close one session. Called on any loop; what one loop says to one session arrives in that order, in one line with
 * what {@link earshot.core.room.RoomAudience} tells it from that loop. Never refused, never blocks.
 */
public interface Connections {
    void reply(Session to, Tag tag, Reply reply);

    void tell(Session to, Event event);

    void close(Session session, CloseReason reason);

    /** Tells one session what a product emits; it says to the gathering what became of it. */
    default void emit(Session to, Gathering gathering) {
        gathering.passedOver();
    }
}
