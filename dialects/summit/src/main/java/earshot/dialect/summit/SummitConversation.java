package earshot.dialect.summit;

import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Position;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.Tag;
import earshot.core.session.Gathering;
import earshot.core.session.Session;
import earshot.core.telemetry.Metric;
import earshot.dialect.Conversation;
import earshot.dialect.Frame;
import earshot.dialect.Inbox;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One connection, and the namespaces that it is in. All of them are one user: a namespace that is asked for with somebody else's token is refused.
 *
 * <p>What it remembers is bounded: {@value Sockets#MAX} namespaces, each with as many rooms as the configuration allows, and one packet that waits for its
 * attachments, for {@value #ATTACHMENTS_WITHIN_MILLIS} ms.
 */
final class SummitConversation implements Conversation {
    private static final long ATTACHMENTS_WITHIN_MILLIS = 30_000;

    private static final byte FROZEN_FORM = 1;

    private final SummitDialect.Parts parts;
    private final SessionId id;
    private final Connecting connecting;
    private final Requests requests;
    private final Answers answers;
    private final Sockets sockets;
    private final Arrivals arrivals;
    private final Excess excess;

    private PacketDecoder decoder;
    /** From the request that opened the connection; null: none, or it is known who this is. */
    private @Nullable String headerToken;

    private @Nullable Identity who;
    private long waitingSinceMillis;
    private boolean saidRestart;
    private long knownNanos;

    /** What all conversations share. */
    record Services(SummitDialect.Parts parts, Connecting connecting, Requests requests, Answers answers) {
        static Services of(SummitDialect.Parts parts) {
            return new Services(parts, new Connecting(parts), new Requests(parts), new Answers(parts));
        }
    }

    SummitConversation(Services services, Session session, @Nullable String headerToken) {
        this.parts = services.parts();
        this.id = session.id();
        this.sockets = new Sockets(parts, session);
        this.headerToken = headerToken;
        this.decoder = new PacketDecoder(parts.config().maxMessageBytes());
        this.connecting = services.connecting();
        this.requests = services.requests();
        this.answers = services.answers();
        this.arrivals = new Arrivals(services, sockets);
        this.excess = new Excess(parts.clock());
    }

    @Override
    public void opened(Inbox inbox) {}

    // ---- from the client

    @Override
    public void decode(Frame frame, Inbox inbox) {
        inbox.active();
        boolean waited = decoder.isWaiting();
        switch (decoder.next(frame)) {
            case Heard.Connect connect -> onConnect(connect, inbox);
            case Heard.Disconnect disconnect -> onDisconnect(disconnect, inbox);
            case Heard.Event event -> onEvent(event, inbox);
            case Heard.Ack ack -> onAck(ack, inbox);
            case Heard.Incomplete _ -> {
                inbox.rejected(Inbox.Rejected.IGNORED);
                if (!waited) waitingSinceMillis = parts.clock().millis();
            }
            case Heard.Malformed _ -> notUnderstood(inbox);
            case Heard.TooBig _ -> {
                inbox.rejected(Inbox.Rejected.NOT_UNDERSTOOD);
                inbox.close(CloseReason.TOO_BIG);
            }
        }
        if (who != null) sockets.writeDown(who);
    }

    private static void notUnderstood(Inbox inbox) {
        inbox.rejected(Inbox.Rejected.NOT_UNDERSTOOD);
        inbox.close(CloseReason.PROTOCOL_ERROR);
    }

    private void onConnect(Heard.Connect connect, Inbox inbox) {
        inbox.rejected(Inbox.Rejected.IGNORED);
        if (sockets.in(connect.namespace()) != null || arrivals.isUnderWay(connect.namespace())) {
            notUnderstood(inbox);
            return;
        }
        if (sockets.size() + arrivals.underWay() >= Sockets.MAX) {
            inbox.answer(Packets.connectError(connect.namespace(), "Too many namespaces", "TOO_MANY_NAMESPACES"));
            return;
        }
        switch (connecting.decide(connect, who, headerToken)) {
            case Connecting.Outcome.Refused refused -> inbox.answer(refused.answer());
            case Connecting.Outcome.TryAgain _ -> inbox.close(CloseReason.DRAINING);
            case Connecting.Outcome.Welcome welcome -> onWelcome(connect, welcome.who(), inbox);
        }
    }

    private void onWelcome(Heard.Connect connect, Identity is, Inbox inbox) {
        if (who == null) {
            knownNanos = parts.clock().nanos();
            inbox.identify(is.user(), is.tenant(), is.permissions(), is.tokenId());
            headerToken = null;
        }
        who = is;
        arrivals.arrive(connect, is, inbox);
    }

    /** Who left said so by a packet, and is in no room any more: all else was not meant, and may be over in a moment. */
    @Override
    public CloseReason meaningOf(CloseReason reason) {
        return reason == CloseReason.CLIENT_LEFT ? CloseReason.DEAD_PEER : reason;
    }

    @Override
    public void onEnded(CloseReason reason) {
        Identity is = who;
        if (is == null) return;
        parts.meter().observe(Metric.CONNECTION_DURATION, parts.clock().nanos() - knownNanos);
        sockets.ended(reason, is);
    }

    private void onDisconnect(Heard.Disconnect disconnect, Inbox inbox) {
        inbox.rejected(Inbox.Rejected.IGNORED);
        NamespaceSocket socket = sockets.in(disconnect.namespace());
        Identity is = who;
        if (socket == null || is == null) {
            notUnderstood(inbox);
            return;
        }
        sockets.remove(socket, is);
        for (RoomId room : socket.rooms()) inbox.ask(new Command.Leave(room), Tag.of(Requests.QUIET));
    }

    private void onEvent(Heard.Event event, Inbox inbox) {
        NamespaceSocket socket = sockets.in(event.namespace());
        Identity is = who;
        if (socket == null || is == null) {
            notUnderstood(inbox);
            return;
        }
        if (isExpired(is) && !event.name().equals(Connecting.REFRESH)) {
            expire(inbox);
            return;
        }
        RateLimits.Taken taken =
                parts.limits().message(is.tenant(), is.user().user().id());
        if (taken != RateLimits.Taken.YES) {
            excess.on(event, socket, inbox);
            return;
        }
        excess.over();
        if (event.name().equals(Connecting.REFRESH)) refresh(event, socket, is, inbox);
        else requests.on(event, socket, is.tenant(), inbox);
    }

    private void refresh(Heard.Event event, NamespaceSocket socket, Identity is, Inbox inbox) {
        Connecting.Refreshed refreshed = connecting.refresh(event.first().string("token"), is);
        if (refreshed.who() != null) who = refreshed.who();
        if (event.ackId() != Packets.NO_ACK)
            inbox.answer(Packets.ack(socket.namespace, event.ackId(), refreshed.answer()));
    }

    private void onAck(Heard.Ack ack, Inbox inbox) {
        inbox.rejected(Inbox.Rejected.IGNORED);
        NamespaceSocket socket = sockets.in(ack.namespace());
        Identity is = who;
        if (socket == null || is == null) notUnderstood(inbox);
        else Emissions.onAck(ack, socket, id, is);
    }

    // ---- from rooms, and from the product

    @Override
    public void onEmitted(Gathering gathering, Inbox inbox) {
        Identity is = who;
        NamespaceSocket socket = sockets.in(gathering.emission().place());
        if (is == null || socket == null || socket.isReturning()) gathering.passedOver();
        else parts.emissions().tell(gathering, socket, is, inbox);
    }

    @Override
    public void onReply(Tag tag, Reply reply, Inbox inbox) {
        if (tag.kind() == Requests.QUIET) return;
        Identity is = who;
        if (is == null) return;
        NamespaceSocket socket = sockets.called(TagText.read(tag, 2).field(0));
        if (socket == null) return;
        note(tag, reply, socket, is);
        if (tag.kind() == Requests.RETURN) arrivals.onReturned(tag, reply, socket, is, inbox);
        else answers.on(tag, reply, socket, is.tenant(), inbox);
        Requests.answerDue(socket, inbox);
        sockets.writeDown(is);
    }

    /** Which rooms the socket is in. */
    private void note(Tag tag, Reply reply, NamespaceSocket socket, Identity is) {
        if (tag.kind() != Requests.JOIN && tag.kind() != Requests.LEAVE && tag.kind() != Requests.RETURN) return;
        String name = TagText.read(tag, 5).field(2);
        socket.unanswered().answered(tag.kind(), name);
        RoomSpelling.Meant meant = RoomSpelling.meant(
                parts.realms(),
                is.tenant(),
                socket.namespace,
                name,
                parts.config().names());
        if (meant == null) return;
        if (tag.kind() != Requests.LEAVE) socket.joined(meant.room(), positionIn(reply));
        else if (reply instanceof Reply.Done) socket.left(meant.room());
    }

    private static @Nullable Position positionIn(Reply reply) {
        return reply instanceof Reply.Joined joined ? joined.snapshot().position() : null;
    }

    @Override
    public void onAway(boolean away, Inbox inbox) {
        arrivals.isAway(away);
        for (NamespaceSocket socket : sockets) inbox.answer(ServerEvents.service(socket.namespace, !away));
    }

    // ---- time

    @Override
    public void onTick(Inbox inbox) {
        Identity is = who;
        if (is != null && isExpired(is)) {
            expire(inbox);
            return;
        }
        if (decoder.isWaiting() && parts.clock().millis() - waitingSinceMillis > ATTACHMENTS_WITHIN_MILLIS) {
            inbox.close(CloseReason.PROTOCOL_ERROR);
            return;
        }
        if (is != null) sockets.renew(is);
        if (!saidRestart && parts.isDraining().getAsBoolean()) {
            saidRestart = true;
            long back = parts.jitter().getAsLong();
            for (NamespaceSocket socket : sockets) inbox.answer(ServerEvents.restart(socket.namespace, back));
        }
    }

    /** Who was told when to come back goes by then; whoever is in no namespace was told nothing. */
    @Override
    public boolean leavesByItself() {
        return sockets.size() > 0 && parts.isDraining().getAsBoolean();
    }

    private boolean isExpired(Identity is) {
        return parts.config().access().closeAtExpiry() && parts.clock().millis() >= is.expiresMillis();
    }

    /** The transport ends, so that the client comes back, and its new connection is judged by the token that it has then. */
    private void expire(Inbox inbox) {
        parts.meter().add(Metric.AUTH_FAILURES, 1, SummitDialect.NAME, "expired");
        for (NamespaceSocket socket : sockets)
            inbox.answer(ServerEvents.error(socket.namespace, ErrorCode.TOKEN_EXPIRED));
        inbox.close(CloseReason.REVOKED);
    }

    @Override
    public int variant() {
        return 0;
    }

    @Override
    public void fault(Inbox inbox) {
        inbox.close(CloseReason.FAULT);
    }

    // ---- freeze and thaw

    @Override
    public void freeze(DataOutput out) throws IOException {
        out.writeByte(FROZEN_FORM);
        FrozenIdentity.write(who, out);
        writeText(headerToken, out);
        out.writeLong(waitingSinceMillis);
        excess.freeze(out);
        out.writeBoolean(saidRestart);
        out.writeBoolean(arrivals.isAway());
        out.writeLong(knownNanos);
        sockets.freeze(out);
        decoder.freeze(out);
    }

    private static void writeText(@Nullable String text, DataOutput out) throws IOException {
        out.writeBoolean(text != null);
        if (text != null) out.writeUTF(text);
    }

    static SummitConversation thaw(Services services, Session session, DataInput in) throws IOException {
        if (in.readByte() != FROZEN_FORM) throw new IOException("not a frozen summit conversation");
        try {
            Identity is = FrozenIdentity.read(in);
            SummitConversation thawed =
                    new SummitConversation(services, session, in.readBoolean() ? in.readUTF() : null);
            thawed.who = is;
            thawed.waitingSinceMillis = in.readLong();
            thawed.excess.thaw(in);
            thawed.saidRestart = in.readBoolean();
            thawed.arrivals.isAway(in.readBoolean());
            thawed.knownNanos = in.readLong();
            thawed.sockets.thaw(in);
            thawed.decoder = PacketDecoder.thaw(services.parts().config().maxMessageBytes(), in);
            return thawed;
        } catch (IllegalArgumentException e) {
            throw new IOException("not a frozen summit conversation", e);
        }
    }
}
