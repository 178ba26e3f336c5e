package earshot.gateway;

import earshot.core.telemetry.Metric;
import earshot.dialect.HttpResponse;
import earshot.gateway.tls.Tls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection on a TLS port until its handshake is done. The handshake begins when it is its turn: a client's first record waits here, unread
 * further, until the loop's pace and the handshake threads allow one more.
 */
final class TlsDoor extends SocketHandler implements HandshakePace.Turn {
    /** The first byte of every TLS connection: a record of type handshake (RFC 8446 section 5.1). */
    private static final byte HANDSHAKE = 22;
    /** A first message has a few hundred bytes, with post-quantum keys two thousand. */
    private static final int MAX_FIRST_BYTES = 8 << 10;

    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final HttpResponse PLAIN = HttpResponse.text(
            400, "This port speaks TLS, and this was plain HTTP: the address begins with https:// or wss://.\n");

    private enum State {
        SILENT,
        IN_LINE,
        HANDSHAKING,
        /** Spoke plain HTTP and has been told. */
        LINGERING,
        OVER
    }

    private final Arrival arrival;
    private final Tls tls;
    private final Channel channel;
    private State state = State.SILENT;
    private long deadlineNanos;
    private @Nullable ByteBuf first;

    TlsDoor(Arrival arrival, Tls tls) {
        super(arrival.home, "tls");
        this.arrival = arrival;
        this.tls = tls;
        this.channel = arrival.channel;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        expectWithin(arrival.reception.config.http().headTime());
        arrival.home.wheel.add(this);
    }

    private void expectWithin(Duration time) {
        deadlineNanos = arrival.home.nanos() + time.toNanos();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf bytes = (ByteBuf) msg;
        try {
            if (state == State.SILENT && bytes.isReadable()) onFirst(bytes);
        } finally {
            bytes.release();
        }
    }

    private void onFirst(ByteBuf bytes) {
        byte type = bytes.getByte(bytes.readerIndex());
        if (type >= 'A' && type <= 'Z') {
            explain();
        } else if (type != HANDSHAKE || bytes.readableBytes() > MAX_FIRST_BYTES || arrival.home.budget.isFull()) {
            end(type == HANDSHAKE ? "refused" : "failed");
        } else {
            state = State.IN_LINE;
            channel.config().setAutoRead(false);
            first = Unpooled.copiedBuffer(bytes);
            arrival.home.budget.hold(bytes.readableBytes());
            arrival.home.tlsPace.enter(this, arrival.home.nanos());
        }
    }

    /** As plain as it was asked. */
    private void explain() {
        count("plain");
        state = State.LINGERING;
        expectWithin(LINGER);
        var output = new HttpOutput(channel, arrival.home, arrival.reception.meter);
        output.write(PLAIN, false, true);
        output.end();
    }

    @Override
    public void begin() {
        ByteBuf record = takeFirst();
        if (record == null) return;
        state = State.HANDSHAKING;
        channel.pipeline().addFirst(tls.handler(channel.alloc()));
        channel.config().setAutoRead(true);
        channel.pipeline().fireChannelRead(record).fireChannelReadComplete();
    }

    private @Nullable ByteBuf takeFirst() {
        ByteBuf record = first;
        first = null;
        if (record != null) arrival.home.budget.hold(-record.readableBytes());
        return record;
    }

    @Override
    void onEvent(Object event) {
        if (state != State.HANDSHAKING || !(event instanceof SslHandshakeCompletionEvent done)) return;
        if (done.isSuccess()) {
            leave();
            count("done");
            arrival.afterTls(this);
        } else {
            end("failed");
        }
    }

    @Override
    public void refuse(Limit exceeded) {
        exceeded.exceeded(arrival.home.meter);
        end("refused");
    }

    @Override
    public boolean isGone() {
        return state == State.OVER;
    }

    @Override
    void onInputEnded() {
        if (state != State.LINGERING) cut();
        else channel.close();
    }

    private void end(String outcome) {
        if (state == State.OVER) return;
        count(outcome);
        cut();
    }

    private void count(String outcome) {
        arrival.reception.meter.add(Metric.TLS_HANDSHAKES, 1, outcome);
    }

    /** Nothing of it is left on the loop but the handler itself. */
    private void leave() {
        state = State.OVER;
        arrival.home.wheel.remove(this);
        ByteBuf unused = takeFirst();
        if (unused != null) unused.release();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        boolean unfinished = state == State.IN_LINE || state == State.HANDSHAKING;
        leave();
        if (unfinished) count("failed");
    }

    @Override
    public void onSweep(long now) {
        if (now - deadlineNanos < 0) return;
        if (state == State.LINGERING) cut();
        else end("late");
    }

    @Override
    public void cut() {
        state = State.OVER;
        Ending.cut(channel);
    }
}
