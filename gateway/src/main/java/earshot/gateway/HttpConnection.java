package earshot.gateway;

import earshot.core.telemetry.Metric;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A socket before its upgrade, or one that never has any: one request at a time, answers in order. Confined to its event loop.
 * What a client sends behind the request that is being answered waits, and while anything waits the socket is not read.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter implements Swept {
    private static final Logger LOG = System.getLogger("earshot.gateway");
    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private enum State {
        /** Waits for a request, or reads its head. */
        HEAD,
        BODY,
        ANSWERING,
        UPGRADING,
        /** The last answer is out; what still comes is thrown away until the peer ends, so that no reset overtakes the answer. */
        LINGERING,
        GONE
    }

    private final Reception reception;
    private final GatewayLoop home;
    private final Channel channel;
    private final boolean crowded;
    private final ArrayDeque<Object> waiting = new ArrayDeque<>(0);

    private State state = State.HEAD;
    private boolean begun;
    private long deadlineNanos;
    private @Nullable PendingRequest pending;
    private @Nullable Handshake handshake;
    private @Nullable ByteBuf early;
    private int exchange;
    private boolean taking;
    private boolean inRead;
    private int slot = -1;

    /** @param crowded the node has as many connections as it may have: plain HTTP is answered once, upgrades are refused */
    HttpConnection(Reception reception, GatewayLoop home, Channel channel, boolean crowded) {
        this.reception = reception;
        this.home = home;
        this.channel = channel;
        this.crowded = crowded;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadlineNanos = home.nanos() + reception.config.http().headTime().toNanos();
        home.wheel.add(this);
    }

    Channel channel() {
        return channel;
    }

    boolean isCrowded() {
        return crowded;
    }

    /** Bytes are about to be parsed; false: nobody wants them any more. */
    boolean onBytes() {
        if (state == State.LINGERING || state == State.GONE) return false;
        if (state == State.HEAD && !begun) {
            begun = true;
            expectWithin(reception.config.http().headTime());
        }
        return true;
    }

    private void expectWithin(Duration time) {
        deadlineNanos = home.tickNanos() + time.toNanos();
    }

    // What comes in.

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        inRead = true;
        if (msg instanceof ByteBuf bytes) {
            onEarlyBytes(bytes);
        } else if (state == State.LINGERING || state == State.GONE) {
            ReferenceCountUtil.release(msg);
        } else if (taking || state == State.ANSWERING || state == State.UPGRADING || !channel.isWritable()) {
            waiting.add(msg);
            channel.config().setAutoRead(false);
        } else {
            take(msg);
            takeWaiting();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        inRead = false;
        if (state != State.GONE) channel.flush();
    }

    private void takeWaiting() {
        if (taking) return;
        taking = true;
        while (!waiting.isEmpty() && (state == State.HEAD || state == State.BODY) && channel.isWritable()) {
            take(waiting.remove());
        }
        taking = false;
        if (waiting.isEmpty() && !channel.config().isAutoRead() && state != State.UPGRADING)
            channel.config().setAutoRead(true);
    }

    private void take(Object msg) {
        try {
            if (msg instanceof io.netty.handler.codec.http.HttpRequest request) onHead(request);
            else if (msg instanceof HttpContent content && state == State.BODY) onContent(content);
        } finally {
            ReferenceCountUtil.release(msg);
        }
    }

    private void onHead(io.netty.handler.codec.http.HttpRequest request) {
        begun = true;
        switch (HttpHead.read(request, reception.config.http())) {
            case HttpHead.Read.Bad(int status) -> refuse(HttpAnswer.bare(status));
            case HttpHead.Read.Good(HttpHead head) -> onGoodHead(head);
        }
    }

    private void onGoodHead(HttpHead head) {
        var routed = PendingRequest.routed(head, reception);
        pending = routed;
        if (!head.target().legal() && !head.isUpgrade()) {
            refuse(refusal(head, 400));
            return;
        }
        if (routed.announcesTooMuch()) {
            refuse(refusal(head, 413));
            return;
        }
        if (head.expects() && !onExpectation(head)) return;
        state = State.BODY;
        expectWithin(reception.config.http().bodyTime());
    }

    private HttpResponse refusal(HttpHead head, int status) {
        return reception.routes.refusal(head.target().path(), status);
    }

    private boolean onExpectation(HttpHead head) {
        if (!head.expectsContinue()) {
            refuse(refusal(head, 417));
            return false;
        }
        if (head.hasBody()) channel.writeAndFlush(Unpooled.copiedBuffer(CONTINUE), channel.voidPromise());
        return true;
    }

    private void onContent(HttpContent content) {
        PendingRequest request = pending;
        if (request == null) return;
        if (content.decoderResult().isFailure()) refuse(HttpAnswer.bare(400));
        else if (!request.take(content.content())) refuse(refusal(request.head(), 413));
        else if (content instanceof LastHttpContent) onWhole(request);
    }

    private void onWhole(PendingRequest request) {
        var peer = Peer.of(channel.remoteAddress(), reception.config.network().trustedProxies());
        HttpRequest whole = request.whole(peer);
        HttpRoute.Handler handler = request.handler();
        if (handler == null) {
            beginUpgrade(request.head(), whole);
        } else {
            state = State.ANSWERING;
            expectWithin(reception.config.http().answerTime());
            call(handler, whole);
        }
    }

    private void call(HttpRoute.Handler route, HttpRequest request) {
        int asked = exchange;
        CompletionStage<HttpResponse> stage;
        try {
            stage = route.handle(request);
        } catch (Throwable e) {
            Faults.contain(e, reception.meter, "http route");
            answer(asked, internalError());
            return;
        }
        home.whenDone(stage, (response, failure) -> {
            if (failure != null) Faults.contain(failure, reception.meter, "http route");
            answer(asked, response == null ? internalError() : response);
        });
    }

    private static HttpResponse internalError() {
        return HttpResponse.text(500, "Internal error");
    }

    // What goes out.

    private void answer(int asked, HttpResponse response) {
        if (asked != exchange || state != State.ANSWERING) return;
        PendingRequest answered = pending;
        boolean close = crowded
                || reception.isDraining()
                || answered == null
                || !answered.head().keepAlive();
        write(response, close);
        if (close) linger();
        else nextRequest();
    }

    private void nextRequest() {
        state = State.HEAD;
        begun = false;
        expectWithin(reception.config.http().idleTime());
        if (!inRead) channel.flush();
        takeWaiting();
    }

    /** Answers and ends the connection: after a broken request nobody knows where the next one begins. */
    void refuse(HttpResponse response) {
        if (state == State.LINGERING || state == State.GONE) return;
        write(response, true);
        linger();
    }

    private void write(HttpResponse response, boolean close) {
        exchange++;
        boolean noBody = pending != null && pending.head().method().equals("HEAD");
        pending = null;
        reception.meter.add(Metric.HTTP_REQUESTS, 1, response.status() / 100 + "xx");
        ByteBuf bytes;
        try {
            bytes = HttpAnswer.encode(channel.alloc(), response, home.httpDate(), noBody, close);
        } catch (RuntimeException e) {
            Faults.contain(e, reception.meter, "http answer");
            bytes = HttpAnswer.encode(channel.alloc(), internalError(), home.httpDate(), noBody, close);
        }
        channel.write(bytes, channel.voidPromise());
    }

    private void linger() {
        state = State.LINGERING;
        expectWithin(LINGER);
        dropWaiting();
        channel.config().setAutoRead(true);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (written.isSuccess() && channel instanceof DuplexChannel both) both.shutdownOutput();
            else channel.close();
        });
    }

    // Upgrades.

    private void beginUpgrade(HttpHead whole, HttpRequest request) {
        state = State.UPGRADING;
        expectWithin(reception
                .config
                .handshakes()
                .admitTime()
                .plus(reception.config.handshakes().maxWait()));
        if (!waiting.isEmpty()) {
            refuse(HttpAnswer.bare(400));
            return;
        }
        HttpInput input = channel.pipeline().get(HttpInput.class);
        handshake = new Handshake(reception, home, this, whole, request);
        // From here on bytes are frames; what the parser has of them comes to onEarlyBytes.
        if (input != null) channel.pipeline().remove(input);
        if (state == State.UPGRADING) handshake.start();
    }

    /** Frames before the answer: kept, as far as they may be, for the link. */
    private void onEarlyBytes(ByteBuf bytes) {
        try {
            if (state != State.UPGRADING) return;
            ByteBuf all = early == null ? Unpooled.buffer(bytes.readableBytes()) : early;
            early = all;
            all.writeBytes(bytes);
            if (all.readableBytes() > reception.config.handshakes().maxEarlyBytes())
                channel.config().setAutoRead(false);
        } finally {
            bytes.release();
        }
    }

    boolean isGone() {
        return state != State.UPGRADING;
    }

    /** The handshake is done: this handler's last act. */
    void upgrade(byte[] answer, LinkTerms terms, Function<Link, LinkListener> session) {
        if (state != State.UPGRADING) return;
        state = State.GONE;
        home.wheel.remove(this);
        handshake = null;
        ByteBuf first = early;
        early = null;
        channel.write(Unpooled.wrappedBuffer(answer), channel.voidPromise());
        boolean direct = channel.pipeline().get(SslHandler.class) == null;
        var link = new WebSocketLink(home, terms, channel, direct);
        channel.pipeline().replace(this, null, link);
        link.begin(session, first);
        channel.config().setAutoRead(link.isReading());
    }

    // How it ends.

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) takeWaiting();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        boolean ended = event instanceof ChannelInputShutdownEvent || event instanceof ChannelInputShutdownReadComplete;
        if (!ended) return;
        // A client may shut its side behind its last request and still read.
        if (state == State.ANSWERING || (state == State.LINGERING && owesBytes())) return;
        channel.close();
    }

    private boolean owesBytes() {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        return out != null && !out.isEmpty();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        state = State.GONE;
        home.wheel.remove(this);
        dropWaiting();
        if (handshake != null) handshake.abandon();
        handshake = null;
    }

    private void dropWaiting() {
        for (Object msg : waiting) ReferenceCountUtil.release(msg);
        waiting.clear();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) LOG.log(Level.DEBUG, "The connection broke: {0}", cause.getMessage());
        else Faults.contain(cause, reception.meter, "http");
        channel.close();
    }

    @Override
    public void onSweep(long now) {
        if (now - deadlineNanos < 0) return;
        switch (state) {
            case HEAD -> {
                if (begun) refuse(HttpAnswer.bare(408));
                else channel.close();
            }
            case BODY -> refuse(HttpAnswer.bare(408));
            case ANSWERING -> refuse(HttpAnswer.bare(503));
            case UPGRADING -> {
                if (handshake != null) handshake.onDeadline();
            }
            case LINGERING, GONE -> channel.close();
        }
    }

    @Override
    public void cut() {
        channel.close();
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
