package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.Lane;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.core.session.Gathering;
import earshot.core.session.Session;
import earshot.dialect.Conversation;
import earshot.dialect.EngineIo;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.dialect.Inbox;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One session's conversation, between its client's frames and the rooms' answers. Confined to the session's loop.
 *
 * <p>What a conversation says while it is told something goes out at once; what it says while it listens waits for the end of the turn, in line
 * with what rooms of this loop have said before.
 */
final class Dialogue implements Inbox {
    private final SessionLoop at;
    private final ClientSession client;
    private final Conversation conversation;
    private final InFlight inFlight;
    private @Nullable SessionReads reads;
    private long activeNanos;
    /** The conversation is being given a reply, and what it says belongs to that. */
    private boolean replying;

    private boolean closing;
    /** The message that is being decoded is none for the statistics. */
    private boolean rejected;

    Dialogue(SessionLoop at, ClientSession client, Conversation conversation) {
        this.at = at;
        this.client = client;
        this.conversation = conversation;
        this.inFlight = new InFlight(at, client);
        this.activeNanos = at.clock().nanos();
    }

    // Listening

    void open() {
        try {
            conversation.opened(this);
        } catch (Throwable e) {
            onFault(e);
        }
    }

    void onFrame(Frame frame) {
        if (closing) return;
        at.received(client.language(), frame.bytes().length);
        rejected = false;
        try {
            conversation.decode(frame, this);
        } catch (Throwable e) {
            onFault(e);
        }
        if (!rejected) client.hasSpoken();
    }

    boolean isOver() {
        return closing || client.hasEnded();
    }

    @Override
    public void ask(Command command, Tag tag) {
        if (isOver()) return;
        inFlight.takeOn();
        if (reads == null && command instanceof Command.ReadHistory) reads = new SessionReads(at.historyReads(), this);
        if (reads == null) submit(command, tag);
        else reads.ask(command, tag);
    }

    void submit(Command command, Tag tag) {
        try {
            at.domain().submit(client.session(), command, tag);
        } catch (RuntimeException e) {
            Faults.contain(e, at.meter(), "submit");
            at.sayHere(_ -> client.onReply(tag, Reply.Refused.of(Problem.INTERNAL)));
        }
    }

    /** A room's answer is here; it may still have to wait for its turn to be given. */
    void onArrived(Reply reply) {
        if (reads != null) reads.onArrived(reply);
    }

    @Override
    public void answer(Frame frame) {
        answer(List.of(frame));
    }

    @Override
    public void answer(List<Frame> message) {
        if (isOver() || message.isEmpty()) return;
        byte[] wire = wire(message, form());
        int frames = message.size();
        if (saysAtOnce()) client.sayWire(wire, frames);
        else at.sayHere(_ -> client.sayWire(wire, frames));
    }

    private byte[] wire(List<Frame> message, WireForm form) {
        return at.encoder().wire(message, client.language().envelope, form);
    }

    @Override
    public Session identify(@Nullable Profile user, String tenant, Set<String> permissions, String tokenId) {
        return isOver() ? client.session() : client.identify(user, tenant, permissions, tokenId);
    }

    @Override
    public <T extends @Nullable Object> void when(CompletionStage<T> stage, Then<T> then) {
        if (isOver()) return;
        inFlight.takeOn();
        stage.whenComplete((value, failure) -> at.soon(() -> onStage(value, failure, then)));
    }

    private <T extends @Nullable Object> void onStage(@Nullable T value, @Nullable Throwable failure, Then<T> then) {
        if (!isOver()) {
            try {
                then.onDone(value, failure, this);
            } catch (Throwable e) {
                onFault(e);
            }
        }
        inFlight.settle();
    }

    @Override
    public EngineIo.Transport transport() {
        return client.out.transport();
    }

    @Override
    public boolean isWritable() {
        return client.out.takes();
    }

    @Override
    public @Nullable Position told(RoomId room) {
        return client.told(room);
    }

    @Override
    public void close(CloseReason reason) {
        if (isOver()) return;
        if (saysAtOnce()) {
            client.end(reason);
        } else {
            closing = true;
            at.sayHere(_ -> client.end(reason));
        }
    }

    private boolean saysAtOnce() {
        return replying || at.isReceiving();
    }

    @Override
    public void active() {
        activeNanos = at.clock().nanos();
    }

    void onPing() {
        if (client.language().dialect.limits().clientPingIsActivity()) active();
    }

    /** Whether its dialect thinks that it has been silent for too long. */
    boolean isIdle(long nowNanos) {
        long allowedMillis = client.language().dialect.limits().idleMillis();
        return allowedMillis > 0 && nowNanos - activeNanos > TimeUnit.MILLISECONDS.toNanos(allowedMillis);
    }

    @Override
    public void rejected(Rejected why) {
        rejected = true;
        at.counts().rejected(client.language(), why);
    }

    // Being told

    /** Its turn has come. */
    void onReply(Tag tag, Reply reply) {
        if (client.hasEnded()) return;
        replying = true;
        try {
            conversation.onReply(tag, reply, this);
        } catch (Throwable e) {
            onFault(e);
        } finally {
            replying = false;
        }
        inFlight.settle();
    }

    /** Whoever has ended, or ends by it, leaves the gathering to its time. */
    void onEmitted(Gathering gathering) {
        if (isOver()) return;
        try {
            conversation.onEmitted(gathering, this);
        } catch (Throwable e) {
            onFault(e);
        }
    }

    void onAway(boolean away) {
        if (isOver()) return;
        try {
            conversation.onAway(away, this);
        } catch (Throwable e) {
            onFault(e);
        }
    }

    boolean isReplying() {
        return replying;
    }

    void tell(Event event) {
        WireForm form = event.lane() == Lane.LATEST ? WireForm.PLAIN : form();
        List<Frame> message = at.encoder().encode(event, client.language().flavor(conversation.variant(), form));
        if (!message.isEmpty()) client.sayWire(wire(message, form), message.size());
    }

    boolean leavesByItself() {
        return conversation.leavesByItself();
    }

    private WireForm form() {
        return WireForm.at(client.session().packing());
    }

    /** Whether it wants the event. */
    boolean hears(Event event) {
        try {
            return conversation.hears(event);
        } catch (RuntimeException e) {
            Faults.contain(e, at.meter(), "hears");
            return false;
        }
    }

    /** About once a second. */
    void onTick() {
        if (closing) return;
        try {
            conversation.onTick(this);
        } catch (Throwable e) {
            onFault(e);
        }
    }

    /** See {@link Conversation#meaningOf}. */
    CloseReason meaningOf(CloseReason reason) {
        try {
            return conversation.meaningOf(reason);
        } catch (RuntimeException e) {
            Faults.contain(e, at.meter(), "conversation");
            return reason;
        }
    }

    /** See {@link Conversation#farewell}. */
    @Nullable
    Farewell farewell(CloseReason reason) {
        return conversation.farewell(reason);
    }

    /** The session has ended. */
    void onEnded(CloseReason reason) {
        if (reads != null) reads.onEnded();
        try {
            conversation.onEnded(reason);
        } catch (Throwable e) {
            Faults.contain(e, at.meter(), "conversation");
        }
    }

    /** A bug of ours came out of the conversation: it says sorry, or, when even that is not safe, the session ends. */
    private void onFault(Throwable e) {
        Faults.contain(e, at.meter(), "conversation");
        if (client.hasEnded()) return;
        if (!(e instanceof Exception)) {
            client.end(CloseReason.FAULT);
            return;
        }
        try {
            conversation.fault(this);
        } catch (Throwable again) {
            Faults.contain(again, at.meter(), "conversation");
            client.end(CloseReason.FAULT);
        }
    }
}
