package earshot.core.room;

import earshot.core.message.Audience;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.RoomId;
import earshot.core.session.Session;

/**
 * Port: those on this node who hear one room. Called on the room's loop only. The order of calls is the order in which each member hears,
 * in one line with {@link earshot.core.session.Connections}.
 */
public interface RoomAudience {
    /** From now on the session hears what is told. */
    void add(Session session, JoinOptions options);

    /** The session hears what is told from now on in another way: its dialect has found out more about its client. */
    default void change(Session session, JoinOptions options) {
        remove(session);
        add(session, options);
    }

    /** From now on it does not. */
    void remove(Session session);

    void tell(Event event, Audience audience);

    /** The room has no members left on this node; the object is not used again. */
    void close();

    /** Makes audiences. Called on the room's loop. */
    interface Factory {
        RoomAudience open(RoomId room);
    }
}
