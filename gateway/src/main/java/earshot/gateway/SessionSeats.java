package earshot.gateway;

import earshot.core.message.Position;
import earshot.core.message.RoomId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The rooms that one session is in. Confined to the session's loop. */
final class SessionSeats {
    private static final Seat[] NONE = {};

    private Seat[] seats = NONE;
    private int count;

    int count() {
        return count;
    }

    Seat at(int i) {
        return seats[i];
    }

    @Nullable
    Seat in(Crowd crowd) {
        for (int i = 0; i < count; i++) if (seats[i].crowd == crowd) return seats[i];
        return null;
    }

    @Nullable
    Position placeIn(RoomId room) {
        for (int i = 0; i < count; i++) if (seats[i].crowd.room.equals(room)) return seats[i].place;
        return null;
    }

    void add(Seat seat) {
        if (count == seats.length) seats = Arrays.copyOf(seats, count == 0 ? 1 : count * 2);
        seats[count++] = seat;
    }

    void remove(Seat seat) {
        for (int i = 0; i < count; i++) {
            if (seats[i] != seat) continue;
            seats[i] = seats[--count];
            seats = Arrays.copyOf(seats, count <= seats.length / 4 ? count : seats.length);
            if (seats.length > count) Arrays.fill(seats, count, seats.length, null);
            return;
        }
    }

    /** Writes to the session what its rooms have told so far. */
    void bringUpToDate(ClientSession session) {
        for (int i = 0; i < count; i++) seats[i].crowd.bringUpToDate(session);
    }
}
