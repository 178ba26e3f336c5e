package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.core.telemetry.Metric;
import earshot.dialect.EngineIo;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.gateway.engineio.EngineError;
import earshot.gateway.engineio.EnginePacket;
import earshot.gateway.engineio.PayloadWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The way to a client that polls: one GET at a time takes what waits, one POST at a time brings what it says (section "HTTP long-polling" of
 * revision 4). The requests come from sockets of any loop. Confined to the session's loop.
 *
 * <p>What it does not see is an answer that got lost on its way; such a client asks no more, and its heartbeat ends.
 */
final class PollingLink implements Link, Swept, Parting {
    /** Of what waits, what a session's last answer still carries. */
    private static final int LAST_BYTES = 16 << 10;
    /** How long a session that the client has closed answers a poll that was on its way. */
    private static final long LEFT_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** How long one that we have closed waits to say so. */
    private static final long CLOSED_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final GatewayLoop home;
    private final EngineSession session;
    private final PollQueue queue;
    private final PollIntake intake;
    private @Nullable EngineExchange poll;
    private boolean wasFull;
    private boolean closed;
    /** Messages for the poll before the one that is told of the end. */
    private byte @Nullable [] lastMessages;

    private byte @Nullable [] lastWords;
    private long forgetNanos;
    private int slot = -1;

    PollingLink(GatewayLoop home, EngineSession session) {
        this.home = home;
        this.session = session;
        this.queue = new PollQueue(home.config.links().highWaterBytes());
        this.intake = new PollIntake(home, session, queue);
        home.wheel.add(this);
    }

    @Override
    public EngineIo.Transport transport() {
        return EngineIo.Transport.POLLING;
    }

    // What the session says.

    @Override
    public void write(ByteBuf frames) {
        assert home.loop.isCurrent();
        if (closed) frames.release();
        else queue.add(frames);
    }

    @Override
    public void flush() {
        if (queue.isEmpty()) return;
        EngineExchange asked = takePoll();
        if (asked == null) return;
        var body = new PayloadWriter((int) Math.min(queue.heldBytes(), 1 << 20));
        queue.drainTo(body);
        asked.answer(body.body());
        if (wasFull) home.loop.post(session::onWritable);
        wasFull = false;
        intake.goOn();
    }

    @Override
    public boolean isWritable() {
        if (!queue.isFull()) return true;
        wasFull = true;
        return false;
    }

    @Override
    public long pendingBytes() {
        return queue.heldBytes();
    }

    @Override
    public long pendingOverhead() {
        return queue.overheadBytes();
    }

    @Override
    public void read(boolean wanted) {
        intake.read(wanted);
    }

    // What the client asks.

    void onPoll(EngineExchange asked) {
        byte[] messages = lastMessages;
        byte[] last = lastWords;
        if (messages != null) {
            lastMessages = null;
            asked.answer(messages);
        } else if (last != null) {
            asked.answer(last);
            forget();
        } else if (closed) {
            asked.refuse(EngineError.UNKNOWN_SID);
        } else if (poll != null) {
            session.end(CloseReason.PROTOCOL_ERROR);
            asked.refuse(EngineError.BAD_REQUEST);
        } else {
            poll = asked;
            home.meter.move(Metric.ENGINE_WAITING, 1);
            asked.isWith(this);
            flush();
        }
    }

    /** The poll that waits, if there is one; it waits no more. */
    private @Nullable EngineExchange takePoll() {
        EngineExchange asked = poll;
        poll = null;
        if (asked != null) home.meter.move(Metric.ENGINE_WAITING, -1);
        return asked;
    }

    void onPost(EngineExchange brought) {
        if (closed) {
            brought.refuse(EngineError.UNKNOWN_SID);
        } else if (intake.isBusy() || brought.isOpaque()) {
            session.end(CloseReason.PROTOCOL_ERROR);
            brought.refuse(EngineError.BAD_REQUEST);
        } else if (!PollIntake.isText(brought.body())) {
            session.end(CloseReason.BAD_DATA);
            brought.refuse(EngineError.BAD_REQUEST);
        } else {
            brought.isWith(this);
            intake.begin(brought);
        }
    }

    /** Its connection has ended before the answer. */
    void onAbandoned(EngineExchange gone) {
        if (gone != poll && !intake.isWith(gone)) return;
        if (gone == poll) takePoll();
        session.end(CloseReason.CLIENT_LEFT);
    }

    /** A poll that waits ends with nothing in it: its client is about to go on over a WebSocket. */
    void endPoll() {
        if (poll == null) return;
        queue.add(frame(EnginePacket.NOOP));
        flush();
    }

    private static ByteBuf frame(char packet) {
        return Unpooled.wrappedBuffer(new byte[] {(byte) (0x80 | FrameHead.TEXT), 1, (byte) packet});
    }

    // How it ends.

    /** Its session goes on over this one, and takes along what waits. */
    void handOver(Link next) {
        intake.takeAll();
        closed = true;
        queue.drainTo(next);
        next.read(intake.isReading());
        intake.end(true);
        EngineExchange asked = takePoll();
        if (asked != null) asked.refuse(EngineError.BAD_REQUEST);
        home.wheel.remove(this);
    }

    /** The client has said that it goes. */
    void left() {
        if (closed) return;
        closed = true;
        queue.release();
        intake.end(true);
        say(new byte[] {EnginePacket.NOOP}, LEFT_NANOS);
    }

    /**
     * What waits goes in an answer of its own. The stock client (engine.io-client 6.6, socket.io-client 4.8) ends at once when it sees the end, and handles
     * the messages before it in the same body a moment later: it would keep them, and forget that it has them, so that they came twice.
     */
    @Override
    public void close(Farewell farewell) {
        if (closed) return;
        closed = true;
        var last = new PayloadWriter(64);
        if (queue.heldBytes() <= LAST_BYTES) queue.drainTo(last);
        else queue.release();
        if (farewell instanceof Farewell.CloseFrame close) close.before().forEach(frame -> add(frame, last));
        intake.end(false);
        if (!last.isEmpty()) sayBefore(last.body());
        say(new byte[] {EnginePacket.CLOSE}, CLOSED_NANOS);
        session.onLinkClosed();
    }

    private void sayBefore(byte[] messages) {
        EngineExchange asked = takePoll();
        if (asked == null) lastMessages = messages;
        else asked.answer(messages);
    }

    private static void add(Frame frame, PayloadWriter to) {
        if (frame.kind() == Frame.Kind.TEXT) to.addText(Envelope.typed(frame.bytes()));
        else to.addBinary(frame.bytes());
    }

    /** It broke a rule, or is gone: nothing is kept for it. */
    void drop() {
        if (closed) return;
        closed = true;
        queue.release();
        intake.end(false);
        EngineExchange asked = takePoll();
        if (asked != null) asked.answer(new byte[] {EnginePacket.CLOSE});
        forget();
    }

    /** To the poll that waits, or to the next one, for a time. */
    private void say(byte[] words, long forNanos) {
        EngineExchange asked = takePoll();
        if (asked != null) {
            asked.answer(words);
            forget();
        } else {
            lastWords = words;
            forgetNanos = home.nanos() + forNanos;
        }
    }

    @Override
    public void cut() {
        closed = true;
        queue.release();
        intake.end(false);
        EngineExchange asked = takePoll();
        if (asked != null) asked.refuse(EngineError.UNKNOWN_SID);
        forget();
        session.onLinkClosed();
    }

    private void forget() {
        lastMessages = null;
        lastWords = null;
        home.wheel.remove(this);
        session.forget();
    }

    @Override
    public boolean leavesByItself() {
        return session.leavesByItself();
    }

    @Override
    public void end(CloseReason reason) {
        session.end(reason);
    }

    // What the wheel says.

    @Override
    public void onSweep(long now) {
        if (!closed) session.onSweep(now);
        else if (now - forgetNanos >= 0) forget();
    }

    @Override
    public int wheelSlot() {
        return slot;
    }

    @Override
    public void wheelSlot(int at) {
        slot = at;
    }
}
