package earshot.dialect.graphwiz;

import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.core.session.Session;
import earshot.dialect.Conversation;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.dialect.Inbox;
import earshot.dialect.graphwiz.wire.Wire.ClientHello;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection in one room. It waits a moment for its client's first words, to hear what it speaks and how it is called, then joins; the hello is what the
 * room says first ({@link World}). A client that brings its token in its ClientHello is nobody until then.
 *
 * <p>What it remembers is bounded: a window of message times, and what waits to be acknowledged.
 */
final class GraphwizConversation implements Conversation {
    static final int JOIN = 1;
    static final int SAID = 2;
    static final int QUIET = 3;

    /** So long a silent client is waited for (protocols/graphwiz.md section 5). */
    static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final byte FROZEN_FORM = 1;
    private static final int MAX_NAME_CHARS = 128;

    private final GraphwizDialect.Parts parts;
    private final Door door;
    private final RoomId room;
    private final Pace pace;
    private final @Nullable Deliveries deliveries;
    private final long openedNanos;

    private Session session;
    private Door.Caller caller;
    private Identity identity;
    private @Nullable Framing framing;
    private boolean joining;
    private boolean quarantined;
    private boolean roomDiffered;

    GraphwizConversation(
            GraphwizDialect.Parts parts,
            Door door,
            Session session,
            RoomId room,
            Door.Caller caller,
            Identity identity) {
        this.parts = parts;
        this.door = door;
        this.session = session;
        this.room = room;
        this.caller = caller;
        this.identity = identity;
        this.framing = caller.framing();
        this.openedNanos = parts.clock().nanos();
        this.pace = new Pace(parts.config().rates().messagesPerSecond());
        this.deliveries = caller.acknowledges() ? new Deliveries(parts.config().delivery()) : null;
    }

    @Override
    public void opened(Inbox inbox) {
        if (!caller.isKnown()) {
            quarantined = true;
            parts.quarantined().incrementAndGet();
        } else if (framing != null) {
            comeIn(inbox);
        } else {
            inbox.when(parts.silence().get(), (_, _, later) -> onSilence(later));
        }
    }

    /** It says nothing by itself: a terminal, or a client that waits for the server's hello. */
    private void onSilence(Inbox inbox) {
        if (!joining && !quarantined) comeIn(inbox);
    }

    private void comeIn(Inbox inbox) {
        joining = true;
        parts.numbers().connected();
        Profile profile = identity.profile(caller.displayName());
        session = inbox.identify(profile, "", Roles.permissions(caller.roles()), caller.tokenId());
        join(inbox);
    }

    /** Again when it is known by now what the client speaks. */
    private void join(Inbox inbox) {
        var options = new JoinOptions(variant(), deliveries != null, false, 0, null);
        inbox.ask(new Command.Join(room, options), Tag.of(JOIN));
    }

    // --- from the client

    @Override
    public void decode(Frame frame, Inbox inbox) {
        inbox.active();
        long now = parts.clock().nanos();
        if (!pace.take(now)) {
            onTooFast(now, inbox);
            return;
        }
        if (frame.kind() == Frame.Kind.TEXT) onText(frame.bytes(), inbox);
        else onBinary(frame.bytes(), inbox);
    }

    private void onTooFast(long now, Inbox inbox) {
        inbox.rejected(Inbox.Rejected.RATE_LIMITED);
        if (pace.isAbuse(now)) inbox.close(CloseReason.ABUSE);
        else said(inbox).refuse(429, Refusals.text(Problem.RATE_LIMITED), "");
    }

    private void onText(byte[] utf8, Inbox inbox) {
        if (Codec.isTextPing(utf8)) {
            inbox.answer(Pong.at(parts.clock().millis()));
            return;
        }
        if (quarantined) {
            turnAway(inbox);
            return;
        }
        speaks(Framing.TEXT, inbox);
        Heard heard = Codec.text(utf8);
        if (heard == null) said(inbox).relayText(utf8);
        else handle(heard, inbox);
    }

    private void onBinary(byte[] bytes, Inbox inbox) {
        Heard heard = Codec.binary(bytes, framing);
        if (heard == null) {
            inbox.rejected(Inbox.Rejected.NOT_UNDERSTOOD);
            parts.numbers().messageError();
            if (joining) said(inbox).refuse(400, Refusals.text(Problem.INVALID), "");
            return;
        }
        if (heard.disagrees()) parts.numbers().messageError();
        if (heard.type() == Types.CLIENT_HELLO) onHello(heard, inbox);
        else if (quarantined) turnAway(inbox);
        else if (heard.type() == Types.PING) inbox.answer(Pong.at(parts.clock().millis()));
        else onMessage(heard, inbox);
    }

    private void onMessage(Heard heard, Inbox inbox) {
        speaks(heard.framing(), inbox);
        handle(heard, inbox);
    }

    private void handle(Heard heard, Inbox inbox) {
        Said speaker = said(inbox);
        Handlers.handle(speaker.named(heard), speaker);
    }

    /** Consumed, never told to others: it holds the token. */
    private void onHello(Heard heard, Inbox inbox) {
        ClientHello hello = heard.message().getClientHello();
        if (quarantined && !isProven(hello)) {
            turnAway(inbox);
            return;
        }
        if (!joining) introduce(hello);
        speaks(heard.framing(), inbox);
        String wanted = hello.getRequestedRoom();
        if (wanted.isEmpty() || wanted.equals(room.name()) || roomDiffered) return;
        roomDiffered = true;
        said(inbox)
                .refuse(
                        409,
                        "This connection is in the room of its address",
                        heard.message().getMessageId());
    }

    private boolean isProven(ClientHello hello) {
        if (!(door.verify(hello.getAuthToken(), caller.userId()) instanceof Door.Verdict.Genuine who)) return false;
        caller = caller.as(who.userId(), who.roles(), who.tokenId());
        identity = new Identity(who.userId(), identity.clientId(), identity.connectionId());
        release();
        return true;
    }

    /** How it wants to be called, where the address did not say. */
    private void introduce(ClientHello hello) {
        String name = hello.getDisplayName().strip();
        if (!name.isEmpty() && name.length() <= MAX_NAME_CHARS) caller = caller.named(name);
        if (caller.clientId().isEmpty() && Identity.isClientId(hello.getClientId()))
            identity = identity.as(hello.getClientId());
    }

    /** What its first words were written in is what it speaks. */
    private void speaks(Framing spoken, Inbox inbox) {
        boolean isNews = framing == null;
        if (isNews) framing = spoken;
        if (!joining) comeIn(inbox);
        else if (isNews) join(inbox);
    }

    /** It came back too often: its address is counted once more. */
    private void turnAway(Inbox inbox) {
        parts.handshakes().enter(session.remote(), false);
        inbox.close(CloseReason.REVOKED);
    }

    private void release() {
        if (!quarantined) return;
        quarantined = false;
        parts.quarantined().decrementAndGet();
    }

    private Said said(Inbox inbox) {
        return new Said(parts, inbox, session, room, identity, framing, pace, deliveries);
    }

    // --- from the room

    @Override
    public void onReply(Tag tag, Reply reply, Inbox inbox) {
        switch (tag.kind()) {
            case JOIN -> {
                if (reply instanceof Reply.Refused refused) onNotIn(refused.problem(), inbox);
            }
            case SAID -> said(inbox).onAnswered(tag.text(), reply);
            default -> {} // a pose, or voice: nobody waits for an answer
        }
    }

    private void onNotIn(Problem problem, Inbox inbox) {
        said(inbox).refuse(Refusals.code(problem), Refusals.text(problem), "");
        inbox.close(Refusals.ending(problem));
    }

    @Override
    public int variant() {
        return Variant.of(framing);
    }

    /** Asked of clients that acknowledge only: what they hear is remembered until they do. */
    @Override
    public boolean hears(Event event) {
        if (deliveries != null) deliveries.onTold(event, parts.clock().nanos());
        return true;
    }

    @Override
    public void onTick(Inbox inbox) {
        long now = parts.clock().nanos();
        if (quarantined
                && now - openedNanos > parts.config().access().helloWithin().toNanos()) {
            turnAway(inbox);
            return;
        }
        if (!joining && !quarantined && now - openedNanos > SILENCE_NANOS) comeIn(inbox);
        if (deliveries != null && joining) said(inbox).sayAgain(now);
    }

    @Override
    public @Nullable Farewell farewell(CloseReason reason) {
        return reason == CloseReason.KICKED && parts.endings().isTakenOver(session.id())
                ? Farewell.closeFrame(4409, "Taken over by a newer connection of this client")
                : null;
    }

    @Override
    public void onEnded(CloseReason reason) {
        release();
        if (joining) parts.numbers().disconnected(reason);
        parts.endings().forget(session.id());
        if (deliveries != null) parts.numbers().undelivered(deliveries.waiting());
    }

    @Override
    public void fault(Inbox inbox) {
        said(inbox).refuse(500, Refusals.text(Problem.INTERNAL), "");
    }

    // --- freeze and thaw

    @Override
    public void freeze(DataOutput out) throws IOException {
        out.writeByte(FROZEN_FORM);
        Frozen.write(room, out);
        Frozen.write(caller, out);
        Frozen.write(identity, out);
        out.writeByte(variant());
        out.writeBoolean(joining);
        out.writeBoolean(quarantined);
        out.writeBoolean(roomDiffered);
        long now = parts.clock().nanos();
        pace.freeze(out, now);
        if (deliveries != null) deliveries.freeze(out, now, variant(), parts.words());
    }

    /** Throws {@link IOException} when the bytes are not its own. */
    static GraphwizConversation thaw(GraphwizDialect.Parts parts, Door door, Session session, DataInput in)
            throws IOException {
        if (in.readByte() != FROZEN_FORM) throw new IOException("not a frozen graphwiz conversation");
        try {
            RoomId room = Frozen.readRoom(in);
            Door.Caller caller = Frozen.readCaller(in);
            var thawed = new GraphwizConversation(parts, door, session, room, caller, Frozen.readIdentity(in));
            thawed.read(in);
            return thawed;
        } catch (IllegalArgumentException e) {
            throw new IOException("not a frozen graphwiz conversation", e);
        }
    }

    private void read(DataInput in) throws IOException {
        framing = Variant.framing(in.readByte());
        joining = in.readBoolean();
        quarantined = in.readBoolean();
        roomDiffered = in.readBoolean();
        long now = parts.clock().nanos();
        pace.thaw(in, now);
        if (deliveries != null) deliveries.thaw(in, now);
        if (quarantined) parts.quarantined().incrementAndGet();
    }
}
