package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.Lane;
import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.core.message.Tag;
import earshot.dialect.Conversation;
import earshot.dialect.Frame;
import earshot.dialect.Inbox;
import java.util.concurrent.TimeUnit;

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
    private int inFlight;
    private long activeNanos;
    private boolean paused;
    /** The conversation is being given a reply, and what it says belongs to that. */
    private boolean replying;

    private boolean closing;
    /** The message that is being decoded is none for the statistics. */
    private boolean rejected;

    Dialogue(SessionLoop at, ClientSession client, Conversation conversation) {
        this.at = at;
        this.client = client;
        this.conversation = conversation;
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
        at.received(client.language());
        rejected = false;
        try {
            conversation.decode(frame, this);
        } catch (Throwable e) {
            onFault(e);
        }
        if (!rejected) client.hasSpoken();
    }

    private boolean isOver() {
        return closing || client.hasEnded();
    }

    @Override
    public void ask(Command command, Tag tag) {
        if (isOver()) return;
        if (++inFlight == at.limits().inFlight()) {
            Limit.COMMANDS_IN_FLIGHT.exceeded(at.meter());
            pause(true);
        }
        try {
            at.domain().submit(client.session(), command, tag);
        } catch (RuntimeException e) {
            Faults.contain(e, at.meter(), "submit");
            at.sayHere(_ -> client.onReply(tag, Reply.Refused.of(Problem.INTERNAL)));
        }
    }

    private void pause(boolean wanted) {
        paused = wanted;
        client.read(!wanted);
    }

    @Override
    public void answer(Frame frame) {
        if (isOver()) return;
        byte[] wire = at.encoder().wire(frame, form());
        if (saysAtOnce()) client.sayWire(wire, 1);
        else at.sayHere(_ -> client.sayWire(wire, 1));
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

    /** Whether its dialect thinks that it has been silent for too long. Whose time is over is closed here, silent or not. */
    boolean isIdle(long nowNanos) {
        if (hasExpired()) close(CloseReason.REVOKED);
        long allowedMillis = client.language().dialect.limits().idleMillis();
        return allowedMillis > 0 && nowNanos - activeNanos > TimeUnit.MILLISECONDS.toNanos(allowedMillis);
    }

    private boolean hasExpired() {
        long ends = conversation.endsMillis();
        return ends != Long.MAX_VALUE && at.clock().millis() >= ends;
    }

    @Override
    public void rejected(Rejected why) {
        rejected = true;
        at.counts().rejected(client.language(), why);
    }

    // Being told

    /** Its turn has come. */
    void onReply(Tag tag, Reply reply) {
        inFlight--;
        if (client.hasEnded()) return;
        replying = true;
        try {
            conversation.onReply(tag, reply, this);
        } catch (Throwable e) {
            onFault(e);
        } finally {
            replying = false;
        }
        if (paused && !client.hasEnded() && inFlight <= at.limits().inFlight() / 2) pause(false);
    }

    boolean isReplying() {
        return replying;
    }

    void tell(Event event) {
        WireForm form = event.lane() == Lane.LATEST ? WireForm.PLAIN : form();
        for (Frame frame : at.encoder().encode(event, client.language().flavor(conversation.variant(), form))) {
            client.sayWire(at.encoder().wire(frame, form), 1);
        }
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
