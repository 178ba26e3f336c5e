package earshot.core.testkit;

import earshot.core.message.Audience;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.RoomId;
import earshot.core.room.RoomAudience;
import earshot.core.session.Session;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Those who hear one room in a test, with the promises of the port checked: no session is added twice, nobody is told after the close, and
 * everything happens on the room's loop.
 */
public final class RecordingAudience implements RoomAudience {
    private final RoomId room;
    private final Told told;
    private final Map<Session, JoinOptions> members = new LinkedHashMap<>();
    private boolean closed;

    private RecordingAudience(RoomId room, Told told) {
        this.room = room;
        this.told = told;
    }

    /** Makes an audience for every room; all write into the same record. */
    public static RoomAudience.Factory factory(Told told) {
        return room -> new RecordingAudience(room, told);
    }

    @Override
    public void add(Session session, JoinOptions options) {
        check();
        if (members.put(session, options) != null)
            throw new AssertionError(session.id() + " is added twice to " + room);
    }

    @Override
    public void remove(Session session) {
        check();
        if (members.remove(session) == null) throw new AssertionError(session.id() + " is not in " + room);
    }

    @Override
    public void tell(Event event, Audience audience) {
        check();
        for (Session member : members.keySet())
            if (hears(member, audience)) told.add(member.id(), new Told.Heard(event));
    }

    @Override
    public void close() {
        check();
        if (!members.isEmpty()) throw new AssertionError(room + " is closed with members: " + members.keySet());
        closed = true;
    }

    private void check() {
        if (closed) throw new AssertionError(room + " is closed");
    }

    /** Who hears what, as {@link Audience} says it. */
    public static boolean hears(Session member, Audience audience) {
        return switch (audience) {
            case Audience.All _ -> true;
            case Audience.AllButSession a -> !member.id().equals(a.session());
            case Audience.AllButUser a ->
                member.user() == null || !member.user().user().equals(a.user());
            case Audience.OneSession a -> member.id().equals(a.session());
            case Audience.OneUser a ->
                member.user() != null && member.user().user().equals(a.user());
        };
    }
}
