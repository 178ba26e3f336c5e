package earshot.gateway;

import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import earshot.dialect.Places;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a room told, for one member: shared with all others, or, for a session in several rooms whose client is told so ({@link Places}), copied with how
 * far it has heard its other rooms in each kept event. The places are those of the moment of writing: whatever way and order a session is told in, slow
 * or not, what an event says of the other rooms is what was written before it. Confined to its loop.
 */
final class SeveralRooms {
    private byte[] others = new byte[256];

    /** The frames of places from..to (exclusive), as {@link Spoken#slice}; they count as written. */
    @Nullable
    ByteBuf piece(Seat seat, Spoken s, long from, long to) {
        Places places = seat.flavor.places;
        if (places == null) return s.slice(seat.flavor, from, to);
        Strip strip = s.run.strip(seat.flavor);
        if (strip == null) return null;
        int length = seat.isOneOfSeveral() ? others(seat, places) : 0;
        ByteBuf piece = length == 0
                ? s.slice(seat.flavor, from, to)
                : copy(strip, s.run, s.index(from), s.index(to), length, places.bytesBehind());
        if (length > 0 && piece != null) seat.session.out.hasWrittenOwn(piece.readableBytes());
        Position place = lastPlace(s.run, s.index(from), s.index(to));
        if (place != null) seat.place = place;
        return piece;
    }

    /** Up to where who hears all of it has heard the room; null: nothing in it is kept. */
    static @Nullable Position lastPlace(Spoken[] runs) {
        for (int i = runs.length - 1; i >= 0; i--) {
            Spoken s = runs[i];
            Position last = lastPlace(s.run, s.index(s.first), s.index(s.end()));
            if (last != null) return last;
        }
        return null;
    }

    private static @Nullable Position lastPlace(Run run, int from, int to) {
        for (int i = to - 1; i >= from; i--) if (run.event(i) instanceof KeptEvent kept) return kept.position();
        return null;
    }

    /** Puts into {@link #others} how far other rooms were heard; how many bytes that is. */
    private int others(Seat seat, Places places) {
        SessionSeats seats = seat.session.seats();
        int length = 0;
        int told = 0;
        for (int i = 0; i < seats.count(); i++) {
            Seat other = seats.at(i);
            Position place = other.place;
            // Of one dialect, and so with the same marks; a session has no other.
            if (other == seat || place == null) continue;
            byte[] mark = told++ < places.most() ? other.crowd.mark(places) : places.more();
            ensure(length + mark.length + Places.MAX_BYTES);
            System.arraycopy(mark, 0, others, length, mark.length);
            length += mark.length;
            if (told > places.most()) break;
            length = places.write(place, others, length);
        }
        return length;
    }

    private void ensure(int capacity) {
        if (others.length < capacity) others = Arrays.copyOf(others, Math.max(capacity, 2 * others.length));
    }

    private @Nullable ByteBuf copy(Strip strip, Run run, int from, int to, int length, int behind) {
        int bytes = strip.start(to) - strip.start(from);
        if (bytes == 0) return null;
        // A frame that grows may need a longer head.
        int most = bytes + (to - from) * (length + 8);
        ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(most, most);
        for (int i = from; i < to; i++) {
            int start = strip.start(i);
            int stop = strip.start(i + 1);
            if (run.event(i) instanceof KeptEvent && stop > start)
                start = insert(strip.bytes(), start, length, behind, out);
            out.writeBytes(strip.bytes(), start, stop - start);
        }
        return out;
    }

    /** Writes the head and the front of a frame (RFC 6455 section 5.2, as {@link FrameHead} has written it); where its rest begins. */
    private int insert(byte[] frames, int start, int length, int behind, ByteBuf out) {
        int payload = frames[start + 1] & 0x7F;
        int at = start + 2;
        if (payload >= 126) {
            int digits = payload == 126 ? 2 : 8;
            payload = 0;
            for (int i = 0; i < digits; i++) payload = (payload << 8) | (frames[at++] & 0xFF);
        }
        FrameHead.write(out, frames[start] & 0x0F, payload + length);
        int front = payload - behind;
        out.writeBytes(frames, at, front).writeBytes(others, 0, length);
        return at + front;
    }
}
