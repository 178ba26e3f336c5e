package earshot.gateway;

import earshot.core.message.Message;
import earshot.core.message.Reply;
import earshot.core.message.Tag;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a session whose socket is full: cursors into rings, small private frames, and replies that its conversation has not been given
 * yet, in the order in which they are to be heard. Exists only while the session lags. Bounded: private frames by bytes, cursors by what the
 * rings hold, replies by the commands in flight. Confined to the session's loop.
 *
 * <p>A reply is given to the conversation when its turn has come, and what is said to it takes its place in line. So a conversation that asks for
 * history slice by slice asks as fast as its client reads.
 */
final class Backlog {
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(4);
    /** What is said to the reply that is being given; null: none is. */
    private @Nullable List<PrivateFrames> answers;

    private boolean cleared;
    private final int maxPrivateBytes;
    private final ByteBudget budget;
    private int privateBytes;
    /** Goes up with each private frame: ranges from before it must not grow over it. */
    private int barrier;

    private long progressNanos;
    private long lastPending = -1;

    Backlog(int maxPrivateBytes, ByteBudget budget, long nowNanos) {
        this.maxPrivateBytes = maxPrivateBytes;
        this.budget = budget;
        this.progressNanos = nowNanos;
    }

    /** Something to be written when the link takes it. */
    sealed interface Waiting permits RingRange, PrivateFrames, LateReply {
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
            loop.delivered(language, frames, wire.length);
            return Outcome.DONE;
        }

        @Override
        public void discard() {}

        @Override
        public long heldBytes() {
            return wire.length;
        }
    }

    /** An answer from a room that its conversation has not heard yet. */
    record LateReply(Dialogue to, Tag tag, Reply reply) implements Waiting {
        /** Given by {@link Backlog#give}: it changes the line that it stands in. */
        @Override
        public Outcome drain(Link link, SessionLoop loop) {
            throw new IllegalStateException("a reply is given, not written");
        }

        @Override
        public void discard() {}

        /** Messages that only this reply holds; what a join shows is shared. */
        @Override
        public long heldBytes() {
            return reply instanceof Reply.History h
                    ? h.messages().stream().mapToLong(Message::weightBytes).sum()
                    : 0;
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

    /** False when more waits than may; a single message of any size may, and so may the answer to one reply. */
    boolean await(PrivateFrames frames, boolean toReply) {
        int more = frames.wire().length;
        if (!toReply && privateBytes > 0 && privateBytes + more > maxPrivateBytes) return false;
        if (answers != null) {
            answers.add(frames);
        } else {
            barrier++;
            waiting.add(frames);
        }
        privateBytes += more;
        budget.hold(more);
        return true;
    }

    void await(LateReply reply) {
        barrier++;
        waiting.add(reply);
        budget.hold(reply.heldBytes());
    }

    /** Writes in order until the link takes no more. DONE: nothing waits any more. */
    Waiting.Outcome drain(Link link, SessionLoop loop, long nowNanos) {
        for (Waiting head = waiting.peek(); head != null; head = waiting.peek()) {
            if (head instanceof LateReply late) {
                if (!link.isWritable()) return Waiting.Outcome.MORE;
                waiting.poll();
                forget(late);
                give(late);
                continue;
            }
            Waiting.Outcome outcome = head.drain(link, loop);
            if (outcome != Waiting.Outcome.DONE) return outcome;
            progressNanos = nowNanos;
            waiting.poll();
            forget(head);
        }
        return Waiting.Outcome.DONE;
    }

    private void give(LateReply late) {
        List<PrivateFrames> said = new ArrayList<>();
        answers = said;
        try {
            late.to().onReply(late.tag(), late.reply());
        } finally {
            answers = null;
            for (PrivateFrames frames : said.reversed()) {
                if (cleared) forget(frames);
                else waiting.addFirst(frames);
            }
        }
    }

    private void forget(Waiting item) {
        item.discard();
        if (item instanceof RingRange) return;
        if (item instanceof PrivateFrames) privateBytes -= (int) item.heldBytes();
        budget.hold(-item.heldBytes());
    }

    void clear() {
        cleared = true;
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

    /** What is kept for it and for others: the elder half of it goes. */
    void shedRings() {
        for (Waiting item : waiting) if (item instanceof RingRange range) range.shedRing();
    }

    int privateBytes() {
        return privateBytes;
    }

    /** What this session makes the node hold, about. */
    long heldBytes() {
        long bytes = 0;
        for (Waiting item : waiting) bytes += item.heldBytes();
        return bytes;
    }
}
