package earshot.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * What one lagging session has still to hear of one room: places of the room's ring, not frames. Drained as kept and sure entries in their
 * order, then the newest values that were told within the range. Confined to the session's loop.
 */
final class RingRange implements Backlog.Waiting {
    /** What is written between two looks at the link. */
    private static final int SLICE_BYTES = 64 << 10;

    private final Seat seat;
    private final RoomRing ring;
    private final int barrier;
    private long from;
    private long to;
    private long latestFrom;
    private @Nullable Spoken at;

    RingRange(Seat seat, RoomRing ring, int barrier, long from, long to) {
        this.seat = seat;
        this.ring = ring;
        this.barrier = barrier;
        this.from = from;
        this.latestFrom = from;
        this.to = to;
        ring.acquire();
        seat.tail = this;
    }

    /** Whether the places follow this range with nothing between: then it is just longer. */
    boolean extend(int currentBarrier, long moreFrom, long moreTo) {
        if (barrier != currentBarrier || to != moreFrom) return false;
        to = moreTo;
        return true;
    }

    /** Makes room in the ring: one range less would free nothing as long as others need the same. */
    void shedRing() {
        ring.shed();
    }

    boolean hasLost() {
        return from < to && ring.hasLost(from);
    }

    @Override
    public Outcome drain(Link link, SessionLoop loop) {
        while (from < to) {
            if (ring.hasLost(from)) return Outcome.LOST;
            if (!link.isWritable()) return Outcome.MORE;
            writeNext(link, loop);
        }
        return drainLatest(link, loop);
    }

    private void writeNext(Link link, SessionLoop loop) {
        Spoken s = ring.reaching(from, at);
        at = s;
        if (s == null || s.first >= to) {
            from = to;
            return;
        }
        long stop = Math.min(to, s.end());
        long start = Math.max(from, s.first);
        while (start < stop && !s.isCertain(start)) start++;
        long after = start;
        while (after < stop && s.isCertain(after) && s.bytes(seat.flavor, start, after) < SLICE_BYTES) after++;
        from = after;
        ByteBuf piece = loop.severalRooms().piece(seat, s, start, after);
        if (piece == null) return;
        int bytes = piece.readableBytes();
        link.write(piece);
        loop.delivered(seat.flavor.language, s.frames(seat.flavor, start, after), bytes);
    }

    private Outcome drainLatest(Link link, SessionLoop loop) {
        for (RoomRing.Latest value : ring.latest()) {
            if (value.place() < latestFrom) continue;
            if (value.place() >= to) break;
            if (!link.isWritable()) return Outcome.MORE;
            latestFrom = value.place() + 1;
            writeLatest(value, link, loop);
        }
        return Outcome.DONE;
    }

    private void writeLatest(RoomRing.Latest value, Link link, SessionLoop loop) {
        byte[] wire = value.wire(seat.flavor);
        if (wire == null || wire.length == 0) return;
        if (seat.filtered && !seat.session.hears(value.event())) return;
        seat.session.out.hasWrittenOwn(wire.length);
        link.write(Unpooled.wrappedBuffer(wire));
        loop.delivered(seat.flavor.language, 1, wire.length);
    }

    @Override
    public void discard() {
        if (seat.tail == this) seat.tail = null;
        ring.release();
    }

    @Override
    public long heldBytes() {
        return ring.share(from, to);
    }
}
