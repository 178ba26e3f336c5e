package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.dialect.EngineIo.Transport;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.gateway.engineio.EngineError;
import earshot.gateway.engineio.EngineSid;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where requests of Engine.IO clients come in: whose path, legal, and of which session; then to the loop where the session lives. Thread-safe; one
 * object per gateway.
 */
final class EngineDoor {
    private static final int SWEEPS_PER_BEAT = 20;

    private final List<EngineTerms> engines;
    private final List<GatewayLoop> loops;
    private final long node;
    private final RandomGenerator random;
    private final EngineRelay relay;

    /**
     * @param loops complete before the first request
     * @param node which run of which node this is
     * @param random must be hard to foresee; thread-safe
     */
    EngineDoor(
            List<Reception.Served> dialects,
            List<GatewayLoop> loops,
            long node,
            RandomGenerator random,
            EngineRelay relay) {
        this.engines = dialects.stream()
                .map(EngineDoor::terms)
                .flatMap(Optional::stream)
                .toList();
        this.loops = loops;
        this.node = node;
        this.random = random;
        this.relay = relay;
    }

    private static Optional<EngineTerms> terms(Reception.Served served) {
        return Optional.ofNullable(served.dialect().engineIo()).map(io -> new EngineTerms(served, io));
    }

    List<EngineTerms> engines() {
        return engines;
    }

    /** Deadlines are looked at often enough for every heartbeat here. */
    GatewayConfig.Links sweeps(GatewayConfig.Links links) {
        Duration least = links.sweep();
        for (EngineTerms terms : engines) {
            for (Duration time :
                    List.of(terms.io.times().pingInterval(), terms.io.times().pingTimeout())) {
                Duration fine = Duration.ofMillis(Math.max(10, time.toMillis() / SWEEPS_PER_BEAT));
                if (fine.compareTo(least) < 0) least = fine;
            }
        }
        return links.swept(least);
    }

    /** Null: the path is nobody's here. */
    @Nullable
    EngineTerms at(String path) {
        for (EngineTerms terms : engines) if (path.startsWith(terms.io.path())) return terms;
        return null;
    }

    /** Of all dialects, on all loops; any thread. */
    int sessions() {
        int all = 0;
        for (GatewayLoop loop : loops) all += loop.links.get();
        return all;
    }

    EngineSid fresh(GatewayLoop home) {
        return EngineSid.fresh(node, home.loop.index(), random);
    }

    /** The loop of a session, as far as its id says; null: it is none of this node's. */
    @Nullable
    GatewayLoop home(@Nullable EngineSid sid) {
        return sid == null || sid.node() != node || sid.loop() >= loops.size() ? null : loops.get(sid.loop());
    }

    /** What is wrong with a request before its session is looked for; in the order of the reference implementation. Null: nothing. */
    static @Nullable EngineError objection(EngineTerms terms, HttpRequest request, boolean upgrade) {
        Transport transport = transport(request);
        if (transport == null || !terms.io.transports().contains(transport)) return EngineError.UNKNOWN_TRANSPORT;
        if (!request.header("origin").map(EngineDoor::isClean).orElse(true)) return EngineError.BAD_REQUEST;
        if (request.queryParam("sid").isPresent()) return null;
        if (!request.method().equals("GET")) return EngineError.BAD_HANDSHAKE_METHOD;
        if (upgrade != (transport == Transport.WEBSOCKET)) return EngineError.BAD_REQUEST;
        boolean version4 = request.queryParam("EIO").filter("4"::equals).isPresent();
        return version4 ? null : EngineError.UNSUPPORTED_VERSION;
    }

    private static @Nullable Transport transport(HttpRequest request) {
        return switch (request.queryParam("transport").orElse("")) {
            case "polling" -> Transport.POLLING;
            case "websocket" -> Transport.WEBSOCKET;
            default -> null;
        };
    }

    private static boolean isClean(String value) {
        return value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 0x7F) || (c >= 0x80 && c <= 0xFF));
    }

    /** Answers a request that is no upgrade; on the loop of its connection. */
    CompletionStage<HttpResponse> answer(
            Reception reception, EngineTerms terms, HttpRequest request, GatewayLoop here, boolean crowded) {
        if (request.method().equals("OPTIONS")) return CompletableFuture.completedStage(terms.cors.preflight(request));
        EngineError wrong = objection(terms, request, false);
        if (wrong != null) return CompletableFuture.completedStage(terms.cors.mark(request, wrong.response()));
        String id = request.queryParam("sid").orElse("");
        if (!id.isEmpty()) return marked(terms, request, inSession(terms, request, EngineSid.parse(id)));
        var entering = new PollingHandshake(reception, here, terms, request, crowded);
        entering.start();
        return marked(terms, request, entering);
    }

    /** What a browser must read goes with every answer; that somebody waits for it is told to who answers. */
    private static CompletionStage<HttpResponse> marked(
            EngineTerms terms, HttpRequest request, CompletableFuture<HttpResponse> answer) {
        return new Marked(answer, terms.cors, request);
    }

    private CompletableFuture<HttpResponse> inSession(EngineTerms terms, HttpRequest request, @Nullable EngineSid sid) {
        boolean get = request.method().equals("GET");
        if (sid == null) return refused(EngineError.UNKNOWN_SID);
        if (!get && !request.method().equals("POST"))
            return CompletableFuture.completedFuture(HttpAnswer.bare(405).with("allow", "GET, OPTIONS, POST"));
        if (request.queryParam("transport").filter("polling"::equals).isEmpty())
            return refused(EngineError.BAD_REQUEST);
        GatewayLoop home = home(sid);
        if (home == null) return elsewhere(terms, request, sid);
        boolean opaque = request.header("content-type")
                .filter(type -> type.startsWith("application/octet-stream"))
                .isPresent();
        var exchange = new EngineExchange(home.loop, request.body(), opaque);
        Runnable ask = () -> ask(home, sid, exchange, get);
        if (home.loop.isCurrent()) ask.run();
        else home.loop.post(ask);
        return exchange;
    }

    private CompletableFuture<HttpResponse> elsewhere(EngineTerms terms, HttpRequest request, EngineSid sid) {
        boolean ours = sid.node() == node || request.header(EngineRelay.HEADER).isPresent();
        CompletionStage<HttpResponse> asked = ours
                ? null
                : relay.ask(
                        sid.node(),
                        new EngineRelay.Request(
                                request.method(),
                                terms.io.path() + "?EIO=4&transport=polling&sid=" + sid.text(),
                                request.header("content-type").orElse(""),
                                request.body()));
        return asked == null ? refused(EngineError.UNKNOWN_SID) : new Relayed(asked);
    }

    private static void ask(GatewayLoop home, EngineSid sid, EngineExchange exchange, boolean get) {
        EngineSession session = home.engine.find(sid);
        try {
            if (session == null) exchange.refuse(EngineError.UNKNOWN_SID);
            else if (get) session.onPoll(exchange);
            else session.onPost(exchange);
        } catch (Throwable e) {
            Faults.contain(e, home.meter, "polling");
            if (session != null) session.end(CloseReason.FAULT);
            exchange.complete(RouteCall.internalError());
        }
    }

    private static CompletableFuture<HttpResponse> refused(EngineError error) {
        return CompletableFuture.completedFuture(error.response());
    }
}
