package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.SessionId;
import earshot.core.message.Tag;
import earshot.core.session.Session;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.dialect.Dialect;
import earshot.dialect.EngineIo;
import earshot.gateway.testkit.RawWebSocketClient;
import earshot.gateway.tls.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** A gateway with sessions, a dialect over Engine.IO and no rooms; and clients of it. Two loops, so that a client's sockets are on both. */
final class EngineWorld implements AutoCloseable {
    static final String PATH = EngineEchoDialect.PATH;
    /** The times of everybody's clients: nobody dies of a busy machine. */
    static final EngineIo PATIENT = EngineIo.at(PATH, EngineIo.Cors.ANY);

    static EngineIo beating(int intervalMillis, int timeoutMillis) {
        return PATIENT.with(new EngineIo.Times(
                Duration.ofMillis(intervalMillis),
                Duration.ofMillis(timeoutMillis),
                Duration.ofSeconds(10),
                Duration.ofSeconds(45)));
    }

    /** The machine's clock, which a test may put ahead. */
    static final class AheadClock implements Clock {
        private final AtomicLong ahead = new AtomicLong();

        @Override
        public long nanos() {
            return Clock.SYSTEM.nanos() + ahead.get();
        }

        @Override
        public long millis() {
            return Clock.SYSTEM.millis() + ahead.get() / 1_000_000;
        }

        void skip(Duration time) {
            ahead.addAndGet(time.toNanos());
        }
    }

    final AheadClock clock = new AheadClock();
    final MemoryMeter meter = new MemoryMeter();
    final ByteBudget budget = new ByteBudget(64 << 20, meter);
    /** Sessions that have ended, by reason. */
    final ConcurrentLinkedQueue<CloseReason> gone = new ConcurrentLinkedQueue<>();

    final InetSocketAddress address;
    final Gateway gateway;
    private final NettyLoops loops;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    EngineWorld(Dialect dialect) {
        this(dialect, TestGateway.CONFIG, SessionLimits.DEFAULT);
    }

    EngineWorld(Dialect dialect, GatewayConfig config, SessionLimits limits) {
        this(dialect, config, limits, 0, EngineRelay.NONE);
    }

    EngineWorld(Dialect dialect, GatewayConfig config, SessionLimits limits, long node, EngineRelay relay) {
        this(dialect, config, limits, node, relay, null);
    }

    EngineWorld(Dialect dialect, GatewayConfig config, Tls tls) {
        this(dialect, config, SessionLimits.DEFAULT, 0, EngineRelay.NONE, tls);
    }

    private EngineWorld(
            Dialect dialect, GatewayConfig config, SessionLimits limits, long node, EngineRelay relay, Tls tls) {
        loops = new NettyLoops(2, true, NettyLoops.DEFAULT_MAX_WISHES, clock, meter);
        var fanout = new Fanout(loops, List.of(dialect), limits, budget, clock, meter);
        fanout.attach(new Nowhere());
        var doors = new Gateway.Doors(
                fanout::begin,
                _ -> CompletableFuture.completedStage(null),
                budget,
                () -> CompletableFuture.completedStage(null));
        var parts = new Gateway.Parts(loops, clock, meter, List.of(dialect), List.of())
                .with(tls)
                .of(node, relay);
        gateway = new Gateway(config, parts, doors);
        address = (InetSocketAddress) gateway.start().getFirst().address();
    }

    private final class Nowhere implements Domain {
        private final AtomicLong serials = new AtomicLong();

        @Override
        public SessionId nextSessionId() {
            return new SessionId(7, serials.incrementAndGet());
        }

        @Override
        public void connected(Session session) {}

        @Override
        public void submit(Session session, Command command, Tag tag) {}

        @Override
        public void disconnected(Session session, CloseReason reason) {
            gone.add(reason);
        }
    }

    // Clients

    URI uri(String query) {
        return URI.create("http://127.0.0.1:" + address.getPort() + PATH + "?EIO=4&" + query);
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> sendLater(HttpRequest request) {
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest.Builder request(String query) {
        return HttpRequest.newBuilder(uri(query)).timeout(Duration.ofSeconds(20));
    }

    /** A session that polls; its id. */
    String open() throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request("transport=polling").build());
        if (answer.statusCode() != 200) throw new AssertionError(answer.statusCode() + " " + answer.body());
        String body = answer.body();
        int from = body.indexOf("\"sid\":\"") + 7;
        return body.substring(from, body.indexOf('"', from));
    }

    HttpRequest poll(String sid) {
        return request("transport=polling&sid=" + sid).build();
    }

    HttpRequest post(String sid, String packets) {
        return request("transport=polling&sid=" + sid)
                .POST(HttpRequest.BodyPublishers.ofString(packets))
                .build();
    }

    RawWebSocketClient webSocket(String query, String... headers) throws IOException {
        return new RawWebSocketClient(address, PATH + "?EIO=4&transport=websocket" + query, headers);
    }

    /** Until as many polls wait at the server. */
    void awaitPolls(int count) {
        await(count + " polls that wait", () -> meter.value(Metric.ENGINE_WAITING) == count);
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) throw new AssertionError("not in time: " + what);
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        gateway.stop(Duration.ofMillis(1));
        loops.stop().toCompletableFuture().join();
    }
}
