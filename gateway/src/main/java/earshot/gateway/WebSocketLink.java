package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One upgraded socket: the only handler of its channel, between its input, its output and the session. Confined to its event loop.
 *
 * <h2>How it ends</h2>
 * OPEN → CLOSING (we said goodbye and wait for the peer's close frame) → LINGERING (both said it: our side of TCP is shut once everything is
 * written, and what still comes is thrown away, so that no reset overtakes our last bytes) → GONE. A peer that breaks a rule hears our
 * farewell and goes to LINGERING at once. CLOSING and LINGERING together last at most the closing time.
 */
final class WebSocketLink extends ChannelInboundHandlerAdapter implements Link, FrameReader.Sink, Swept, Parting {
    private static final Set<CloseReason> BREACHES =
            EnumSet.of(CloseReason.PROTOCOL_ERROR, CloseReason.BAD_DATA, CloseReason.TOO_BIG, CloseReason.ABUSE);

    private enum State {
        OPEN,
        CLOSING,
        LINGERING,
        GONE
    }

    private final GatewayLoop home;
    private final LinkTerms terms;
    private final Channel channel;
    private final LinkInput input;
    private final LinkOutput output;
    private final Heartbeat heartbeat;

    private @Nullable LinkListener listener;
    private State state = State.OPEN;
    private boolean told;
    private boolean left;

    private int slot = -1;
    private long endNanos;

    WebSocketLink(GatewayLoop home, LinkTerms terms, Channel channel, boolean direct) {
        this.home = home;
        this.terms = terms;
        this.channel = channel;
        this.input = new LinkInput(
                home, channel, new FrameReader(this, terms.limits().maxMessageBytes(), home.inflater(terms)));
        this.output = new LinkOutput(channel, direct, terms.envelope());
        this.heartbeat = new Heartbeat(terms.limits().pingMillis(), home.tickNanos());
    }

    /**
     * Makes the session, then takes what came before it.
     *
     * @param early taken over
     */
    void begin(Function<? super WebSocketLink, ? extends LinkListener> session, @Nullable ByteBuf early) {
        output.hasUnflushed();
        try {
            listener = session.apply(this);
        } catch (Throwable e) {
            Faults.contain(e, home.meter, "session");
            end(CloseReason.FAULT);
        }
        if (early != null) onBytes(early);
        flush();
    }

    /** From now on somebody else hears what comes. */
    void listen(LinkListener other) {
        listener = other;
    }

    @Override
    public WireForm form() {
        return terms.form();
    }

    boolean isReading() {
        return input.isReading();
    }

    // What the session says.

    @Override
    public void write(ByteBuf frames) {
        assert channel.eventLoop().inEventLoop();
        if (state == State.OPEN) output.send(frames);
        else frames.release();
    }

    @Override
    public boolean writeNow(ByteBuf shared) {
        assert channel.eventLoop().inEventLoop();
        return state != State.OPEN || output.sendNow(shared);
    }

    @Override
    public void flush() {
        output.flush();
    }

    @Override
    public boolean isWritable() {
        return output.isWritable();
    }

    @Override
    public long pendingBytes() {
        return output.pendingBytes();
    }

    @Override
    public long pendingOverhead() {
        return output.pendingOverhead();
    }

    @Override
    public void close(Farewell farewell) {
        assert channel.eventLoop().inEventLoop();
        if (state != State.OPEN) return;
        switch (farewell) {
            case Farewell.Cut() -> flushAndCut();
            case Farewell.CloseFrame close -> {
                output.sendGoodbye(close);
                state = State.CLOSING;
                endNanos = home.nanos() + home.config.links().closeTime().toNanos();
                input.discard();
                read(true);
            }
        }
    }

    private void flushAndCut() {
        try {
            flush();
        } finally {
            cut();
        }
    }

    @Override
    public void cut() {
        if (state == State.GONE) return;
        state = State.GONE;
        input.finish();
        Ending.cut(channel);
    }

    @Override
    public void read(boolean wanted) {
        if (state != State.GONE && input.read(wanted)) home.executor.execute(this::readOn);
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
        heartbeat.heard(home.tickNanos());
        output.gatherAnswers(true);
        CloseReason why = input.take(bytes);
        output.gatherAnswers(false);
        if (why != null) end(why);
    }

    private void readOn() {
        if (state == State.GONE) return;
        output.gatherAnswers(true);
        CloseReason why = input.readOn();
        output.gatherAnswers(false);
        if (why != null) end(why);
        flush();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        output.flushAnswers();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!channel.isWritable()) return;
        if (state != State.OPEN) return;
        output.payPong();
        if (output.wasFull()) listener().onWritable();
    }

    /** The peer's side of TCP has ended. What we owe it after a closing handshake is still written; otherwise there is nobody to talk to. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        boolean ended = event instanceof ChannelInputShutdownEvent || event instanceof ChannelInputShutdownReadComplete;
        if (ended && (state != State.LINGERING || pendingBytes() == 0)) cut();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        state = State.GONE;
        home.wheel.remove(this);
        leave();
        input.release();
        output.release();
        tellEnd(CloseReason.CLIENT_LEFT, false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Faults.containBreak(cause, home.meter, "link");
        cut();
    }

    // What the reader says.

    @Override
    public void onMessage(Frame frame) {
        listener().onFrame(frame);
    }

    @Override
    public void onPing(byte[] payload) {
        output.pong(payload);
        listener().onControl(true);
    }

    @Override
    public void onPong() {
        listener().onControl(false);
    }

    @Override
    public void onClose(int code) {
        if (state == State.OPEN) {
            output.sendClose(code, "");
            linger();
            tellEnd(CloseReason.CLIENT_LEFT, true);
        } else {
            linger();
        }
    }

    /** Ends the session for a reason of the link's own, in its dialect's way. */
    @Override
    public void end(CloseReason reason) {
        if (state == State.CLOSING) linger();
        if (state != State.OPEN) return;
        Farewell farewell = terms.farewells().apply(reason);
        if (BREACHES.contains(reason) && farewell instanceof Farewell.CloseFrame close) {
            output.sendGoodbye(close);
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
        input.finish();
        read(true);
        output.finish(this::leave);
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

    @Override
    public boolean leavesByItself() {
        return state == State.OPEN && listener().leavesByItself();
    }

    // What the wheel says.

    @Override
    public void onSweep(long now) {
        if (state == State.OPEN) {
            listener().onSweep(now);
            if (state == State.OPEN && !heartbeat.beat(now, output, home.meter)) end(CloseReason.DEAD_PEER);
        } else if (now - endNanos > 0) {
            cut();
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
}
