package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.core.telemetry.Metric;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.gateway.engineio.EngineError;
import earshot.gateway.engineio.EnginePacket;
import earshot.gateway.engineio.EngineSid;
import io.netty.buffer.ByteBufAllocator;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One session of Engine.IO, between what reaches its client now and the session behind it. Confined to its loop, which is the one of the connection
 * that began it; other connections of the client come there, as requests or altogether ({@link Moving}).
 *
 * <p>What is told goes to the link without passing here: frames that go out have the form of packets already ({@link Envelope}).
 */
final class EngineSession implements LinkListener {
    /** Nobody is there, or it broke a rule: requests with its id are strange from now on. */
    private static final Set<CloseReason> WITHOUT_FAREWELL = EnumSet.of(
            CloseReason.CLIENT_LEFT, CloseReason.DEAD_PEER, CloseReason.PROTOCOL_ERROR, CloseReason.BAD_DATA);

    /** For how long a poll goes on beside a probe (the reference looks every 100 ms): a client that probes waits for its end. */
    private static final long POLL_BESIDE_PROBE_MILLIS = 100;
    /** By so much no refusal of a poll may overtake the word that its client is waiting for on its WebSocket. */
    private static final long REFUSAL_DELAY_MILLIS = 25;

    private final GatewayLoop home;
    private final EngineTerms terms;
    private final EnginePulse pulse;
    private final EngineStranger stranger;
    /** Under which requests find it; null: none may. */
    private final @Nullable EngineSid sid;

    private Link link;
    private @Nullable PollingLink polling;
    private @Nullable LinkListener client;
    private @Nullable EngineProbe probe;
    private boolean noopPending;
    private boolean over;

    /** Over a WebSocket from the beginning. */
    static LinkListener overWebSocket(GatewayLoop home, EngineTerms terms, Link link, String sid, Admitting client) {
        byte[] open = terms.open(sid, false);
        link.write(FrameHead.frame(ByteBufAllocator.DEFAULT, FrameHead.TEXT, open));
        var session = new EngineSession(home, terms, null, link);
        try {
            session.begin(client.open(link));
        } catch (Throwable e) {
            session.finish(CloseReason.FAULT, false);
            throw e;
        }
        return session;
    }

    /** Found by its id from now on. */
    static void polling(GatewayLoop home, EngineTerms terms, EngineSid sid, Admitting client) {
        var session = new EngineSession(home, terms, sid, null);
        home.engine.add(sid, session);
        try {
            session.begin(client.open(session.link));
        } catch (Throwable e) {
            session.link.cut();
            throw e;
        }
    }

    private EngineSession(GatewayLoop home, EngineTerms terms, @Nullable EngineSid sid, @Nullable Link webSocket) {
        this.home = home;
        this.terms = terms;
        this.sid = sid;
        long openedNanos = home.nanos();
        this.pulse = new EnginePulse(terms, openedNanos);
        this.stranger = new EngineStranger(terms, openedNanos);
        terms.opened();
        if (webSocket == null) {
            polling = new PollingLink(home, this);
            link = polling;
            home.links.incrementAndGet();
            home.meter.move(Metric.ENGINE_POLLING, 1);
        } else {
            link = webSocket;
        }
    }

    private void begin(LinkListener behind) {
        client = behind;
        if (behind.isIdentified()) stranger.isKnown();
    }

    // What a request asks. The answer comes with the exchange.

    void onPoll(EngineExchange asked) {
        PollingLink here = here(asked);
        if (here == null) return;
        here.onPoll(asked);
        if (probe != null && probe.isProbed()) endPollSoon();
    }

    void onPost(EngineExchange brought) {
        PollingLink here = here(brought);
        if (here != null) here.onPost(brought);
    }

    /** Null: it polls no more, and the exchange is refused. */
    private @Nullable PollingLink here(EngineExchange asked) {
        if (!over && pulse.isDead(home.nanos())) die();
        PollingLink here = polling;
        if (here == null)
            home.executor.schedule(
                    () -> asked.refuse(over ? EngineError.UNKNOWN_SID : EngineError.BAD_REQUEST),
                    REFUSAL_DELAY_MILLIS,
                    TimeUnit.MILLISECONDS);
        return here;
    }

    // What the client says.

    @Override
    public void onFrame(Frame frame) {
        if (frame.kind() == Frame.Kind.BINARY) onMessage(frame);
        else onPacket(EnginePacket.of(frame.bytes(), 0, frame.bytes().length));
    }

    void onPacket(EnginePacket packet) {
        if (over) return;
        switch (packet) {
            case EnginePacket.Message(Frame frame) -> onMessage(frame);
            case EnginePacket.Pong _ -> pulse.pong(home.nanos());
            case EnginePacket.Close _ -> onLeave();
            case EnginePacket.Broken _ -> end(CloseReason.BAD_DATA);
        }
    }

    private void onMessage(Frame frame) {
        if (over) return;
        pulse.heard(home.tickNanos());
        client().onFrame(frame);
        if (stranger.isOne() && client().isIdentified()) stranger.isKnown();
    }

    private void onLeave() {
        PollingLink here = polling;
        if (here != null) here.left();
        else link.close(Farewell.closeFrame(1000, ""));
        finish(CloseReason.CLIENT_LEFT, true);
    }

    /** Ping and pong of WebSocket are not ours, but show that there is somebody. */
    @Override
    public boolean leavesByItself() {
        return !over && client().leavesByItself();
    }

    @Override
    public void onControl(boolean ping) {
        client().onControl(ping);
    }

    @Override
    public void onWritable() {
        if (!over) client().onWritable();
    }

    // Going on over a WebSocket.

    /** What listens to a WebSocket that says it is for this session. */
    LinkListener onProbe(WebSocketLink candidate) {
        if (over || polling == null || probe != null) return EngineProbe.unwanted(candidate);
        var probing = new EngineProbe(
                this, candidate, home.nanos() + terms.io.times().upgrade().toNanos());
        probe = probing;
        return probing;
    }

    /** The client has seen that the WebSocket works: the poll that waits has to end. */
    void onProbed() {
        endPollSoon();
    }

    private void endPollSoon() {
        if (noopPending) return;
        noopPending = true;
        home.executor.schedule(
                () -> {
                    noopPending = false;
                    if (probe != null && polling != null) polling.endPoll();
                },
                POLL_BESIDE_PROBE_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** From now on its packets go this way, behind those that still wait. */
    void onUpgrade(WebSocketLink next) {
        PollingLink before = polling;
        probe = null;
        if (over || before == null) {
            next.close(Farewell.closeFrame(1000, ""));
            return;
        }
        pollsNoMore();
        polling = null;
        link = next;
        home.meter.add(Metric.ENGINE_UPGRADES, 1);
        next.listen(this);
        before.handOver(next);
        client().onMoved(next);
        next.flush();
    }

    void onProbeEnded(EngineProbe ended) {
        if (probe == ended) probe = null;
    }

    // What the wheel says.

    @Override
    public void onSweep(long now) {
        if (over) return;
        if (isDead(now)) {
            die();
            return;
        }
        if (pulse.isPingDue(now)) ping();
        if (stranger.isOne()) hurry(now);
        if (!over) client().onSweep(now);
    }

    /** Behind bytes that the peer has not taken our ping has not arrived: that is a slow reader, and the session's to judge. */
    private boolean isDead(long now) {
        return pulse.isDead(now) && (polling != null || link.pendingBytes() == 0);
    }

    private void die() {
        home.meter.add(Metric.DEAD_PEERS, 1);
        end(CloseReason.DEAD_PEER);
    }

    private void ping() {
        home.meter.add(Metric.PINGS, 1);
        link.write(FrameHead.frame(ByteBufAllocator.DEFAULT, FrameHead.TEXT, new byte[] {EnginePacket.PING}));
        link.flush();
    }

    private void hurry(long now) {
        if (client().isIdentified()) stranger.isKnown();
        if (!stranger.isTooLate(now)) return;
        home.meter.add(Metric.LIMITS, 1, terms.dialect().name() + ".connect-timeout");
        end(CloseReason.IDLE);
    }

    // How it ends.

    /** For a reason of Engine.IO's own. */
    void end(CloseReason reason) {
        if (over) return;
        PollingLink here = polling;
        finish(reason, false);
        if (here != null && WITHOUT_FAREWELL.contains(reason)) here.drop();
        else link.close(terms.link().farewells().apply(reason));
    }

    /** The session behind it has closed its way to the client. */
    void onLinkClosed() {
        finish(CloseReason.CLIENT_LEFT, false);
    }

    @Override
    public void onClosed(CloseReason reason, boolean clean) {
        finish(reason, clean);
    }

    private void finish(CloseReason reason, boolean clean) {
        if (over) return;
        over = true;
        stranger.isKnown();
        terms.closed();
        if (polling != null) pollsNoMore();
        else forget();
        if (probe != null) probe.cut();
        probe = null;
        if (client != null) client.onClosed(reason, clean);
    }

    private void pollsNoMore() {
        home.links.decrementAndGet();
        home.meter.move(Metric.ENGINE_POLLING, -1);
    }

    /** Nothing more is to be said to requests with its id. */
    void forget() {
        if (sid != null) home.engine.remove(sid);
    }

    private LinkListener client() {
        LinkListener one = client;
        if (one == null) throw new IllegalStateException("a link without a session");
        return one;
    }
}
