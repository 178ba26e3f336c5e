package earshot.core.room;

import earshot.core.message.Audience;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.KeptEvent;
import earshot.core.message.Lane;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.relay.Passed;
import earshot.core.session.Session;
import earshot.core.telemetry.Metric;
import java.util.List;

/**
 * What a room tells on this node, and to whom. Confined to the room's loop. It counts, remembers the latest values for those who join, and hands on to the
 * audience, whose failure does not stop the room in the middle of its work.
 */
final class RoomTelling {
    private final Rooms.Parts parts;
    private final Rooms rooms;
    private final RoomAudience audience;
    private final LatestValues latest = new LatestValues();

    RoomTelling(RoomId room, Rooms.Parts parts, Rooms rooms) {
        this.parts = parts;
        this.rooms = rooms;
        this.audience = parts.audiences().open(room);
    }

    // --- who hears

    /** Throws what the audience throws: nobody is in who does not hear. */
    void add(Session session, JoinOptions options) {
        audience.add(session, options);
    }

    void change(Session session, JoinOptions options) {
        rooms.shielded("audience", () -> audience.change(session, options));
    }

    void remove(Session session) {
        rooms.shielded("audience", () -> audience.remove(session));
    }

    void close() {
        audience.close();
    }

    // --- what they hear

    /** An entry of the log, in its place. */
    void tell(KeptEvent entry) {
        if (entry instanceof KeptEvent.MessageDeleted) latest.forgetVotes(entry.messageId());
        parts.meter().add(Metric.EVENTS, 1, "kept");
        handOver(entry, Audience.ALL);
    }

    /** What is decided now. */
    void tell(Event.RoomEvent event, Audience to) {
        tell(event, to, rooms.stamps().next(), parts.incarnation());
    }

    /**
     * Nobody hears of a value when a newer one of its key is known.
     *
     * @param stamp when it was decided
     * @param node the incarnation that decided it
     */
    void tell(Event.RoomEvent event, Audience to, long stamp, long node) {
        if (event instanceof Event.UserLeft left)
            latest.forgetStatus(left.user().user());
        boolean forAll = !(to instanceof Audience.OneSession) && !(to instanceof Audience.OneUser);
        if (event.lane() == Lane.LATEST && forAll && !isNews(event, stamp, node)) return;
        parts.meter().add(Metric.EVENTS, 1, event.lane().word());
        handOver(event, to);
    }

    private boolean isNews(Event.RoomEvent event, long stamp, long node) {
        return switch (latest.put(event, stamp, node)) {
            case STALE, SAME -> false;
            case PUT -> true;
            case PUT_FOR_ANOTHER -> {
                parts.meter().add(Metric.DROPS, 1, "latest", "table");
                yield true;
            }
        };
    }

    private void handOver(Event event, Audience to) {
        rooms.shielded("audience", () -> audience.tell(event, to));
    }

    /** Current values, for those who join. The same list until one changes. */
    List<Event.RoomEvent> latest() {
        return latest.list();
    }

    /** Current values, for other nodes. */
    List<Passed> latestForOthers(Position told) {
        return latest.forOthers(told);
    }
}
