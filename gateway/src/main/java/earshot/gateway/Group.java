package earshot.gateway;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Members of one flavor in a {@link Crowd}. Removal moves the last one into the gap. Confined to its loop. */
final class Group {
    final Language.Flavor flavor;

    private @Nullable Seat[] seats = new Seat[4];

    int size;

    Group(Language.Flavor flavor) {
        this.flavor = flavor;
    }

    void add(Seat seat) {
        if (size == seats.length) seats = Arrays.copyOf(seats, size * 2);
        seat.index = size;
        seats[size++] = seat;
    }

    Seat seat(int i) {
        Seat seat = seats[i];
        if (seat == null) throw new IndexOutOfBoundsException(i);
        return seat;
    }

    void remove(Seat seat) {
        Seat last = seat(--size);
        seats[seat.index] = last;
        last.index = seat.index;
        seats[size] = null;
        if (seats.length > 16 && size < seats.length / 4) seats = Arrays.copyOf(seats, seats.length / 2);
    }
}
