package earshot.core.room;

import earshot.core.message.CloseReason;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.session.Session;
import earshot.core.telemetry.Metric;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The places of a room: those who are in or on their way in, and those that are held. Confined to the room's loop. */
final class Seats {
    private final RoomId room;
    private final RoomRules rules;
    private final Rooms.Parts parts;
    private final RoomTelling telling;
    private final RoomPresence presence;
    private final Typists typists;
    private final Reservations reservations = new Reservations();
    private final Map<SessionId, Seat> seats = new HashMap<>();
    private int members;

    Seats(
            RoomId room,
            RoomRules rules,
            Rooms.Parts parts,
            RoomTelling telling,
            RoomPresence presence,
            Typists typists) {
        this.room = room;
        this.rules = rules;
        this.parts = parts;
        this.telling = telling;
        this.presence = presence;
        this.typists = typists;
    }

    @Nullable
    Seat find(Session session) {
        return seats.get(session.id());
    }

    /** Ends every session that is in, or on its way in, so that it comes back. */
    void sendBack() {
        for (Seat seat : List.copyOf(seats.values())) parts.connections().close(seat.session, CloseReason.DRAINING);
    }

    /** How many hear what the room tells. */
    int members() {
        return members;
    }

    boolean areUnused() {
        return seats.isEmpty() && reservations.count() == 0;
    }

    // --- taking and leaving

    /** False: the room is full. */
    boolean take(Seat seat) {
        if (isFullFor(seat.session)) {
            parts.meter().add(Metric.ROOM_FULL, 1, room.realm());
            return false;
        }
        reservations.take(seat.session);
        seats.put(seat.session.id(), seat);
        return true;
    }

    private boolean isFullFor(Session session) {
        if (reservations.count() > 0) reservations.expire(parts.clock().nanos());
        return isFull() && !reservations.isHeldBy(session);
    }

    private boolean isFull() {
        return seats.size() + reservations.count() >= rules.capacity();
    }

    /** From now on the seat's session hears what the room tells. */
    void letIn(Seat seat) {
        telling.add(seat.session, seat.options);
        seat.state = Seat.State.IN;
        if (++members == 1) parts.meter().move(Metric.ROOMS_ACTIVE, 1, room.realm());
        parts.meter().move(Metric.ROOM_SUBSCRIPTIONS, 1, room.realm());
    }

    /** Also of a seat that was refused and never stood here. */
    void remove(Seat seat, CloseReason reason) {
        boolean stoodHere = seats.remove(seat.session.id(), seat);
        boolean wasIn = seat.state == Seat.State.IN;
        seat.state = Seat.State.GONE;
        if (!stoodHere) return;
        if (wasIn) onMemberGone(seat);
        Profile user = seat.session.user();
        if (user != null) typists.onStopped(user.user(), seat.session.id());
        Profile visible = seat.visible();
        if (visible != null) presence.leave(seat, visible, reason);
    }

    private void onMemberGone(Seat seat) {
        if (--members == 0) parts.meter().move(Metric.ROOMS_ACTIVE, -1, room.realm());
        parts.meter().move(Metric.ROOM_SUBSCRIPTIONS, -1, room.realm());
        telling.remove(seat.session);
    }

    // --- held places

    /** Null: the room is full. */
    Reservations.@Nullable Held hold() {
        long now = parts.clock().nanos();
        reservations.expire(now);
        if (!isFull()) return reservations.hold(now);
        parts.meter().add(Metric.ROOM_FULL, 1, room.realm());
        return null;
    }

    void release(Reservations.Held held) {
        reservations.drop(held);
    }

    void expireHeld() {
        reservations.expire(parts.clock().nanos());
    }
}
