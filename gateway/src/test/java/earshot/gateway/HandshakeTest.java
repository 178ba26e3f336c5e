package earshot.gateway;

import static earshot.gateway.testkit.RawWebSocketClient.TEXT;
import static earshot.gateway.testkit.RawWebSocketClient.frame;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.RoomId;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import earshot.dialect.Admission;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import earshot.gateway.testkit.RawHttp;
import earshot.gateway.testkit.RawWebSocketClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandshakeTest {
    private final TestDialect dialect = new TestDialect();
    private final MemoryMeter meter = new MemoryMeter();
    private TestGateway gateway;

    @AfterEach
    void stop() {
        if (gateway != null) gateway.close();
    }

    private TestGateway gateway(GatewayConfig config) {
        gateway = new TestGateway(
                config,
                List.of(dialect),
                List.of(new HttpRoute(
                        "GET", "/health", 0, _ -> CompletableFuture.completedStage(HttpResponse.text(200, "ok")))),
                true,
                null,
                meter);
        return gateway;
    }

    private RawHttp.Answer upgrade(String... headers) throws IOException {
        try (var client = new RawWebSocketClient(gateway.address, "/plain", headers)) {
            return client.upgrade();
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static CompletableFuture<Admission> admission(Admission admission) {
        return CompletableFuture.completedFuture(admission);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /plain HTTP/1.1|Upgrade: WebSocket|Connection: keep-alive, Upgrade|13|dGhlIHNhbXBsZSBub25jZQ==|101",
                "GET /plain HTTP/1.1|Upgrade: h2c, websocket|Connection: upgrade|13|dGhlIHNhbXBsZSBub25jZQ==|101",
                "GET //plain HTTP/1.1|Upgrade: websocket|Connection: upgrade|13|dGhlIHNhbXBsZSBub25jZQ==|101",
                "GET /plain HTTP/1.0|Upgrade: websocket|Connection: Upgrade|13|dGhlIHNhbXBsZSBub25jZQ==|400",
                "POST /plain HTTP/1.1|Upgrade: websocket|Connection: Upgrade|13|dGhlIHNhbXBsZSBub25jZQ==|405",
                "GET /plain HTTP/1.1|Upgrade: websocket|Connection: keep-alive|13|dGhlIHNhbXBsZSBub25jZQ==|400",
                "GET /plain HTTP/1.1|Upgrade: websocket|Connection: Upgrade|8|dGhlIHNhbXBsZSBub25jZQ==|426",
                "GET /plain HTTP/1.1|Upgrade: websocket|Connection: Upgrade|13|dGhlIHNhbXBsZQ==|400",
                "GET /plain HTTP/1.1|Upgrade: websocket|Connection: Upgrade|13|no base64 at all!!!!!!!!|400",
                "GET /plain HTTP/1.1|Upgrade: websocket|Connection: Upgrade|13|''|400",
                "GET /other HTTP/1.1|Upgrade: websocket|Connection: Upgrade|13|dGhlIHNhbXBsZSBub25jZQ==|404",
                "GET /%zz HTTP/1.1|Upgrade: websocket|Connection: Upgrade|13|dGhlIHNhbXBsZSBub25jZQ==|400",
                "GET /plain HTTP/1.1|Upgrade: tcp|Connection: Upgrade|13|dGhlIHNhbXBsZSBub25jZQ==|426"
            })
    void request_isCheckedAsTheRfcHasIt(
            String line, String upgrade, String connection, String version, String key, int status) throws IOException {
        gateway(TestGateway.CONFIG);
        try (var http = new RawHttp(gateway.address)) {
            http.send(line + "\nHost: t\n" + upgrade + "\n" + connection + "\nSec-WebSocket-Version: " + version
                    + "\nSec-WebSocket-Key: " + key + "\n\n");
            RawHttp.Answer answer = http.answer();
            assertThat(answer.status()).isEqualTo(status);
            if (status == 426)
                assertThat(answer.header("sec-websocket-version")).isEqualTo("13");
        }
    }

    @Test
    void subprotocol_isNamed_whenItWasOffered() throws IOException {
        gateway(TestGateway.CONFIG);
        dialect.admit = request -> admission(
                new Admission.Accepted(null, "", Set.of(), "", "two", null, TestDialect.ACCEPTED.conversation()));
        assertThat(upgrade("Sec-WebSocket-Protocol", "one, two").header("sec-websocket-protocol"))
                .isEqualTo("two");
        assertThat(upgrade("Sec-WebSocket-Protocol", "one", "Sec-WebSocket-Protocol", "two")
                        .header("sec-websocket-protocol"))
                .isEqualTo("two");
        assertThat(upgrade().headers()).doesNotContainKey("sec-websocket-protocol");
    }

    @Test
    void dialect_seesTheWholeRequest() throws Exception {
        gateway(TestGateway.CONFIG);
        var seen = new LinkedBlockingQueue<HandshakeRequest>();
        dialect.admit = request -> {
            seen.add(request);
            return admission(TestDialect.ACCEPTED);
        };
        new RawWebSocketClient(
                        gateway.address, "/plain?token=a%2Bb", "Origin", "https://x", "Sec-WebSocket-Protocol", "p1,p2")
                .close();
        HandshakeRequest request = seen.poll(10, TimeUnit.SECONDS);
        assertThat(request.http().queryParam("token")).contains("a+b");
        assertThat(request.http().header("Origin")).contains("https://x");
        assertThat(request.subprotocols()).containsExactly("p1", "p2");
        assertThat(request.http().loopback()).isTrue();
    }

    @Test
    void refusal_ofTheDialect_isSentAsItIs() throws IOException {
        gateway(TestGateway.CONFIG);
        dialect.admit = _ ->
                admission(new Admission.Refused(HttpResponse.json(401, "{}").with("x-why", "key")));
        RawHttp.Answer answer = upgrade();
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("x-why")).isEqualTo("key");
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(gateway.sessions).isEmpty();
    }

    @Test
    void dialectThatThrowsOrFails_isAnsweredForWithInternal() throws IOException {
        gateway(TestGateway.CONFIG);
        dialect.admit = _ -> {
            throw new IllegalStateException("secret");
        };
        assertThat(upgrade().body()).isEqualTo("plain INTERNAL");
        dialect.admit = _ -> CompletableFuture.failedStage(new IllegalStateException("secret"));
        assertThat(upgrade().body()).isEqualTo("plain INTERNAL");
    }

    @Test
    void dialectThatNeverDecides_isUnavailable() throws IOException {
        gateway(TestGateway.CONFIG.with(GatewayConfig.Handshakes.DEFAULT
                .admittedWithin(Duration.ofMillis(100))
                .paced(2000, 10, Duration.ofMillis(50))));
        dialect.admit = _ -> new CompletableFuture<>();
        var flood = new ArrayList<RawHttp>();
        for (int i = 0; i < 50; i++) flood.add(new RawHttp(gateway.address).send(RawWebSocketClient.request("/plain")));
        for (RawHttp http : flood) {
            RawHttp.Answer answer = http.answer();
            assertThat(answer.body()).isEqualTo("plain UNAVAILABLE");
            assertThat(answer.header("retry-after")).isEqualTo("1");
            http.close();
        }
        assertThat(meter.snapshot().stream()
                        .filter(family -> family.metric() == Metric.LIMITS)
                        .flatMap(family -> family.samples().stream()))
                .containsExactly(new MemoryMeter.Sample(List.of("limits.handshake-decision"), 50));
    }

    @Test
    void fullRoom_isSaidBeforeTheUpgrade() throws IOException {
        gateway(TestGateway.CONFIG);
        reserving();
        gateway.places = _ -> CompletableFuture.completedStage(null);
        assertThat(upgrade().body()).isEqualTo("plain ROOM_FULL");
        gateway.places = _ -> CompletableFuture.failedStage(new RejectedExecutionException());
        assertThat(upgrade().body()).isEqualTo("plain BUSY");
    }

    @Test
    void place_isHandedToTheSession() throws Exception {
        gateway(TestGateway.CONFIG);
        reserving();
        try (var client = new RawWebSocketClient(gateway.address, "/plain")) {
            assertThat(client.upgrade().status()).isEqualTo(101);
            assertThat(gateway.sessions.poll(10, TimeUnit.SECONDS).place.room().name())
                    .isEqualTo("room");
            assertThat(gateway.released).hasValue(0);
        }
    }

    @Test
    void clientThatGoesMeanwhile_givesItsPlaceBack() throws Exception {
        gateway(TestGateway.CONFIG);
        reserving();
        var decision = new CompletableFuture<earshot.core.Node.Reservation>();
        var asked = new CompletableFuture<RoomId>();
        gateway.places = room -> {
            asked.complete(room);
            return decision;
        };
        try (var http = new RawHttp(gateway.address)) {
            http.send(RawWebSocketClient.request("/plain"));
            RoomId room = asked.get(10, TimeUnit.SECONDS);
            http.socket().close();
            await(() -> gateway.gateway.connections() == 0);
            decision.complete(new earshot.core.Node.Reservation() {
                @Override
                public RoomId room() {
                    return room;
                }

                @Override
                public void use(earshot.core.session.Session session) {
                    throw new AssertionError("nobody is there");
                }

                @Override
                public void release() {
                    gateway.released.incrementAndGet();
                }
            });
            await(() -> gateway.released.get() == 1);
            assertThat(gateway.sessions).isEmpty();
        }
    }

    private void reserving() {
        dialect.admit = _ -> admission(new Admission.Accepted(
                null, "", Set.of(), "", null, new RoomId("plain", "", "room"), TestDialect.ACCEPTED.conversation()));
    }

    @Test
    void framesBeforeTheAnswer_areKept() throws Exception {
        gateway(TestGateway.CONFIG);
        var decision = new CompletableFuture<Admission>();
        dialect.admit = _ -> decision;
        try (var http = new RawHttp(gateway.address)) {
            byte[] request =
                    RawWebSocketClient.request("/plain").replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
            http.send(RawWebSocketClient.join(request, frame(TEXT, "GET / HTTP/1.1".getBytes(StandardCharsets.UTF_8))));
            http.send(frame(TEXT, "2".getBytes(StandardCharsets.UTF_8)));
            decision.complete(TestDialect.ACCEPTED);
            assertThat(http.answer().status()).isEqualTo(101);
            TestGateway.Heard session = gateway.sessions.poll(10, TimeUnit.SECONDS);
            http.send(frame(RawWebSocketClient.CLOSE));
            session.end.get(10, TimeUnit.SECONDS);
            assertThat(session.frames).extracting(f -> f.asText()).containsExactly("GET / HTTP/1.1", "2");
        }
    }

    @Test
    void fullBudget_refusesNewSessions() throws IOException {
        gateway(TestGateway.CONFIG);
        gateway.budget.hold(TestGateway.BUDGET_BYTES);
        RawHttp.Answer answer = upgrade();
        assertThat(answer.body()).isEqualTo("plain BUSY");
        assertThat(answer.header("retry-after")).isEqualTo("1");
        gateway.budget.hold(-TestGateway.BUDGET_BYTES);
        assertThat(upgrade().status()).isEqualTo(101);
    }

    @Test
    void overTheCap_upgradesAreRefused_andHealthIsAnswered_pastTheReserveNothing() throws IOException {
        gateway(TestGateway.CONFIG.with(TestGateway.CONFIG.network().capped(2, 2)));
        try (var one = new RawWebSocketClient(gateway.address, "/plain");
                var two = new RawWebSocketClient(gateway.address, "/plain")) {
            assertThat(one.upgrade().status()).isEqualTo(101);
            assertThat(two.upgrade().status()).isEqualTo(101);
            assertThat(upgrade().status()).isEqualTo(503);
            await(() -> gateway.gateway.connections() == 2);
            try (var health = new RawHttp(gateway.address);
                    var another = new RawHttp(gateway.address)) {
                await(() -> gateway.gateway.connections() == 4);
                try (var late = new RawHttp(gateway.address)) {
                    assertThat(late.isEnded()).isTrue();
                }
                assertThat(health.get("/health").header("connection")).isEqualTo("close");
                assertThat(another.get("/health").status()).isEqualTo(200);
            }
        }
        await(() -> gateway.gateway.connections() == 0);
        assertThat(upgrade().status()).isEqualTo(101);
    }

    @Test
    void burstOfHandshakes_waitsItsTurn_andTheRestIsRefused() throws IOException {
        gateway(TestGateway.CONFIG.with(GatewayConfig.Handshakes.DEFAULT.paced(10, 3, Duration.ofSeconds(5))));
        var burst = new ArrayList<RawHttp>();
        for (int i = 0; i < 20; i++) {
            burst.add(new RawHttp(gateway.address).send(RawWebSocketClient.request("/plain")));
        }
        int in = 0;
        for (RawHttp http : burst) {
            RawHttp.Answer answer = http.answer();
            if (answer.status() == 101) in++;
            else assertThat(answer.body()).isEqualTo("plain BUSY");
            http.close();
        }
        // Two loops, each with one at once and three in line; more only as time goes by.
        assertThat(in).isBetween(8, 14);
    }

    @Test
    void halfOpenHandshakes_areClosedInTime_andLeaveNothing() throws IOException {
        gateway(TestGateway.CONFIG.with(GatewayConfig.Http.DEFAULT.times(
                Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofMillis(500))));
        var half = new ArrayList<RawHttp>();
        for (int i = 0; i < 500; i++) {
            half.add(new RawHttp(gateway.address).send("GET /plain HTTP/1.1\nHost: t\nUpgrade: websock"));
        }
        try (var honest = new RawWebSocketClient(gateway.address, "/plain")) {
            assertThat(honest.upgrade().status()).isEqualTo(101);
            for (RawHttp http : half) {
                assertThat(http.answer().status()).isEqualTo(408);
                http.close();
            }
            await(() -> gateway.gateway.connections() == 1);
        }
    }

    @Test
    void drainingGateway_refusesUpgrades_andStillAnswersHttp() throws Exception {
        gateway(TestGateway.CONFIG);
        try (var client = new RawWebSocketClient(gateway.address, "/plain")) {
            var stopping = CompletableFuture.runAsync(() -> gateway.gateway.stop(Duration.ofSeconds(10)));
            assertThat(client.read().text()).isEqualTo("last words");
            assertThat(upgrade().body()).isEqualTo("plain BUSY");
            try (var http = new RawHttp(gateway.address)) {
                assertThat(http.get("/health").status()).isEqualTo(200);
            }
            client.close(1001);
            stopping.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void nio_worksTheSame() throws IOException {
        gateway = new TestGateway(TestGateway.CONFIG, List.of(dialect), List.of(), false);
        try (var client = new RawWebSocketClient(gateway.address, "/plain")) {
            assertThat(client.text("hi").read().text()).isEqualTo("hi");
            assertThat(client.close(1000).read().closeCode()).isEqualTo(1000);
            assertThat(client.read().isEnd()).isTrue();
        }
    }
}
