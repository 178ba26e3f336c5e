package earshot.gateway;

import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A socket before its upgrade, or one that never has any: one request at a time, answers in order. Confined to its event loop.
 * What a client sends behind the request that is being answered waits, and while anything waits the socket is not read.
 */
final class HttpConnection extends SocketHandler {
    private static final Duration LINGER = Duration.ofSeconds(2);

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
    private final @Nullable Peer peer;
    private final HttpExchange exchange;
    private final HttpOutput output;
    private final HeldInput waiting;

    private State state = State.HEAD;
    private boolean begun;
    private long deadlineNanos;
    private @Nullable Upgrade upgrade;
    private boolean taking;
    private boolean inRead;
    /** The client has shut its side: nothing comes behind what waits. */
    private boolean inputEnded;

    /**
     * @param crowded the node has as many connections as it may have: plain HTTP is answered once, upgrades are refused
     * @param peer who is at the other end, where the socket's own address does not say
     */
    HttpConnection(Reception reception, GatewayLoop home, Channel channel, boolean crowded, @Nullable Peer peer) {
        super(home, "http");
        this.reception = reception;
        this.home = home;
        this.channel = channel;
        this.crowded = crowded;
        this.peer = peer;
        this.waiting = new HeldInput(channel, home.budget);
        this.exchange = new HttpExchange(home, reception.meter);
        this.output = new HttpOutput(channel, home, reception.meter);
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
    boolean onBytes(int count) {
        if (state == State.LINGERING || state == State.GONE) return false;
        if (state == State.HEAD) waiting.hold(count);
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
        if (msg instanceof HttpContent content) waiting.hold(content.content().readableBytes());
        if (msg instanceof ByteBuf bytes) {
            onEarlyBytes(bytes);
        } else if (state == State.LINGERING || state == State.GONE) {
            ReferenceCountUtil.release(msg);
        } else if (taking || state == State.ANSWERING || state == State.UPGRADING || !channel.isWritable()) {
            waiting.add(msg);
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
        // What is left is at most a piece of a request, and the rest of it will not come.
        if (inputEnded && waiting.isEmpty() && (state == State.HEAD || state == State.BODY)) linger();
        if (waiting.isEmpty() && state != State.UPGRADING) readOn();
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
        waiting.release();
        switch (HttpHead.read(request, reception.config.http())) {
            case HttpHead.Read.Bad(int status) -> onBadHead(status);
            case HttpHead.Read.Good(HttpHead head) -> onGoodHead(head);
        }
    }

    private void onBadHead(int status) {
        if (status == 414) Limit.REQUEST_LINE.exceeded(home.meter);
        if (status == 431) Limit.HEADERS.exceeded(home.meter);
        refuse(HttpAnswer.bare(status));
    }

    private void onGoodHead(HttpHead head) {
        var routed = PendingRequest.routed(head, reception);
        exchange.begin(routed);
        HttpResponse objection = routed.objection();
        if (objection != null) {
            if (objection.status() == 413) Limit.BODY.exceeded(home.meter);
            refuse(objection);
            return;
        }
        if (head.expects() && head.hasBody()) output.writeContinue();
        state = State.BODY;
        expectWithin(reception.config.http().bodyTime());
    }

    private void onContent(HttpContent content) {
        PendingRequest request = exchange.pending();
        if (request == null) return;
        if (content.decoderResult().isFailure()) refuse(HttpAnswer.bare(400));
        else if (content.content().isReadable() && home.budget.isFull()) refuse(Limit.BUDGET, request.refusal(503));
        else if (!request.take(content.content())) refuse(Limit.BODY, request.refusal(413));
        else if (content instanceof LastHttpContent) onWhole(request);
    }

    private void onWhole(PendingRequest request) {
        HttpRequest whole = request.whole(client(request.head()));
        Answerer answerer = request.answerer();
        if (answerer == null) {
            beginUpgrade(request.head(), whole);
        } else {
            state = State.ANSWERING;
            expectWithin(request.answerTime());
            exchange.ask(answerer, whole, crowded, this::answer);
        }
    }

    private Peer client(HttpHead head) {
        Peer known = peer == null ? reception.forwarding.peer(channel.remoteAddress()) : peer;
        return reception.forwarding.clientOf(known, head.headers());
    }

    // What goes out.

    private void answer(HttpResponse response) {
        if (state != State.ANSWERING) return;
        boolean close =
                crowded || reception.isDraining() || (inputEnded && waiting.isEmpty()) || !exchange.isKeptAlive();
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

    private void refuse(Limit exceeded, HttpResponse response) {
        exceeded.exceeded(home.meter);
        refuse(response);
    }

    private void write(HttpResponse response, boolean close) {
        waiting.release();
        output.write(response, exchange.end(), close);
    }

    private void linger() {
        state = State.LINGERING;
        expectWithin(LINGER);
        waiting.drop();
        readOn();
        output.end();
    }

    /** Nothing is read behind the end: the channel's descriptor may not be watched any more, and asking for it fails. */
    private void readOn() {
        if (!inputEnded && !channel.config().isAutoRead()) channel.config().setAutoRead(true);
    }

    // Upgrades.

    private void beginUpgrade(HttpHead head, HttpRequest request) {
        state = State.UPGRADING;
        GatewayConfig.Handshakes limits = reception.config.handshakes();
        expectWithin(limits.admitTime().plus(limits.maxWait()));
        if (!waiting.isEmpty()) {
            refuse(HttpAnswer.bare(400));
            return;
        }
        var starting = new Upgrade(reception, home, this, head, request);
        upgrade = starting;
        starting.start();
    }

    private void onEarlyBytes(ByteBuf bytes) {
        try {
            if (state != State.UPGRADING || upgrade == null) return;
            waiting.hold(bytes.readableBytes());
            if (upgrade.onEarlyBytes(bytes)) Limit.HANDSHAKE_EARLY.exceeded(home.meter);
        } finally {
            bytes.release();
        }
    }

    boolean isGone() {
        return state != State.UPGRADING;
    }

    /** The handshake is done: this handler's last act. */
    void upgrade(
            GatewayLoop at,
            byte[] answer,
            LinkTerms terms,
            Function<? super WebSocketLink, ? extends LinkListener> session) {
        Upgrade done = upgrade;
        if (state != State.UPGRADING || done == null) return;
        state = State.GONE;
        home.wheel.remove(this);
        upgrade = null;
        waiting.release();
        done.complete(at, answer, terms, session);
    }

    // How it ends.

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) takeWaiting();
    }

    @Override
    void onInputEnded() {
        // A client may shut its side behind its last request and still read.
        inputEnded = true;
        if ((state == State.ANSWERING && !exchange.isAwaited()) || (state == State.LINGERING && output.isOwed()))
            return;
        channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        state = State.GONE;
        home.wheel.remove(this);
        waiting.drop();
        waiting.release();
        exchange.abandon();
        if (upgrade != null) upgrade.abandon();
        upgrade = null;
    }

    @Override
    public void onSweep(long now) {
        Limit exceeded = output.exceeded(now, reception.config.http().takeTime().toNanos());
        if (exceeded != null) {
            exceeded.exceeded(home.meter);
            cut();
        } else if (output.isOwed() && isAtRest()) {
            // It is busy with what it was given: its time begins when it has it.
            expectWithin(
                    state == State.LINGERING ? LINGER : reception.config.http().idleTime());
        } else if (now - deadlineNanos >= 0) {
            onDeadline();
        }
    }

    /** Nothing is asked of us. */
    private boolean isAtRest() {
        return state == State.LINGERING || (state == State.HEAD && !begun);
    }

    private void onDeadline() {
        switch (state) {
            case HEAD -> onHeadTimeout();
            case BODY -> refuse(Limit.BODY_TIME, HttpAnswer.bare(408));
            case ANSWERING -> refuse(Limit.ANSWER_TIME, HttpAnswer.bare(503));
            case UPGRADING -> {
                if (upgrade != null) upgrade.onDeadline();
            }
            case LINGERING, GONE -> cut();
        }
    }

    private void onHeadTimeout() {
        if (begun) {
            refuse(Limit.HEAD_TIME, HttpAnswer.bare(408));
        } else {
            // Between two requests that is the end of a quiet connection; before the first one it said nothing at all.
            if (exchange.isFirst()) Limit.HEAD_TIME.exceeded(home.meter);
            channel.close();
        }
    }

    @Override
    public void cut() {
        Ending.cut(channel);
    }
}
