package earshot.gateway;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.dialect.HttpResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.nio.charset.StandardCharsets;

/** The answers of one connection on their way to its socket. Confined to its event loop. */
final class HttpOutput {
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Channel channel;
    private final GatewayLoop home;
    private final Meter meter;

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
        channel.write(encode(response, bodiless, last), channel.voidPromise());
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
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        return out != null && !out.isEmpty();
    }
}
