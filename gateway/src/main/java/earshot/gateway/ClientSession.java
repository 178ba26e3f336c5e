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
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One client: its conversation, its seats in rooms, and what is on its way to it ({@link Outgoing}). Confined to its home loop.
 */
final class ClientSession implements LinkListener {
    private final SessionLoop at;
    private Session session;
    private final Language language;
    private final Dialogue dialogue;
    final Outgoing out;
    private final SessionSeats seats = new SessionSeats();
    private boolean identified;
    private boolean ended;
    /** It was told that what nodes share is away. */
    private boolean toldAway;

    /** Where its messages are counted; null: nowhere. */
    private @Nullable SessionUsage usage;

    /** The next session of the same user on this loop. */
    @Nullable
    ClientSession nextOfUser;

    ClientSession(SessionLoop at, Session session, Language language, Entrant entrant, Link link) {
        this.at = at;
        this.session = session;
        this.language = language;
        this.out = new Outgoing(at, this, link);
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

    /** It said something that counts. */
    void hasSpoken() {
        if (usage != null) usage.message();
    }

    // Being told

    /** To a session that lags in its turn, behind what was told before. */
    void onReply(Tag tag, Reply reply) {
        catchUp();
        dialogue.onArrived(reply);
        Backlog waiting = out.backlog();
        if (waiting != null) waiting.await(new Backlog.LateReply(dialogue, tag, reply));
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
        if (!ended) out.writeOwn(wire, frames, dialogue.isReplying());
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

    // What its link and its loop say.

    @Override
    public void onWritable() {
        assert at.isCurrent();
        if (!ended) out.onWritable();
    }

    @Override
    public void onMoved(Link next) {
        assert at.isCurrent();
        if (!ended) out.moveTo(next);
    }

    @Override
    public void onSweep(long nowNanos) {
        if (ended) return;
        if (usage != null) usage.stays();
        dialogue.onTick();
        if (ended) return;
        if (dialogue.isIdle(nowNanos)) end(CloseReason.IDLE);
        else if (out.isHopeless(nowNanos)) end(CloseReason.SLOW_READER);
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
        if (out.backlog() == null) catchUp();
        if (ended) return;
        ended = true;
        out.part(farewell(reason));
        finish(reason);
    }

    private Farewell farewell(CloseReason reason) {
        try {
            Farewell own = dialogue.farewell(reason);
            return own == null ? language.dialect.farewell(reason) : own;
        } catch (RuntimeException e) {
            Faults.contain(e, at.meter(), "farewell");
            return new Farewell.Cut();
        }
    }

    @Override
    public void onClosed(CloseReason reason, boolean clean) {
        assert at.isCurrent();
        out.isClosed();
        if (ended) return;
        ended = true;
        finish(reason);
    }

    private void finish(CloseReason reason) {
        out.end();
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
