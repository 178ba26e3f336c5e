package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.core.telemetry.Metric;
import earshot.gateway.testkit.RawWebSocketClient;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the protocol's own suite asks (https://github.com/socketio/engine.io-protocol), with its times, and what the reference answers besides. */
class EngineProtocolTest {
    private static final String SUFFIX = "\"pingInterval\":300,\"pingTimeout\":200,\"maxPayload\":1000000}";

    private EngineWorld world;

    @BeforeEach
    void start() {
        world = new EngineWorld(new EngineEchoDialect(EngineWorld.PATIENT));
    }

    /** The heart beats as the test wants it. */
    private void beating(int intervalMillis, int timeoutMillis) {
        world.close();
        world = new EngineWorld(new EngineEchoDialect(EngineWorld.beating(intervalMillis, timeoutMillis)));
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private HttpResponse<String> poll(String sid) throws IOException, InterruptedException {
        return world.send(world.poll(sid));
    }

    private HttpResponse<String> post(String sid, String packets) throws IOException, InterruptedException {
        return world.send(world.post(sid, packets));
    }

    private static String text(RawWebSocketClient client) throws IOException {
        return client.read().text();
    }

    // Handshake

    @Test
    void handshake_byPolling_tellsTheTerms() throws Exception {
        beating(300, 200);
        HttpResponse<String> answer =
                world.send(world.request("transport=polling").build());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/plain; charset=UTF-8");
        assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("access-control-allow-origin")).hasValue("*");
        assertThat(answer.body())
                .matches("0\\{\"sid\":\"[A-Za-z0-9_-]{34}\",\"upgrades\":\\[\"websocket\"\\],"
                        + java.util.regex.Pattern.quote(SUFFIX));
    }

    @Test
    void handshake_byWebSocket_tellsTheTerms() throws Exception {
        beating(300, 200);
        try (var client = world.webSocket("")) {
            assertThat(client.upgrade().status()).isEqualTo(101);
            assertThat(text(client))
                    .matches("0\\{\"sid\":\"[A-Za-z0-9_-]{34}\",\"upgrades\":\\[\\],"
                            + java.util.regex.Pattern.quote(SUFFIX));
        }
    }

    @Test
    void ids_areNeverTheSame() throws Exception {
        assertThat(world.open()).isNotEqualTo(world.open());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "EIO=abc&transport=polling 5 400",
                "transport=polling 5 400",
                "EIO=3&transport=polling 5 400",
                "EIO=4 0 400",
                "EIO=4&transport=abc 0 400",
                "EIO=4&transport=websocket 3 400",
                "EIO=4&transport=polling&sid=abc 1 400",
                "EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA 1 400"
            })
    void badRequests_areRefusedInTheReferencesWords(String query, int code, int status) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(world.uri("").resolve(EngineWorld.PATH + "?" + query))
                .build();
        HttpResponse<String> answer = world.send(request);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).startsWith("{\"code\":" + code + ",\"message\":\"");
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(answer.headers().firstValue("access-control-allow-origin")).hasValue("*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT"})
    void handshake_byAnotherMethod_isRefused(String method) throws Exception {
        HttpRequest request = world.request("transport=polling")
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(world.send(request).body()).isEqualTo("{\"code\":2,\"message\":\"Bad handshake method\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?EIO=abc&transport=websocket",
                "?transport=websocket",
                "?EIO=4",
                "?EIO=4&transport=abc",
                "?EIO=4&transport=websocket&sid=abc",
                "?EIO=4&transport=polling"
            })
    void badUpgrades_areRefusedBefore101(String query) throws Exception {
        try (var client = new RawWebSocketClient(world.address, EngineWorld.PATH + query)) {
            assertThat(client.upgrade().status()).isEqualTo(400);
            assertThat(client.upgrade().header("connection")).isEqualTo("close");
        }
    }

    // Messages

    @Test
    void messages_byPolling_comeBack() throws Exception {
        String sid = world.open();
        HttpResponse<String> taken = post(sid, "4hello");
        assertThat(taken.statusCode()).isEqualTo(200);
        assertThat(taken.body()).isEqualTo("ok");
        assertThat(poll(sid).body()).isEqualTo("4hello");
    }

    @Test
    void severalMessages_inOneBody_comeBackInOrder() throws Exception {
        String sid = world.open();
        assertThat(post(sid, "4test1\u001e4test2\u001e4test3").statusCode()).isEqualTo(200);
        assertThat(poll(sid).body()).isEqualTo("4test1\u001e4test2\u001e4test3");
    }

    @Test
    void binaryMessages_byPolling_areBase64() throws Exception {
        String sid = world.open();
        post(sid, "bAQIDBA==\u001e4\u00e9\u001eb");
        assertThat(poll(sid).body()).isEqualTo("bAQIDBA==\u001e4\u00e9\u001eb");
    }

    @Test
    void poll_waitsUntilThereIsSomething() throws Exception {
        String sid = world.open();
        CompletableFuture<HttpResponse<String>> waiting = world.sendLater(world.poll(sid));
        post(sid, "4late");
        assertThat(waiting.get(10, TimeUnit.SECONDS).body()).isEqualTo("4late");
    }

    @Test
    void messages_byWebSocket_comeBackAsTheyWere() throws Exception {
        try (var client = world.webSocket("")) {
            client.read();
            client.text("4hello");
            assertThat(text(client)).isEqualTo("4hello");
            client.send(RawWebSocketClient.frame(RawWebSocketClient.BINARY, (byte) 1, (byte) 2));
            var back = client.read();
            assertThat(back.opcode()).isEqualTo(RawWebSocketClient.BINARY);
            assertThat(back.payload()).containsExactly(1, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "", "2", "0", "5", "6", "b*", "4ok\u001eabc"})
    void brokenPackets_byPolling_closeTheSession(String body) throws Exception {
        String sid = world.open();
        assertThat(post(sid, body).statusCode()).isEqualTo(400);
        assertThat(poll(sid).statusCode()).isEqualTo(400);
        assertThat(world.gone).containsExactly(CloseReason.BAD_DATA);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "", "2", "2probe", "5"})
    void brokenPackets_byWebSocket_closeTheSession(String packet) throws Exception {
        try (var client = world.webSocket("")) {
            client.read();
            client.text(packet);
            assertThat(client.readPastPings().opcode()).isEqualTo(RawWebSocketClient.CLOSE);
        }
        EngineWorld.await("its end", () -> world.gone.contains(CloseReason.BAD_DATA));
    }

    @Test
    void secondPoll_closesTheSession() throws Exception {
        String sid = world.open();
        CompletableFuture<HttpResponse<String>> first = world.sendLater(world.poll(sid));
        world.awaitPolls(1);
        HttpResponse<String> second = poll(sid);
        assertThat(first.get(10, TimeUnit.SECONDS).body()).isEqualTo("1");
        assertThat(second.statusCode()).isEqualTo(400);
        assertThat(poll(sid).statusCode()).isEqualTo(400);
        assertThat(world.gone).containsExactly(CloseReason.PROTOCOL_ERROR);
    }

    @Test
    void abandonedPoll_closesTheSession() throws Exception {
        String sid = world.open();
        try (var client = new earshot.gateway.testkit.RawHttp(world.address)) {
            client.send(
                    "GET " + EngineWorld.PATH + "?EIO=4&transport=polling&sid=" + sid + " HTTP/1.1\nHost: test\n\n");
            world.awaitPolls(1);
        }
        EngineWorld.await("its end", () -> world.gone.contains(CloseReason.CLIENT_LEFT));
        world.awaitPolls(0);
        assertThat(poll(sid).statusCode()).isEqualTo(400);
    }

    @Test
    void bodyThatIsNoText_closesTheSession() throws Exception {
        String sid = world.open();
        HttpRequest request = world.request("transport=polling&sid=" + sid)
                .header("content-type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofString("4hello"))
                .build();
        assertThat(world.send(request).statusCode()).isEqualTo(400);
        assertThat(poll(sid).statusCode()).isEqualTo(400);
    }

    @Test
    void bodyOverTheLimit_is413_andTheSessionGoesOn() throws Exception {
        String sid = world.open();
        assertThat(post(sid, "4" + "x".repeat(1_000_000)).statusCode()).isEqualTo(413);
        assertThat(post(sid, "4y").statusCode()).isEqualTo(200);
        assertThat(poll(sid).body()).isEqualTo("4y");
    }

    @Test
    void requestOfTheOtherTransport_isRefused() throws Exception {
        String sid = world.open();
        HttpResponse<String> answer =
                world.send(world.request("transport=websocket&sid=" + sid).build());
        assertThat(answer.body()).startsWith("{\"code\":3,");
    }

    // Heartbeat

    @Test
    void heartbeat_byPolling_keepsTheSession() throws Exception {
        beating(100, 5000);
        String sid = world.open();
        for (int i = 0; i < 3; i++) {
            assertThat(poll(sid).body()).isEqualTo("2");
            assertThat(post(sid, "3").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void silence_byPolling_closesTheSession() throws Exception {
        beating(1000, 1000);
        String sid = world.open();
        world.clock.skip(Duration.ofMillis(2100));
        assertThat(poll(sid).statusCode()).isEqualTo(400);
        EngineWorld.await("its end", () -> world.gone.contains(CloseReason.DEAD_PEER));
    }

    @Test
    void heartbeat_byWebSocket_keepsTheSession() throws Exception {
        beating(100, 5000);
        try (var client = world.webSocket("")) {
            client.read();
            for (int i = 0; i < 3; i++) {
                assertThat(text(client)).isEqualTo("2");
                client.text("3");
            }
            assertThat(world.gone).isEmpty();
        }
    }

    @Test
    void silence_byWebSocket_closesTheSession() throws Exception {
        beating(100, 100);
        try (var client = world.webSocket("")) {
            client.read();
            assertThat(text(client)).isEqualTo("2");
            assertThat(client.read().isEnd()).isTrue();
        }
        assertThat(world.gone).containsExactly(CloseReason.DEAD_PEER);
    }

    // Close

    @Test
    void clientCloses_byPolling_theWaitingPollEnds() throws Exception {
        String sid = world.open();
        CompletableFuture<HttpResponse<String>> waiting = world.sendLater(world.poll(sid));
        assertThat(post(sid, "1").statusCode()).isEqualTo(200);
        HttpResponse<String> last = waiting.get(10, TimeUnit.SECONDS);
        assertThat(last.statusCode()).isEqualTo(200);
        assertThat(last.body()).isEqualTo("6");
        assertThat(poll(sid).statusCode()).isEqualTo(400);
        assertThat(world.gone).containsExactly(CloseReason.CLIENT_LEFT);
    }

    @Test
    void clientCloses_beforeItsPollArrives_thePollEndsToo() throws Exception {
        String sid = world.open();
        post(sid, "1");
        assertThat(poll(sid).body()).isEqualTo("6");
        assertThat(poll(sid).statusCode()).isEqualTo(400);
    }

    @Test
    void clientCloses_byWebSocket() throws Exception {
        try (var client = world.webSocket("")) {
            client.read();
            client.text("1");
            assertThat(client.read().opcode()).isEqualTo(RawWebSocketClient.CLOSE);
        }
        EngineWorld.await("its end", () -> world.gone.contains(CloseReason.CLIENT_LEFT));
    }

    @Test
    void stop_tellsWhoPolls() throws Exception {
        String sid = world.open();
        CompletableFuture<HttpResponse<String>> waiting = world.sendLater(world.poll(sid));
        world.awaitPolls(1);
        Thread stopping = Thread.ofVirtual().start(() -> world.gateway.stop(Duration.ofSeconds(5)));
        assertThat(waiting.get(10, TimeUnit.SECONDS).body()).isEqualTo("1");
        EngineWorld.await("its end", () -> world.gone.contains(CloseReason.DRAINING));
        stopping.join();
    }

    // Upgrade

    @Test
    void upgrade_goesOnOverTheWebSocket() throws Exception {
        String sid = world.open();
        try (var client = world.webSocket("&sid=" + sid)) {
            client.text("2probe");
            assertThat(text(client)).isEqualTo("3probe");
            client.text("5");
            client.text("4hello");
            assertThat(text(client)).isEqualTo("4hello");
        }
    }

    @Test
    void afterAnUpgrade_pollsAreRefused_andTheSessionGoesOn() throws Exception {
        String sid = world.open();
        try (var client = world.webSocket("&sid=" + sid)) {
            client.text("2probe");
            assertThat(text(client)).isEqualTo("3probe");
            client.text("5");
            assertThat(poll(sid).statusCode()).isEqualTo(400);
            client.text("4hello");
            assertThat(text(client)).isEqualTo("4hello");
        }
    }

    @Test
    void afterAnUpgrade_anotherWebSocketIsClosed_andTheSessionGoesOn() throws Exception {
        String sid = world.open();
        try (var client = world.webSocket("&sid=" + sid)) {
            client.text("2probe");
            client.text("5");
            assertThat(text(client)).isEqualTo("3probe");
            try (var second = world.webSocket("&sid=" + sid)) {
                assertThat(second.read().opcode()).isEqualTo(RawWebSocketClient.CLOSE);
            }
            client.text("4hello");
            assertThat(text(client)).isEqualTo("4hello");
        }
    }

    @Test
    void poll_besideAProbe_ends() throws Exception {
        String sid = world.open();
        CompletableFuture<HttpResponse<String>> waiting = world.sendLater(world.poll(sid));
        try (var client = world.webSocket("&sid=" + sid)) {
            client.text("2probe");
            assertThat(text(client)).isEqualTo("3probe");
            assertThat(waiting.get(10, TimeUnit.SECONDS).body()).isEqualTo("6");
        }
    }

    @Test
    void failedProbe_leavesTheSessionWithItsPolls() throws Exception {
        String sid = world.open();
        try (var client = world.webSocket("&sid=" + sid)) {
            client.text("2probe");
            assertThat(text(client)).isEqualTo("3probe");
        }
        post(sid, "4still");
        assertThat(poll(sid).body()).isEqualTo("4still");
        try (var client = world.webSocket("&sid=" + sid)) {
            EngineWorld.await("a probe of its own", () -> {
                try {
                    client.text("2probe");
                    return text(client).equals("3probe");
                } catch (IOException e) {
                    return false;
                }
            });
        }
    }

    @Test
    void messagesThatWait_goFirstOverTheWebSocket() throws Exception {
        String sid = world.open();
        post(sid, "4one\u001ebAQI=\u001e4two");
        try (var client = world.webSocket("&sid=" + sid)) {
            client.text("2probe");
            client.text("5");
            client.text("4three");
            assertThat(text(client)).isEqualTo("3probe");
            assertThat(text(client)).isEqualTo("4one");
            assertThat(client.read().payload()).containsExactly(1, 2);
            assertThat(text(client)).isEqualTo("4two");
            assertThat(text(client)).isEqualTo("4three");
        }
        EngineWorld.await("its end", () -> world.gone.contains(CloseReason.CLIENT_LEFT));
        assertThat(world.meter.value(Metric.ENGINE_UPGRADES)).isEqualTo(1);
        EngineWorld.await("nothing left", () -> world.budget.used() == 0);
        assertThat(world.meter.value(Metric.ENGINE_POLLING)).isZero();
    }

    // Browsers

    @Test
    void preflight_isAnswered() throws IOException, InterruptedException, ExecutionException {
        HttpRequest request = world.request("transport=polling")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("origin", "https://elsewhere.example")
                .header("access-control-request-headers", "authorization")
                .build();
        HttpResponse<String> answer = world.send(request);
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("access-control-allow-origin")).hasValue("*");
        assertThat(answer.headers().firstValue("access-control-allow-headers")).hasValue("authorization");
        assertThat(answer.headers().firstValue("access-control-allow-methods")).isPresent();
    }
}
