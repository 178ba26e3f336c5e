package earshot.core;

import earshot.core.message.RoomId;
import earshot.core.room.Rooms;
import earshot.core.session.Session;

/** A room's place as the gateway holds it. Thread-safe. */
record HeldPlace(Rooms.Place place) implements Node.Reservation {
    @Override
    public RoomId room() {
        return place.room();
    }

    @Override
    public void use(Session session) {
        place.use(session);
    }

    @Override
    public void release() {
        place.release();
    }
}
