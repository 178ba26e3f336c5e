package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.core.telemetry.Metric;
import earshot.dialect.Dialect;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One upgraded socket: the only handler of its channel. Confined to its event loop. Frames go out straight to the channel's outbound buffer
 * unless a handler in front (TLS) must see them.
 *
 * <h2>How it ends</h2>
 * OPEN → CLOSING (we said goodbye and wait for the peer's close frame) → LINGERING (both said it: our side of TCP is shut once everything is
 * written, and what still comes is thrown away, so that no reset overtakes our last bytes) → GONE. A peer that breaks a rule hears our
 * farewell and goes to LINGERING at once. CLOSING and LINGERING together last at most the closing time.
 */
final class WebSocketLink extends ChannelInboundHandlerAdapter implements Link, FrameReader.Sink, Swept {
    private static final Logger LOG = System.getLogger("earshot.gateway");
    private static final byte[] NOTHING = {};

    private enum State {
        OPEN,
        CLOSING,
        LINGERING,
        GONE
    }

    private final GatewayLoop home;
    private final LinkTerms terms;
    private final FrameReader reader;
    private final Channel channel;
    private final boolean direct;

    private @Nullable LinkListener listener;
    private State state = State.OPEN;
    private boolean told;
    private boolean left;
    private boolean wasFull;
    private boolean reading = true;
    private boolean unflushed;
    private boolean inRead;
    /** A pong or a close frame of our own waits for the end of the read; what the session wrote is flushed by the session. */
    private boolean answered;

    private int slot = -1;

    /** Bytes that came while reading was off. */
    private @Nullable ByteBuf unread;

    private int heldBytes;

    /** The newest ping that could not be answered because the socket was full. */
    private byte @Nullable [] owedPong;

    private long heardNanos;
    private long pingedNanos;
    private boolean pinged;
    private long endNanos;

    WebSocketLink(GatewayLoop home, LinkTerms terms, Channel channel, boolean direct) {
        this.home = home;
        this.terms = terms;
        this.channel = channel;
        this.direct = direct;
        this.reader = new FrameReader(this, terms.limits().maxMessageBytes());
        this.heardNanos = home.tickNanos();
    }

    /**
     * Makes the session, then takes what came before it.
     *
     * @param early taken over
     */
    void begin(Function<Link, LinkListener> session, @Nullable ByteBuf early) {
        unflushed = true;
        try {
            listener = session.apply(this);
        } catch (Throwable e) {
            Faults.contain(e, home.meter, "session");
            end(CloseReason.FAULT);
        }
        if (early != null) onBytes(early);
        flush();
    }

    boolean isReading() {
        return reading;
    }

    // What the session says.

    @Override
    public void write(ByteBuf frames) {
        assert channel.eventLoop().inEventLoop();
        if (state == State.OPEN) send(frames);
        else frames.release();
    }

    private void send(ByteBuf bytes) {
        unflushed = true;
        if (direct) channel.unsafe().write(bytes, channel.voidPromise());
        else channel.write(bytes, channel.voidPromise());
    }

    @Override
    public void flush() {
        if (!unflushed) return;
        unflushed = false;
        if (direct) channel.unsafe().flush();
        else channel.flush();
    }

    @Override
    public boolean isWritable() {
        if (channel.isWritable()) return true;
        wasFull = true;
        return false;
    }

    @Override
    public long pendingBytes() {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes();
    }

    @Override
    public void close(Farewell farewell) {
        assert channel.eventLoop().inEventLoop();
        if (state != State.OPEN) return;
        switch (farewell) {
            case Farewell.Cut() -> cut();
            case Farewell.CloseFrame close -> {
                sayGoodbye(close);
                state = State.CLOSING;
                endNanos = home.nanos() + home.config.links().closeTime().toNanos();
                reader.discard();
                read(true);
            }
        }
    }

    private void sayGoodbye(Farewell.CloseFrame close) {
        for (Frame last : close.before()) {
            send(frame(last.kind() == Frame.Kind.TEXT ? FrameHead.TEXT : FrameHead.BINARY, last.bytes()));
        }
        send(closeFrame(close.code(), close.reason()));
        flush();
    }

    @Override
    public void cut() {
        if (state == State.GONE) return;
        state = State.GONE;
        reader.finish();
        channel.close();
    }

    @Override
    public void read(boolean wanted) {
        if (reading == wanted || state == State.GONE) return;
        reading = wanted;
        reader.pause(!wanted);
        channel.config().setAutoRead(wanted);
        if (wanted && unread != null) home.executor.execute(this::readOn);
    }

    // What the socket says.

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        home.wheel.add(this);
        home.links.incrementAndGet();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        onBytes((ByteBuf) msg);
    }

    /** Takes over the buffer. */
    void onBytes(ByteBuf bytes) {
        heardNanos = home.tickNanos();
        pinged = false;
        if (unread != null) {
            unread = Unpooled.wrappedBuffer(unread, copy(bytes));
            account();
            return;
        }
        try {
            readFrames(bytes);
            if (bytes.isReadable()) unread = copyOf(bytes);
            account();
        } finally {
            bytes.release();
        }
    }

    private void readFrames(ByteBuf bytes) {
        inRead = true;
        try {
            CloseReason broken = reader.read(bytes);
            if (broken != null) end(broken);
        } catch (Throwable e) {
            Faults.contain(e, home.meter, "link");
            reader.finish();
            bytes.skipBytes(bytes.readableBytes());
            end(CloseReason.FAULT);
        } finally {
            inRead = false;
        }
    }

    /** Tells the node's budget what is held for this client on the way in. At the limit who holds more goes. */
    private void account() {
        int held = reader.heldBytes() + (unread == null ? 0 : unread.readableBytes());
        int more = held - heldBytes;
        if (more == 0) return;
        heldBytes = held;
        home.budget.hold(more);
        if (more > 0 && home.budget.isFull()) end(CloseReason.OVER_BUDGET);
    }

    private void readOn() {
        ByteBuf bytes = unread;
        unread = null;
        if (bytes == null) return;
        if (state == State.GONE) bytes.release();
        else onBytes(bytes);
        flush();
    }

    private ByteBuf copy(ByteBuf bytes) {
        try {
            return copyOf(bytes);
        } finally {
            bytes.release();
        }
    }

    /** Only what is left, so that a paused link does not hold a whole read buffer. */
    private static ByteBuf copyOf(ByteBuf bytes) {
        return Unpooled.wrappedBuffer(ByteBufUtil.getBytes(bytes));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (answered) flush();
        answered = false;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!channel.isWritable()) return;
        payPong();
        if (!wasFull || state != State.OPEN) return;
        wasFull = false;
        listener().onWritable();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent || event instanceof ChannelInputShutdownReadComplete)
            onPeerSilent();
    }

    /** The peer's side of TCP has ended. What we owe it after a closing handshake is still written; otherwise there is nobody to talk to. */
    private void onPeerSilent() {
        if (state == State.LINGERING && pendingBytes() > 0) return;
        cut();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        state = State.GONE;
        reader.finish();
        home.wheel.remove(this);
        leave();
        if (unread != null) unread.release();
        unread = null;
        account();
        tellEnd(CloseReason.CLIENT_LEFT, false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) LOG.log(Level.DEBUG, "The connection broke: {0}", cause.getMessage());
        else Faults.contain(cause, home.meter, "link");
        cut();
    }

    // What the reader says.

    @Override
    public void onMessage(Frame frame) {
        listener().onFrame(frame);
    }

    @Override
    public void onPing(byte[] payload) {
        owedPong = payload;
        if (channel.isWritable()) payPong();
        listener().onControl(true);
    }

    private void payPong() {
        byte[] payload = owedPong;
        owedPong = null;
        if (payload == null || state != State.OPEN) return;
        send(frame(FrameHead.PONG, payload));
        if (inRead) answered = true;
        else flush();
    }

    @Override
    public void onPong() {
        listener().onControl(false);
    }

    @Override
    public void onClose(int code) {
        if (state == State.OPEN) {
            send(closeFrame(code, ""));
            linger();
            tellEnd(CloseReason.CLIENT_LEFT, true);
        } else {
            linger();
        }
    }

    /** Ends the session for a reason of the link's own, in its dialect's way. */
    void end(CloseReason reason) {
        if (state == State.CLOSING) linger();
        if (state != State.OPEN) return;
        boolean broken = reason == CloseReason.PROTOCOL_ERROR
                || reason == CloseReason.BAD_DATA
                || reason == CloseReason.TOO_BIG
                || reason == CloseReason.ABUSE;
        Farewell farewell = terms.farewells().apply(reason);
        if (broken && farewell instanceof Farewell.CloseFrame close) {
            sayGoodbye(close);
            linger();
        } else {
            close(farewell);
        }
        tellEnd(reason, false);
    }

    private void linger() {
        if (state == State.LINGERING || state == State.GONE) return;
        if (state == State.OPEN)
            endNanos = home.nanos() + home.config.links().closeTime().toNanos();
        state = State.LINGERING;
        reader.finish();
        read(true);
        unflushed = false;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            leave();
            if (written.isSuccess() && channel instanceof DuplexChannel both) both.shutdownOutput();
            else channel.close();
        });
    }

    /** It has nothing more to do: whoever waits for links to end need not wait for this one. */
    private void leave() {
        if (left) return;
        left = true;
        home.links.decrementAndGet();
    }

    private void tellEnd(CloseReason reason, boolean clean) {
        LinkListener to = listener;
        if (told || to == null) return;
        told = true;
        try {
            to.onClosed(reason, clean);
        } catch (Throwable e) {
            Faults.contain(e, home.meter, "session");
        }
    }

    // What the wheel says.

    @Override
    public void onSweep(long now) {
        if (state == State.OPEN) {
            listener().onSweep(now);
            if (state == State.OPEN) heartbeat(now);
        } else if (now - endNanos > 0) {
            cut();
        }
    }

    private void heartbeat(long now) {
        Dialect.LinkLimits limits = terms.limits();
        if (limits.pingMillis() == 0) return;
        long interval = limits.pingMillis() * 1_000_000;
        if (pinged) {
            // Behind bytes that the peer has not taken our ping has not arrived: that is a slow reader, and the
            // session's to judge.
            if (now - pingedNanos > interval && pendingBytes() == 0) {
                home.meter.add(Metric.DEAD_PEERS, 1);
                end(CloseReason.DEAD_PEER);
            }
        } else if (now - heardNanos > interval) {
            pinged = true;
            pingedNanos = now;
            home.meter.add(Metric.PINGS, 1);
            send(frame(FrameHead.PING, NOTHING));
            flush();
        }
    }

    @Override
    public int wheelSlot() {
        return slot;
    }

    @Override
    public void wheelSlot(int at) {
        slot = at;
    }

    private LinkListener listener() {
        LinkListener one = listener;
        if (one == null) throw new IllegalStateException("a link without a session");
        return one;
    }

    private ByteBuf closeFrame(int code, String reason) {
        if (code == CloseCode.NONE) return frame(FrameHead.CLOSE, NOTHING);
        byte[] words = reason.getBytes(StandardCharsets.UTF_8);
        byte[] payload = new byte[2 + words.length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(words, 0, payload, 2, words.length);
        return frame(FrameHead.CLOSE, payload);
    }

    private ByteBuf frame(int opcode, byte[] payload) {
        ByteBuf out = channel.alloc().directBuffer(FrameHead.size(payload.length) + payload.length);
        FrameHead.write(out, opcode, payload.length);
        return out.writeBytes(payload);
    }
}
