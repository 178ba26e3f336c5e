package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.Position;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.core.message.UserId;
import earshot.core.session.Gathering;
import earshot.core.session.Session;
import earshot.dialect.EngineIo;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.util.internal.OutOfDirectMemoryError;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One client: its seats in rooms, and what is on its way to it. Confined to its home loop. It is written to through its link, or, while the link
 * is full, through a {@link Lagging}; which of the two its {@link Dialogue} never sees.
 */
final class ClientSession implements LinkListener {
    private final SessionLoop at;
    private Session session;
    private final Language language;
    private final Dialogue dialogue;
    private @Nullable Link link;
    private final SessionSeats seats = new SessionSeats();
    private @Nullable Lagging lagging;
    private @Nullable Unsent unsent;
    private boolean identified;
    private boolean ended;
    /** It was told that what nodes share is away. */
    private boolean toldAway;

    /** Where its messages are counted; null: nowhere. */
    private @Nullable SessionUsage usage;

    /** Bytes that are not shared with others, written since its link was empty. */
    private long ownBytes;

    /** In the loop's list of sessions with something written and not flushed. */
    boolean dirty;

    /** The next session of the same user on this loop. */
    @Nullable
    ClientSession nextOfUser;

    ClientSession(SessionLoop at, Session session, Language language, Entrant entrant, Link link) {
        this.at = at;
        this.session = session;
        this.language = language;
        this.link = link;
        this.dialogue = new Dialogue(at, this, entrant.conversation().apply(session));
    }

    Session session() {
        return session;
    }

    Language language() {
        return language;
    }

    @Nullable
    UserId user() {
        return session.user() == null ? null : session.user().user();
    }

    boolean hasEnded() {
        return ended;
    }

    /** Nobody has no place in rooms, statistics and lists. */
    @Override
    public boolean leavesByItself() {
        return dialogue.leavesByItself();
    }

    @Override
    public boolean isIdentified() {
        return identified;
    }

    /** Once: it is somebody from now on. */
    Session identify(@Nullable Profile as, String tenant, Set<String> permissions, String tokenId) {
        if (identified) return session;
        session = session.identified(as, tenant, permissions, tokenId);
        isKnown();
        return session;
    }

    /** The node and the statistics hear of it. */
    void isKnown() {
        identified = true;
        at.domain().connected(session);
        at.sessions().identified(this);
        usage = SessionUsage.opened(at.usage(), this);
    }

    /** By what its client is reached. */
    EngineIo.Transport transport() {
        return link == null ? EngineIo.Transport.WEBSOCKET : link.transport();
    }

    // Listening

    void open() {
        dialogue.open();
    }

    @Override
    public void onFrame(Frame frame) {
        assert at.isCurrent();
        if (!ended) dialogue.onFrame(frame);
    }

    @Override
    public void onControl(boolean ping) {
        if (ping) dialogue.onPing();
    }

    /** Whether what its client sends is read. */
    void read(boolean wanted) {
        if (link != null) link.read(wanted);
    }

    /** It said something that counts. */
    void hasSpoken() {
        if (usage != null) usage.message();
    }

    // Being told

    /** To a session that lags in its turn, behind what was told before. */
    void onReply(Tag tag, Reply reply) {
        catchUp();
        dialogue.onArrived(reply);
        if (lagging != null) lagging.backlog.await(new Backlog.LateReply(dialogue, tag, reply));
        else dialogue.onReply(tag, reply);
    }

    void tell(Event event) {
        dialogue.tell(event);
    }

    void onEmitted(Gathering gathering) {
        dialogue.onEmitted(gathering);
    }

    /** Nobody hears twice of the same, or that it is back when they did not hear that it was away. */
    void onAway(boolean away) {
        if (ended || toldAway == away) return;
        toldAway = away;
        dialogue.onAway(away);
    }

    /** Whether it wants the event; asked for filtered seats only. */
    boolean hears(Event event) {
        return dialogue.hears(event);
    }

    /** Says something to this client alone, behind everything that its rooms have told so far. */
    void sayWire(byte[] wire, int frames) {
        catchUp();
        if (ended) return;
        if (takes()) {
            sayNow(wire, frames);
            return;
        }
        Backlog waiting = lag();
        if (waiting != null && !waiting.await(new Backlog.PrivateFrames(language, wire, frames), dialogue.isReplying()))
            end(CloseReason.SLOW_READER);
    }

    private void sayNow(byte[] wire, int frames) {
        try {
            ownBytes += wire.length;
            write(Backlog.direct(wire));
            at.delivered(language, frames, wire.length);
        } catch (OutOfDirectMemoryError e) {
            Faults.contain(e, at.meter(), "memory");
            end(CloseReason.FAULT);
        }
    }

    /** See {@link Seat#place}. */
    @Nullable
    Position told(RoomId room) {
        catchUp();
        return seats.placeIn(room);
    }

    private void catchUp() {
        if (!at.isSpeaking()) return;
        seats.bringUpToDate(this);
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
        if (!last || seats.count() != 1 || dirty) write(frames.retainedDuplicate());
        else if (!l.writeNow(frames)) at.hasWritten(this); // to be accounted for at the end of the turn
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
            end(CloseReason.FAULT);
        }
    }

    /** Something was written that only this session holds. */
    void hasWrittenOwn(int bytes) {
        ownBytes += bytes;
    }

    /** Tells the node's budget what its socket has not taken. */
    void account() {
        unsent = Unsent.behind(link, ownBytes, unsent, this, at);
        if (unsent == null) ownBytes = 0;
    }

    // Lagging

    /** From now on what is told waits; null when there is nobody to wait for. */
    @Nullable
    Backlog lag() {
        if (lagging == null) {
            if (ended || link == null) return null;
            lagging = new Lagging(at, this, link);
            at.lags(lagging);
            account();
        }
        return lagging.backlog;
    }

    @Override
    public void onWritable() {
        assert at.isCurrent();
        if (lagging != null) lagging.serve();
        else if (!ended) account();
    }

    /** What was written to the link before goes on waiting in the next one. */
    @Override
    public void onMoved(Link next) {
        assert at.isCurrent();
        if (ended) return;
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

    @Override
    public void onSweep(long nowNanos) {
        if (ended) return;
        if (usage != null) usage.stays();
        dialogue.onTick();
        if (ended) return;
        if (dialogue.isIdle(nowNanos)) {
            end(CloseReason.IDLE);
        } else if (lagging != null) {
            if (lagging.isHopeless(nowNanos)) end(CloseReason.SLOW_READER);
            else onWritable();
        } else if (unsent != null) {
            account();
            if (unsent != null
                    && unsent.isHopeless(nowNanos, at.limits().slowReader().toNanos())) end(CloseReason.SLOW_READER);
        }
    }

    // Seats

    @Nullable
    Seat seat(Crowd crowd) {
        return seats.in(crowd);
    }

    boolean isInSeveralRooms() {
        return seats.count() > 1;
    }

    SessionSeats seats() {
        return seats;
    }

    void sit(Seat seat) {
        seats.add(seat);
    }

    void leave(Seat seat) {
        seats.remove(seat);
        if (ended && seats.count() == 0) at.sessions().forget(this);
    }

    // Ending

    /** Ends the session from our side, in its dialect's way. */
    void end(CloseReason reason) {
        if (ended) return;
        if (lagging == null) catchUp();
        if (ended) return;
        ended = true;
        Link l = link;
        link = null;
        if (l != null) part(l, reason);
        finish(reason);
    }

    private void part(Link l, CloseReason reason) {
        try {
            Farewell own = dialogue.farewell(reason);
            l.close(own == null ? language.dialect.farewell(reason) : own);
        } catch (RuntimeException e) {
            Faults.contain(e, at.meter(), "farewell");
            l.cut();
        }
    }

    @Override
    public void onClosed(CloseReason reason, boolean clean) {
        assert at.isCurrent();
        link = null;
        if (ended) return;
        ended = true;
        finish(reason);
    }

    private void finish(CloseReason reason) {
        stopLagging();
        account();
        if (usage != null) usage.closed();
        at.ended(this, reason);
        if (seats.count() == 0) at.sessions().forget(this);
        if (identified) disconnect(reason);
        dialogue.onEnded(reason);
    }

    private void disconnect(CloseReason reason) {
        try {
            at.domain().disconnected(session, dialogue.meaningOf(reason));
        } catch (RuntimeException e) {
            Faults.contain(e, at.meter(), "disconnected");
        }
    }
}
