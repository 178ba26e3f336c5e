package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.Lane;
import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.core.message.Tag;
import earshot.core.message.UserId;
import earshot.core.session.Session;
import earshot.core.usage.LoopUsage;
import earshot.core.usage.Tenant;
import earshot.core.usage.TenantUsage;
import earshot.dialect.Admission;
import earshot.dialect.Conversation;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.dialect.Inbox;
import io.netty.buffer.ByteBuf;
import io.netty.util.internal.OutOfDirectMemoryError;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client: its conversation, its seats in rooms, and what is on its way to it. Confined to its home loop. It is written to through its link,
 * or, while the link is full, through a {@link Backlog}; which of the two its conversation never sees.
 *
 * <p>What a conversation says while it is told something goes out at once; what it says while it listens waits for the end of the turn, in line
 * with what rooms of this loop have said before.
 */
final class ClientSession implements LinkListener, Inbox {
    private static final Seat[] NO_SEATS = {};
    /** Writes to one link in a row before others get their turn. */
    private static final int DRAINS = 16;

    private final SessionLoop at;
    private final Session session;
    private final Language language;
    private final Conversation conversation;
    private @Nullable Link link;
    private Seat[] seats = NO_SEATS;
    private int seatCount;
    private @Nullable Backlog backlog;
    private int inFlight;
    private long activeNanos;
    private boolean paused;
    /** Its conversation is being given a reply, and what it says belongs to that. */
    private boolean replying;

    private boolean closing;
    private boolean ended;
    private boolean drained;

    /** The message that is being decoded is none for the statistics. */
    private boolean rejected;

    /** Where its messages are counted; null: nowhere. */
    private @Nullable TenantUsage usage;
    /** The hour in which its user was counted last. */
    private int countedHour;

    /** Bytes that are not shared with others, written since its link was empty. */
    private long ownBytes;

    private @Nullable Unsent unsent;

    /** In the loop's list of sessions with something written and not flushed. */
    boolean dirty;

    /** The next session of the same user on this loop. */
    @Nullable
    ClientSession nextOfUser;

    ClientSession(SessionLoop at, Session session, Language language, Admission.Accepted accepted, Link link) {
        this.at = at;
        this.session = session;
        this.language = language;
        this.link = link;
        this.activeNanos = at.clock().nanos();
        this.conversation = accepted.conversation().apply(session);
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

    // Listening

    void open() {
        try {
            conversation.opened(this);
        } catch (Throwable e) {
            onFault(e);
        }
    }

    @Override
    public void onFrame(Frame frame) {
        assert at.isCurrent();
        if (ended || closing) return;
        at.received(language);
        rejected = false;
        try {
            conversation.decode(frame, this);
        } catch (Throwable e) {
            onFault(e);
        }
        LoopUsage counting = at.usage();
        if (counting != null && usage != null && !rejected) counting.message(usage);
    }

    @Override
    public void onControl(boolean ping) {
        if (ping && language.dialect.limits().clientPingIsActivity()) active();
    }

    @Override
    public void ask(Command command, Tag tag) {
        if (ended || closing) return;
        if (++inFlight == at.limits().inFlight()) {
            Limit.COMMANDS_IN_FLIGHT.exceeded(at.meter());
            pause(true);
        }
        try {
            at.domain().submit(session, command, tag);
        } catch (RuntimeException e) {
            Faults.contain(e, at.meter(), "submit");
            at.sayHere(_ -> onReply(tag, Reply.Refused.of(Problem.INTERNAL)));
        }
    }

    private void pause(boolean wanted) {
        paused = wanted;
        if (link != null) link.read(!wanted);
    }

    @Override
    public void answer(Frame frame) {
        if (ended || closing) return;
        byte[] wire = at.encoder().wire(frame, form());
        if (replying || at.isReceiving()) sayWire(wire, 1);
        else at.sayHere(_ -> sayWire(wire, 1));
    }

    @Override
    public void close(CloseReason reason) {
        if (ended || closing) return;
        if (replying || at.isReceiving()) {
            end(reason);
        } else {
            closing = true;
            at.sayHere(_ -> end(reason));
        }
    }

    @Override
    public void active() {
        activeNanos = at.clock().nanos();
    }

    @Override
    public void rejected(Rejected why) {
        rejected = true;
        at.rejected(language, why);
    }

    // Being told

    /** To a session that lags in its turn, behind what was told before. */
    void onReply(Tag tag, Reply reply) {
        catchUp();
        if (backlog != null) backlog.await(new Backlog.LateReply(this, tag, reply));
        else give(tag, reply);
    }

    void onTurnOf(Backlog.LateReply late) {
        give(late.tag(), late.reply());
    }

    private void give(Tag tag, Reply reply) {
        inFlight--;
        if (ended) return;
        replying = true;
        try {
            conversation.onReply(tag, reply, this);
        } catch (Throwable e) {
            onFault(e);
        } finally {
            replying = false;
        }
        if (paused && !ended && inFlight <= at.limits().inFlight() / 2) pause(false);
    }

    void tell(Event event) {
        WireForm form = event.lane() == Lane.LATEST ? WireForm.PLAIN : form();
        for (Frame frame : at.encoder().encode(event, language.flavor(conversation.variant(), form))) {
            sayWire(at.encoder().wire(frame, form), 1);
        }
    }

    private WireForm form() {
        return WireForm.at(session.packing());
    }

    /** Whether it wants the event; asked for filtered seats only. */
    boolean hears(Event event) {
        try {
            return conversation.hears(event);
        } catch (RuntimeException e) {
            Faults.contain(e, at.meter(), "hears");
            return false;
        }
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
        if (waiting != null && !waiting.await(new Backlog.PrivateFrames(language, wire, frames), replying))
            end(CloseReason.SLOW_READER);
    }

    private void sayNow(byte[] wire, int frames) {
        try {
            ownBytes += wire.length;
            write(Backlog.direct(wire));
            at.delivered(language, frames);
        } catch (OutOfDirectMemoryError e) {
            Faults.contain(e, at.meter(), "memory");
            end(CloseReason.FAULT);
        }
    }

    private void catchUp() {
        if (!at.isSpeaking()) return;
        for (int i = 0; i < seatCount; i++) seats[i].crowd.bringUpToDate(this);
    }

    // Writing

    /** Whether it can be written to now; otherwise it lags. */
    boolean takes() {
        return backlog == null && link != null && link.isWritable();
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
        if (!last || seatCount != 1 || dirty) write(frames.retainedDuplicate());
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

    /**
     * Tells the node's budget what this session alone makes the node hold behind its socket: its own bytes, and what it costs to remember that
     * others are its too. Those are counted by {@link SharedBytes}, once for all members.
     */
    private void account() {
        long pending = link == null ? 0 : link.pendingBytes();
        Unsent waiting = unsent;
        if (link == null || pending == 0) {
            ownBytes = 0;
            unsent = null;
            if (waiting != null) at.isBehindNoMore(waiting);
            return;
        }
        if (waiting == null) {
            waiting = new Unsent(at.budget(), at.clock().nanos());
            unsent = waiting;
            at.isBehind(this, waiting);
        }
        waiting.is(
                Math.min(pending, ownBytes) + link.pendingOverhead(), at.clock().nanos());
    }

    @Nullable
    Unsent unsent() {
        return unsent;
    }

    // Lagging

    /** From now on what is told waits; null when there is nobody to wait for. */
    @Nullable
    Backlog lag() {
        if (backlog != null || ended || link == null) return backlog;
        var begun =
                new Backlog(at.limits().privateBytes(), at.budget(), at.clock().nanos());
        backlog = begun;
        at.lags(this, begun);
        account();
        return begun;
    }

    @Nullable
    Backlog backlog() {
        return backlog;
    }

    @Override
    public void onWritable() {
        assert at.isCurrent();
        if (backlog == null && !ended) account();
        if (drained) return;
        drained = true;
        try {
            for (int i = 0; i < DRAINS && canDrain(); i++) drain();
        } catch (Throwable e) {
            Faults.contain(e, at.meter(), "drain");
            end(CloseReason.FAULT);
        }
        drained = false;
        if (canDrain()) at.soon(this::onWritable);
    }

    private boolean canDrain() {
        return backlog != null && link != null && !ended && link.isWritable();
    }

    private void drain() {
        Link l = link;
        Backlog waiting = backlog;
        if (l == null || waiting == null) return;
        int own = waiting.privateBytes();
        Backlog.Waiting.Outcome outcome = waiting.drain(l, at, at.clock().nanos());
        ownBytes += Math.max(0, own - waiting.privateBytes());
        if (outcome == Backlog.Waiting.Outcome.LOST) {
            end(CloseReason.SLOW_READER);
            return;
        }
        if (outcome == Backlog.Waiting.Outcome.DONE) stopLagging();
        l.flush();
        account();
    }

    private void stopLagging() {
        Backlog over = backlog;
        if (over == null) return;
        backlog = null;
        over.clear();
        at.lagsNoMore(over);
    }

    long heldBytes() {
        return (backlog == null ? 0 : backlog.heldBytes()) + (link == null ? 0 : link.pendingBytes());
    }

    @Override
    public void onSweep(long nowNanos) {
        if (ended) return;
        stillCounts();
        long idleMillis = language.dialect.limits().idleMillis();
        if (idleMillis > 0 && nowNanos - activeNanos > TimeUnit.MILLISECONDS.toNanos(idleMillis)) {
            end(CloseReason.IDLE);
        } else if (backlog != null && link != null) {
            if (backlog.isHopeless(
                    link.pendingBytes(), nowNanos, at.limits().slowReader().toNanos())) end(CloseReason.SLOW_READER);
            else onWritable();
        } else if (unsent != null) {
            account();
            if (unsent != null
                    && unsent.isHopeless(nowNanos, at.limits().slowReader().toNanos())) end(CloseReason.SLOW_READER);
        }
    }

    // Counting, for the tenant's statistics

    void isCounted(@Nullable LoopUsage by) {
        if (by == null || !language.dialect.isCounted()) return;
        usage = by.opened(new Tenant(session.dialect(), session.tenant()), userId());
        countedHour = by.hour();
    }

    void isCountedNoMore(@Nullable LoopUsage by) {
        if (by != null && usage != null) by.closed(usage, userId());
    }

    /** Who stays over the hour is a user of the new one as well. */
    private void stillCounts() {
        LoopUsage by = at.usage();
        if (by == null || usage == null || countedHour == by.hour()) return;
        countedHour = by.hour();
        String user = userId();
        if (user != null) by.present(usage, user);
    }

    private @Nullable String userId() {
        return session.user() == null ? null : session.user().user().id();
    }

    // Seats

    @Nullable
    Seat seat(Crowd crowd) {
        for (int i = 0; i < seatCount; i++) if (seats[i].crowd == crowd) return seats[i];
        return null;
    }

    void sit(Seat seat) {
        if (seatCount == seats.length) seats = Arrays.copyOf(seats, seatCount == 0 ? 1 : seatCount * 2);
        seats[seatCount++] = seat;
    }

    void leave(Seat seat) {
        for (int i = 0; i < seatCount; i++) {
            if (seats[i] != seat) continue;
            seats[i] = seats[--seatCount];
            seats = Arrays.copyOf(seats, seatCount <= seats.length / 4 ? seatCount : seats.length);
            if (seats.length > seatCount) Arrays.fill(seats, seatCount, seats.length, null);
            break;
        }
        if (ended && seatCount == 0) at.forget(this);
    }

    // Ending

    /** Ends the session from our side, in its dialect's way. */
    void end(CloseReason reason) {
        if (ended) return;
        if (backlog == null) catchUp();
        if (ended) return;
        ended = true;
        Link l = link;
        link = null;
        if (l != null) part(l, reason);
        finish(reason);
    }

    private void part(Link l, CloseReason reason) {
        try {
            switch (language.dialect.farewell(reason)) {
                case Farewell.Cut _ -> flushAndCut(l);
                case Farewell.CloseFrame frame -> l.close(frame);
            }
        } catch (RuntimeException e) {
            Faults.contain(e, at.meter(), "farewell");
            l.cut();
        }
    }

    private static void flushAndCut(Link l) {
        l.flush();
        l.cut();
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
        at.ended(this, reason);
        if (seatCount == 0) at.forget(this);
        try {
            at.domain().disconnected(session, reason);
        } catch (RuntimeException e) {
            Faults.contain(e, at.meter(), "disconnected");
        }
    }

    /** A bug of ours came out of the conversation: it says sorry, or, when even that is not safe, the session ends. */
    private void onFault(Throwable e) {
        Faults.contain(e, at.meter(), "conversation");
        if (ended) return;
        if (!(e instanceof Exception)) {
            end(CloseReason.FAULT);
            return;
        }
        try {
            conversation.fault(this);
        } catch (Throwable again) {
            Faults.contain(again, at.meter(), "conversation");
            end(CloseReason.FAULT);
        }
    }
}
