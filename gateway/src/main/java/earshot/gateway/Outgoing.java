package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.dialect.EngineIo;
import earshot.dialect.Farewell;
import io.netty.buffer.ByteBuf;
import io.netty.util.internal.OutOfDirectMemoryError;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way to one client: through its link, or, while the link is full, through a {@link Lagging}. Confined to the session's loop.
 */
final class Outgoing {
    private final SessionLoop at;
    private final ClientSession client;
    private @Nullable Link link;
    private @Nullable Lagging lagging;
    private @Nullable Unsent unsent;

    /** Bytes that are not shared with others, written since its link was empty. */
    private long ownBytes;

    /** In the loop's list of sessions with something written and not flushed. */
    boolean dirty;

    Outgoing(SessionLoop at, ClientSession client, Link link) {
        this.at = at;
        this.client = client;
        this.link = link;
    }

    /** By what its client is reached. */
    EngineIo.Transport transport() {
        return link == null ? EngineIo.Transport.WEBSOCKET : link.transport();
    }

    /** Whether what its client sends is read. */
    void read(boolean wanted) {
        if (link != null) link.read(wanted);
    }

    // Writing

    /** Whether it can be written to now; otherwise it lags. */
    boolean takes() {
        return lagging == null && link != null && link.isWritable();
    }

    void write(ByteBuf frames) {
        Link l = link;
        if (l == null) {
            frames.release();
            return;
        }
        l.write(frames);
        at.hasWritten(this);
    }

    /**
     * Writes what all members of a room get. The caller keeps the buffer.
     *
     * @param last nothing more comes from this room in this turn: if it is the session's only one, the bytes leave at once
     */
    void writeShared(ByteBuf frames, boolean last) {
        Link l = link;
        if (l == null) return;
        if (!last || client.isInSeveralRooms() || dirty) write(frames.retainedDuplicate());
        else if (!l.writeNow(frames)) at.hasWritten(this); // to be accounted for at the end of the turn
    }

    /** @param toReply see {@link Backlog#await(Backlog.PrivateFrames, boolean)} */
    void writeOwn(byte[] wire, int frames, boolean toReply) {
        if (takes()) {
            writeOwnNow(wire, frames);
            return;
        }
        Backlog waiting = lag();
        if (waiting != null && !waiting.await(new Backlog.PrivateFrames(client.language(), wire, frames), toReply))
            client.end(CloseReason.SLOW_READER);
    }

    private void writeOwnNow(byte[] wire, int frames) {
        try {
            ownBytes += wire.length;
            write(Backlog.direct(wire));
            at.delivered(client.language(), frames, wire.length);
        } catch (OutOfDirectMemoryError e) {
            Faults.contain(e, at.meter(), "memory");
            client.end(CloseReason.FAULT);
        }
    }

    void flush() {
        if (!dirty) return;
        dirty = false;
        if (link == null) return;
        try {
            link.flush();
            account();
        } catch (Throwable e) {
            Faults.contain(e, at.meter(), "flush");
            client.end(CloseReason.FAULT);
        }
    }

    /** Something was written that only this session holds. */
    void hasWrittenOwn(int bytes) {
        ownBytes += bytes;
    }

    /** Tells the node's budget what its socket has not taken. */
    void account() {
        unsent = Unsent.behind(link, ownBytes, unsent, client, at);
        if (unsent == null) ownBytes = 0;
    }

    // Lagging

    /** From now on what is told waits; null when there is nobody to wait for. */
    @Nullable
    Backlog lag() {
        if (lagging == null) {
            if (link == null) return null;
            lagging = new Lagging(at, client, link);
            at.lags(lagging);
            account();
        }
        return lagging.backlog;
    }

    /** Null: nothing waits but what the link has. */
    @Nullable
    Backlog backlog() {
        return lagging == null ? null : lagging.backlog;
    }

    /** The link takes more. */
    void onWritable() {
        if (lagging != null) lagging.serve();
        else if (link != null) account();
    }

    /** What was written to the link before goes on waiting in the next one. */
    void moveTo(Link next) {
        link = next;
        if (lagging != null) lagging.onMoved(next);
        account();
    }

    void stopLagging() {
        Lagging over = lagging;
        if (over == null) return;
        lagging = null;
        over.end();
        at.slowReaders().remove(over);
    }

    /** What it makes the node hold, about; shared bytes too. */
    long heldBytes() {
        return (lagging == null ? 0 : lagging.backlog.heldBytes()) + (link == null ? 0 : link.pendingBytes());
    }

    /** Looks at what waits: whether nothing has moved for too long, or what is needed is gone. */
    boolean isHopeless(long nowNanos) {
        if (lagging != null) {
            if (lagging.isHopeless(nowNanos)) return true;
            onWritable();
        } else if (unsent != null) {
            account();
            return unsent != null
                    && unsent.isHopeless(nowNanos, at.limits().slowReader().toNanos());
        }
        return false;
    }

    // Ending

    /** Says goodbye behind everything that was written; what lags is not said any more. */
    void part(Farewell farewell) {
        Link l = link;
        link = null;
        if (l == null) return;
        try {
            l.close(farewell);
        } catch (RuntimeException e) {
            Faults.contain(e, at.meter(), "farewell");
            l.cut();
        }
    }

    /** The link is gone. */
    void isClosed() {
        link = null;
    }

    /** Nothing more is to be told: what waited is let go. */
    void end() {
        stopLagging();
        account();
    }
}
