package earshot.it;

import static earshot.it.Client.content;
import static earshot.it.Client.method;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.gateway.testkit.RawHttp;
import earshot.gateway.testkit.RawWebSocketClient;
import earshot.gateway.testkit.RawWebSocketClient.Received;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A client over each limit: it hears so in the words of its dialect, a number counts it, and nobody else is hurt (docs/limits.md, which names
 * these tests). What a test sends is as much over the limit as a flood is, not by one.
 */
class FloodTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PAGE = "eeeeeeee-0000-4000-8000-00000000000";

    @TempDir
    static Path directory;

    private static RunningServer server;
    private static Commenters commenters;
    private Client bystander;
    private int rounds;

    @BeforeAll
    static void start() throws IOException {
        server = RunningServer.start(
                directory,
                set(
                        "limits.request-line=1KiB",
                        "limits.headers=2KiB",
                        "limits.header-fields=20",
                        "limits.commands-in-flight=8",
                        "limits.commands-waiting=4",
                        "limits.handshakes-per-second=100",
                        "limits.handshakes-waiting=5",
                        "api.calls-per-second=20",
                        "api.max-body=4KiB",
                        "threadkit.max-pages=2",
                        "threadkit.page-connections=2",
                        "threadkit.flood-windows=1",
                        "threadkit.idle-timeout=3s",
                        "waddle.channel-sockets=3",
                        "waddle.messages-per-second=10",
                        "waddle.replay-limit=5"));
        commenters = new Commenters(server);
    }

    private static String[] set(String... settings) {
        List<String> all = new ArrayList<>();
        for (String setting : settings) all.addAll(List.of("--set", setting));
        return all.toArray(String[]::new);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void somebodyElseIsThere() {
        bystander = member("bystanders", "bea");
    }

    @AfterEach
    void nobodyElseWasHurt() throws IOException {
        publishes(bystander, "still " + rounds++);
        bystander.close();
        assertThat(server.metric("earshot_faults_total")).isZero();
        assertThat(server.get("/health").statusCode()).isEqualTo(200);
        for (String gauge : List.of("websocket_active_connections", "earshot_budget_bytes"))
            Await.until(gauge + " is 0", () -> value(gauge, ""), () -> value(gauge, "") == 0);
    }

    private static String token(String user) {
        return "Bearer " + TestTokens.waddle(user, user, "write");
    }

    private static String path(String channel) {
        return "/channel/" + channel + "/websocket";
    }

    private static Client member(String channel, String user) {
        Client client = Client.connect(server.ws(path(channel)), "Authorization", token(user));
        client.hears("initial state", type("initial_state"));
        return client;
    }

    private static void publishes(Client client, String text) {
        client.say("{\"type\":\"message\",\"content\":\"" + text + "\"}").hears("its echo", content(text));
    }

    private static RawWebSocketClient raw(String channel) throws IOException {
        var client = new RawWebSocketClient(server.address(), path(channel), "Authorization", token("flood"));
        assertThat(client.upgrade().status()).isEqualTo(101);
        return client;
    }

    /** The sum of a number's series that have all the labels. */
    private static double value(String name, String labels) {
        try {
            return server.get("/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                    .filter(line -> line.contains(labels))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void counted(double least, String name, String labels) {
        Await.until(name + labels + " is counted", () -> value(name, labels), () -> value(name, labels) >= least);
    }

    // --- HTTP

    @Test
    void requestLine_is414() throws IOException {
        assertThat(refused("GET /" + "a".repeat(5_000) + " HTTP/1.1\nHost: t\n\n"))
                .isEqualTo(414);
        counted(1, "earshot_limits_total", "limit=\"limits.request-line\"");
    }

    @Test
    void headers_are431() throws IOException {
        assertThat(refused("GET / HTTP/1.1\nHost: t\nX-Long: " + "a".repeat(20_000) + "\n\n"))
                .isEqualTo(431);
        assertThat(refused("GET / HTTP/1.1\nHost: t\n" + "X-A: b\n".repeat(100) + "\n"))
                .isEqualTo(431);
        counted(2, "earshot_limits_total", "limit=\"limits.headers\"");
    }

    @Test
    void body_is413() throws IOException {
        String head = "POST /v1/waddle/rooms/x/messages HTTP/1.1\nHost: t\nContent-Type: application/json\n";
        assertThat(refused(head + "Content-Length: 1000000\n\n{")).isEqualTo(413);
        assertThat(refused(head + "Transfer-Encoding: chunked\n\n" + "1000\n" + "x".repeat(4096) + "\n1000\n"
                        + "x".repeat(4096) + "\n"))
                .isEqualTo(413);
        counted(2, "earshot_limits_total", "limit=\"body\"");
    }

    private static int refused(String request) throws IOException {
        try (RawHttp http = new RawHttp(server.address())) {
            return http.send(request).answer().status();
        }
    }

    @Test
    void apiCalls_areRefusedWith429() throws IOException {
        Api api = new Api(server, server.apiKey());
        int refused = 0;
        for (int i = 0; i < 100; i++) if (api.call("GET", "/v1/rooms", "").statusCode() == 429) refused++;
        assertThat(refused).isPositive();
        counted(refused, "earshot_api_calls_total", "status=\"429\"");
    }

    // --- handshakes

    @Test
    void handshakes_waitTheirTurn_andTheRestHear503() throws IOException {
        List<RawHttp> all = new ArrayList<>();
        int refused = 0;
        int in = 0;
        try {
            for (int i = 0; i < 300; i++)
                all.add(new RawHttp(server.address())
                        .send(RawWebSocketClient.request(
                                "/channel/h" + i + "/websocket", "Authorization", token("h"))));
            for (RawHttp each : all) {
                RawHttp.Answer answer = each.answer();
                if (answer.status() == 101) in++;
                else if (answer.status() == 503 && !answer.header("retry-after").isEmpty()) refused++;
            }
        } finally {
            for (RawHttp each : all) each.close();
        }
        assertThat(in).isPositive();
        assertThat(refused).isPositive().isEqualTo(300 - in);
        counted(refused, "earshot_handshakes_refused_total", "dialect=\"waddle\",status=\"503\"");
        counted(refused, "earshot_limits_total", "limit=\"limits.handshake");
    }

    @Test
    void channelSockets_are503ChannelFull() throws IOException {
        List<RawWebSocketClient> in = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) in.add(raw("full"));
            var late = new RawWebSocketClient(server.address(), path("full"), "Authorization", token("late"));
            assertThat(late.upgrade().status()).isEqualTo(503);
            assertThat(late.upgrade().body()).isEqualTo("Channel full");
            late.close();
        } finally {
            for (RawWebSocketClient each : in) each.close();
        }
        counted(1, "earshot_room_full_total", "realm=\"waddle\"");
    }

    // --- waddle

    @Test
    void waddleRate_isToldAsAnError_andTheSocketStays() throws IOException {
        try (RawWebSocketClient client = raw("rate")) {
            for (int i = 0; i < 100; i++) client.text("{\"type\":\"message\",\"content\":\"" + i + "\"}");
            awaitError(client, "Too many messages");
            client.text("{\"type\":\"nonsense\"}");
            awaitError(client, "Unknown message type");
        }
        counted(50, "websocket_rate_limit_hits_total", "dialect=\"waddle\"");
    }

    @Test
    void waddleContent_tooLong_isToldAsAnError() throws IOException {
        try (RawWebSocketClient client = raw("long")) {
            client.text("{\"type\":\"message\",\"content\":\"" + "x".repeat(50_000) + "\"}");
            assertThat(error(client)).isEqualTo("Message too long (at most 4000 characters)");
        }
        counted(1, "earshot_bad_messages_total", "dialect=\"waddle\"");
    }

    @Test
    void waddleMessage_tooBig_isClosedWith1009() throws IOException {
        try (RawWebSocketClient client = raw("big")) {
            client.text("x".repeat(200_000));
            assertThat(closeCode(client)).isEqualTo(1009);
        }
        counted(1, "websocket_disconnections_total", "dialect=\"waddle\",reason=\"too_big\"");
    }

    @Test
    void waddleCommands_inABurst_areNotReadUntilSomeAreAnswered() throws IOException {
        try (RawWebSocketClient client = raw("busy")) {
            List<byte[]> burst = new ArrayList<>();
            for (int i = 0; i < 9; i++) burst.add(text("{\"type\":\"message\",\"content\":\"" + i + "\"}"));
            for (int i = 0; i < 200; i++) burst.add(text("{\"type\":\"presence\",\"status\":\"s" + i + "\"}"));
            client.send(RawWebSocketClient.join(burst.toArray(byte[][]::new)));
            client.text("{\"type\":\"nonsense\"}");
            awaitError(client, "Unknown message type");
        }
        counted(1, "earshot_limits_total", "limit=\"limits.commands-in-flight\"");
    }

    @Test
    void waddleSync_ofMore_isToldToAskAgain() throws IOException {
        List<String> ids = new ArrayList<>();
        try (Client early = member("replay", "early")) {
            for (int i = 0; i < 9; i++) {
                publishes(early, "m" + i);
                ids.add(early.hears("it", content("m" + i))
                        .path("message")
                        .path("id")
                        .asString());
            }
        }
        try (Client late = member("replay", "late")) {
            late.say("{\"type\":\"sync\",\"afterMessageId\":\"" + ids.getFirst() + "\"}");
            JsonNode end = late.hears("the end of a part", type("sync_complete"));
            assertThat(end.path("replayed").asInt()).isEqualTo(5);
            assertThat(end.path("complete").asBoolean()).isFalse();
        }
    }

    private static byte[] text(String json) {
        return RawWebSocketClient.frame(0x80 | RawWebSocketClient.TEXT, true, json.getBytes(StandardCharsets.UTF_8));
    }

    private static String error(RawWebSocketClient client) throws IOException {
        return next(client, type("error")).path("message").asString();
    }

    private static void awaitError(RawWebSocketClient client, String text) throws IOException {
        next(client, type("error").and(f -> f.path("message").asString("").equals(text)));
    }

    private static JsonNode next(RawWebSocketClient client, Predicate<JsonNode> which) throws IOException {
        while (true) {
            Received frame = client.readPastPings();
            assertThat(frame.opcode()).as("the socket stays: %s", frame).isEqualTo(RawWebSocketClient.TEXT);
            JsonNode json = JSON.readTree(frame.text());
            if (which.test(json)) return json;
        }
    }

    private static int closeCode(RawWebSocketClient client) throws IOException {
        Received frame = client.readPastPings();
        while (frame.opcode() == RawWebSocketClient.TEXT) frame = client.readPastPings();
        assertThat(frame.opcode()).as("%s", frame).isEqualTo(RawWebSocketClient.CLOSE);
        return frame.closeCode();
    }

    // --- threadkit

    @Test
    void threadkitRate_isToldFiveTimes_andAFloodIsClosedWith1008() throws IOException {
        try (var client = new RawWebSocketClient(server.address(), commenters.path(0))) {
            List<byte[]> burst = new ArrayList<>();
            for (int i = 0; i < 400; i++) burst.add(text("{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}"));
            byte[] flood = RawWebSocketClient.join(burst.toArray(byte[][]::new));
            client.send(flood);
            assertThat(next(client, method("error")).path("params").path("code").asString())
                    .isEqualTo("rate_limit");
            Received frame = client.readPastPings();
            for (int i = 0; frame.opcode() == RawWebSocketClient.TEXT && i < 50; i++) {
                client.send(flood);
                frame = client.readPastPings();
            }
            assertThat(frame.closeCode()).isEqualTo(1008);
        }
        counted(50, "websocket_rate_limit_hits_total", "dialect=\"threadkit\"");
        counted(1, "websocket_disconnections_total", "dialect=\"threadkit\",reason=\"abuse\"");
    }

    @Test
    void threadkitPages_areASubscriptionLimit() throws IOException {
        try (Client client = commenters.connect(0)) {
            for (int i = 0; i < 3; i++) client.say(Commenters.say("subscribe", PAGE + i));
            assertThat(client.hears("an error", method("error"))
                            .path("params")
                            .path("code")
                            .asString())
                    .isEqualTo("subscription_limit");
            Await.until(
                    "the other two",
                    client::heard,
                    () -> client.heard(method("presence")).size() == 2);
        }
        counted(1, "websocket_errors_total", "code=\"too_many_rooms\"");
    }

    @Test
    void threadkitFullPage_isASubscriptionLimit() throws IOException {
        String page = PAGE + "9";
        try (Client one = commenters.on(page, 0);
                Client two = commenters.on(page, 1);
                Client three = commenters.connect(2)) {
            three.say(Commenters.say("subscribe", page));
            assertThat(three.hears("an error", method("error"))
                            .path("params")
                            .path("code")
                            .asString())
                    .isEqualTo("subscription_limit");
            assertThat(List.of(one, two)).allMatch(Client::isOpen);
        }
        counted(1, "earshot_room_full_total", "realm=\"threadkit\"");
    }

    @Test
    void threadkitMessage_tooBig_isClosedWith1009() throws IOException {
        try (var client = new RawWebSocketClient(server.address(), commenters.path(0))) {
            client.text("x".repeat(200_000));
            assertThat(closeCode(client)).isEqualTo(1009);
        }
        counted(1, "websocket_disconnections_total", "dialect=\"threadkit\",reason=\"too_big\"");
    }

    @Test
    void threadkitIdle_isClosedWith1001() throws IOException {
        long began = System.nanoTime();
        try (var client = new RawWebSocketClient(server.address(), commenters.path(0))) {
            assertThat(closeCode(client)).isEqualTo(1001);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(2));
        counted(1, "websocket_disconnections_total", "dialect=\"threadkit\",reason=\"idle\"");
    }
}
