package earshot.gateway;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.dialect.HttpResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The answers of one connection on their way to its socket. Confined to its event loop. The node's budget counts what the socket has not taken,
 * and who takes nothing is not waited for.
 */
final class HttpOutput {
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** What any client may be given while the node is near its budget. */
    private static final int MODEST_BYTES = 16 << 10;

    private static final long NEAR_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Channel channel;
    private final GatewayLoop home;
    private final Meter meter;
    private int owed;
    /** What was still to be taken at the last look, and since when it is so; 0: nothing. */
    private long left;

    private long leftNanos;
    private long owedNanos;

    HttpOutput(Channel channel, GatewayLoop home, Meter meter) {
        this.channel = channel;
        this.home = home;
        this.meter = meter;
    }

    /** RFC 9110 section 10.1.1. At once: the client waits for it. */
    void writeContinue() {
        channel.writeAndFlush(Unpooled.copiedBuffer(CONTINUE), channel.voidPromise());
    }

    /**
     * Leaves with the next flush.
     *
     * @param bodiless the request was HEAD
     * @param last the connection ends with it
     */
    void write(HttpResponse response, boolean bodiless, boolean last) {
        meter.add(Metric.HTTP_REQUESTS, 1, response.status() / 100 + "xx");
        ByteBuf bytes = encode(response, bodiless, last);
        hold(bytes.readableBytes());
        channel.write(bytes).addListener(new Taken(bytes.readableBytes()));
    }

    private void hold(int bytes) {
        owed += bytes;
        home.budget.hold(bytes);
    }

    /** The socket has all of an answer, or is closed. */
    private final class Taken implements ChannelFutureListener {
        private final int bytes;

        Taken(int bytes) {
            this.bytes = bytes;
        }

        @Override
        public void operationComplete(ChannelFuture written) {
            hold(-bytes);
            if (owed == 0) left = 0;
        }
    }

    private ByteBuf encode(HttpResponse response, boolean bodiless, boolean last) {
        try {
            return HttpAnswer.encode(channel.alloc(), response, home.httpDate(), bodiless, last);
        } catch (RuntimeException e) {
            Faults.contain(e, meter, "http answer");
            return HttpAnswer.encode(channel.alloc(), RouteCall.internalError(), home.httpDate(), bodiless, last);
        }
    }

    /** Sends what was written and then ends our side of the connection. */
    void end() {
        Ending.shut(channel, () -> {});
    }

    /** Whether the socket has not taken everything yet. */
    boolean isOwed() {
        return owed > 0;
    }

    /**
     * Looks at whether the client takes its answers; to be asked once a sweep.
     *
     * @return what it has gone over, so that it is to be cut; null: it may go on
     */
    @Nullable
    Limit exceeded(long nowNanos, long patienceNanos) {
        if (owed == 0) return null;
        if (left == 0) owedNanos = nowNanos;
        long now = left();
        if (now != left) leftNanos = nowNanos;
        left = now;
        if (nowNanos - leftNanos > patienceNanos) return Limit.SLOW_READER;
        // As with sessions, those go first who hold much for long; here that needs no comparison.
        return home.budget.isNear() && owed > MODEST_BYTES && nowNanos - owedNanos > NEAR_PATIENCE_NANOS
                ? Limit.BUDGET
                : null;
    }

    /** Goes down with every byte that the socket takes, also of an answer that it does not take whole; never 0. */
    private long left() {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        if (out == null) return 1;
        return 1 + out.totalPendingWriteBytes() + (out.current() instanceof ByteBuf head ? head.readableBytes() : 0);
    }
}
