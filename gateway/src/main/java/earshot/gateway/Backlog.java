package earshot.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;

/**
 * What waits for a session whose socket is full: cursors into rings, and small private frames, in the order in which they are to be heard.
 * Exists only while the session lags. Bounded: private frames by bytes, cursors by what the rings hold. Confined to the session's loop.
 */
final class Backlog {
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(4);
    private final int maxPrivateBytes;
    private final ByteBudget budget;
    private int privateBytes;
    /** Goes up with each private frame: ranges from before it must not grow over it. */
    private int barrier;

    private long progressNanos;
    private long lastPending = -1;

    /** Its place in {@link SessionLoop}'s list of those who lag. */
    int index;

    Backlog(int maxPrivateBytes, ByteBudget budget, long nowNanos) {
        this.maxPrivateBytes = maxPrivateBytes;
        this.budget = budget;
        this.progressNanos = nowNanos;
    }

    /** Something to be written when the link takes it. */
    sealed interface Waiting permits RingRange, PrivateFrames {
        /** Writes while the link is writable. */
        Outcome drain(Link link, SessionLoop loop);

        /** It was written, or never will be. */
        void discard();

        long heldBytes();

        enum Outcome {
            DONE,
            MORE,
            /** A part of it is gone: this session cannot be served on. */
            LOST
        }
    }

    /** Frames for this session alone. */
    record PrivateFrames(Language language, byte[] wire, int frames) implements Waiting {
        @Override
        public Outcome drain(Link link, SessionLoop loop) {
            if (!link.isWritable()) return Outcome.MORE;
            link.write(direct(wire));
            loop.delivered(language, frames);
            return Outcome.DONE;
        }

        @Override
        public void discard() {}

        @Override
        public long heldBytes() {
            return wire.length;
        }
    }

    static ByteBuf direct(byte[] wire) {
        return ByteBufAllocator.DEFAULT.directBuffer(wire.length, wire.length).writeBytes(wire);
    }

    /** False when a part of what this session still needs of the room has fallen off its ring. */
    boolean await(Seat seat, RoomRing ring, long from, long to) {
        RingRange tail = seat.tail;
        if (tail != null && tail.hasLost()) return false;
        if (tail == null || !tail.extend(barrier, from, to)) waiting.add(new RingRange(seat, ring, barrier, from, to));
        return true;
    }

    /** False when more waits than may; a single message of any size may. */
    boolean await(PrivateFrames frames) {
        int more = frames.wire().length;
        if (privateBytes > 0 && privateBytes + more > maxPrivateBytes) return false;
        barrier++;
        waiting.add(frames);
        privateBytes += more;
        budget.hold(more);
        return true;
    }

    /** Writes in order until the link takes no more. DONE: nothing waits any more. */
    Waiting.Outcome drain(Link link, SessionLoop loop, long nowNanos) {
        for (Waiting head = waiting.peek(); head != null; head = waiting.peek()) {
            Waiting.Outcome outcome = head.drain(link, loop);
            if (outcome != Waiting.Outcome.DONE) return outcome;
            progressNanos = nowNanos;
            waiting.poll();
            forget(head);
        }
        return Waiting.Outcome.DONE;
    }

    private void forget(Waiting item) {
        item.discard();
        if (!(item instanceof PrivateFrames)) return;
        privateBytes -= (int) item.heldBytes();
        budget.hold(-item.heldBytes());
    }

    void clear() {
        for (Waiting item = waiting.poll(); item != null; item = waiting.poll()) forget(item);
    }

    /** Whether nothing has moved for too long, or something that is still needed is gone. */
    boolean isHopeless(long pendingBytes, long nowNanos, long patienceNanos) {
        if (pendingBytes != lastPending) {
            lastPending = pendingBytes;
            progressNanos = nowNanos;
        }
        return nowNanos - progressNanos > patienceNanos || hasLost();
    }

    private boolean hasLost() {
        for (Waiting item : waiting) if (item instanceof RingRange range && range.hasLost()) return true;
        return false;
    }

    /** What this session makes the node hold, about. */
    long heldBytes() {
        long bytes = 0;
        for (Waiting item : waiting) bytes += item.heldBytes();
        return bytes;
    }
}
