package earshot.it;

import static earshot.gateway.testkit.RawWebSocketClient.BINARY;
import static earshot.gateway.testkit.RawWebSocketClient.CONTINUATION;
import static earshot.gateway.testkit.RawWebSocketClient.PING;
import static earshot.gateway.testkit.RawWebSocketClient.TEXT;
import static earshot.gateway.testkit.RawWebSocketClient.fragment;
import static earshot.gateway.testkit.RawWebSocketClient.frame;
import static earshot.gateway.testkit.RawWebSocketClient.join;
import static earshot.it.Client.content;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.Seeds;
import earshot.gateway.testkit.RawHttp;
import earshot.gateway.testkit.RawWebSocketClient;
import earshot.gateway.testkit.RawWebSocketClient.Received;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.ObjectMapper;

/**
 * Whatever bytes come, in whatever pieces, and however connections end: no fault is counted or logged, nothing stays behind, and whoever behaves
 * is served. Inputs are random; the seed is printed, {@code -Dearshot.seed} repeats it.
 */
class BadInputTest {
    private static final int ROUNDS = Boolean.getBoolean("earshot.long") ? 20 : 1;
    private static final String PAGE = "cccccccc-0000-4000-8000-000000000001";
    private static final Pattern EXCEPTION = Pattern.compile("Exception|Error\\b|^\\s+at ", Pattern.MULTILINE);

    @TempDir
    static Path directory;

    private static RunningServer server;
    private static Commenters commenters;
    private static List<Door> doors;

    private final long seed = Seeds.first();
    private final Random random = new Random(seed);

    /** Where one is let in, with a message that is understood there. */
    private record Door(String path, String token, String message) {
        RawWebSocketClient open() throws IOException {
            RawWebSocketClient client = token.isEmpty()
                    ? new RawWebSocketClient(server.address(), path)
                    : new RawWebSocketClient(server.address(), path, "Authorization", "Bearer " + token);
            assertThat(client.upgrade().status()).isEqualTo(101);
            return client;
        }

        String request() {
            return token.isEmpty()
                    ? RawWebSocketClient.request(path)
                    : RawWebSocketClient.request(path, "Authorization", "Bearer " + token);
        }
    }

    @BeforeAll
    static void start() throws IOException {
        server = RunningServer.start(directory, "--echo", "--set", "threadkit.messages-per-second=0");
        commenters = new Commenters(server);
        doors = List.of(
                new Door(
                        "/channel/bad/websocket",
                        TestTokens.waddle("mallory", "mallory", "write"),
                        "{\"type\":\"message\",\"content\":\"hello\",\"threadId\":\"t1\"}"),
                new Door(commenters.path(0), "", Commenters.say("subscribe", PAGE)),
                new Door("/echo", "", "{\"any\":[\"thing\",1,null]}"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void serverIsAsItWas() throws IOException {
        for (String gauge : List.of(
                "websocket_active_connections",
                "websocket_active_rooms",
                "websocket_room_subscriptions",
                "earshot_sessions_lagging",
                "earshot_budget_bytes",
                "earshot_ring_bytes"))
            Await.until(gauge + " is 0, seed " + seed, () -> value(gauge), () -> value(gauge) == 0);
        assertThat(server.metric("earshot_faults_total")).as("seed %d", seed).isZero();
        assertThat(server.get("/health").body()).contains("\"status\":\"healthy\"");
        assertThat(EXCEPTION.matcher(server.output()).results().map(m -> line(m.start())))
                .as("seed %d", seed)
                .isEmpty();
        behavingClientsAreServed();
    }

    private static String line(int at) {
        String log = server.output();
        return log.substring(log.lastIndexOf('\n', at) + 1, Math.min(log.length(), at + 200));
    }

    private static double value(String gauge) {
        try {
            return server.metric(gauge);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void behavingClientsAreServed() throws IOException {
        try (Client ada = Client.connect(
                        server.ws("/channel/good/websocket"),
                        "Authorization",
                        "Bearer " + TestTokens.waddle("ada", "ada", "write"));
                Client _ = commenters.on(PAGE, 1)) {
            ada.hears("initial state", type("initial_state"));
            ada.say("{\"type\":\"message\",\"content\":\"still here\"}");
            ada.hears("its echo", content("still here"));
        }
        Await.until("they left", () -> value("websocket_active_rooms"), () -> value("websocket_active_rooms") == 0);
    }

    private void printSeed(String what) {
        System.out.println("BadInputTest " + what + " seed " + seed);
    }

    // ---- below WebSocket

    @Test
    void randomBytes_insteadOfARequest() throws IOException {
        printSeed("bytes");
        for (int i = 0; i < 200 * ROUNDS; i++) {
            byte[] bytes = new byte[random.nextInt(3000)];
            random.nextBytes(bytes);
            if (random.nextInt(3) == 0) bytes = join(ascii("GET / HTTP/1.1\r\n"), bytes);
            if (random.nextInt(3) == 0) bytes = join(bytes, ascii("\r\n\r\n"));
            offer(bytes);
        }
    }

    @Test
    void mutatedRequests_areAnsweredOrCut() throws IOException {
        printSeed("requests");
        List<String> requests = new ArrayList<>(List.of(
                "GET /health HTTP/1.1\nHost: x\n\n",
                "POST /v1/waddle/rooms/x/messages HTTP/1.1\nHost: x\nContent-Length: 5\n\nhello",
                "POST /demo/comments HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n5\nhello\n0\n\n",
                "GET /v1/%zz/%00/%c3%28 HTTP/1.1\nHost: x\n\n",
                "OPTIONS * HTTP/1.1\nHost: x\n\n",
                "PUT /v1/waddle/users/x HTTP/1.1\nHost: x\nExpect: 100-continue\nContent-Length: 99999999999999999999\n\n",
                "POST /v1/rooms HTTP/1.1\nHost: x\nContent-Length: -1\n\n",
                "POST /v1/rooms HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\nContent-Length: 3\n\n-1\nxyz",
                "GET " + "/x".repeat(20_000) + " HTTP/1.1\n\n",
                "GET / HTTP/1.1\n" + "a: b\n".repeat(5000) + "\n"));
        doors.forEach(door -> requests.add(door.request()));
        requests.forEach(request -> offer(crlf(request)));
        for (int i = 0; i < 300 * ROUNDS; i++) offer(mutated(crlf(requests.get(random.nextInt(requests.size())))));
    }

    private void offer(byte[] bytes) {
        try (RawHttp http = new RawHttp(server.address())) {
            write(http, bytes);
            part(http);
        } catch (SocketException refusedInTheMiddle) {
            // its right
        } catch (IOException e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private void write(RawHttp http, byte[] bytes) throws IOException {
        http.socket().setTcpNoDelay(true);
        if (random.nextInt(8) > 0) {
            http.send(bytes);
            return;
        }
        byte[] few = Arrays.copyOf(bytes, Math.min(bytes.length, 300));
        for (byte b : few) http.send(new byte[] {b});
    }

    /** Ends as connections do: with a goodbye, a reset, half of one, or by a client that waits for what comes. */
    private void part(RawHttp http) throws IOException {
        switch (random.nextInt(3)) {
            case 0 -> {}
            case 1 -> http.socket().setSoLinger(true, 0);
            default -> {
                http.socket().shutdownOutput();
                while (!http.isEnded()) {} // the server ends it as well, or this waits in vain
            }
        }
    }

    // ---- WebSocket

    @Test
    void mutatedFrames_areAnsweredOrClosed() throws IOException {
        printSeed("frames");
        for (int i = 0; i < 150 * ROUNDS; i++) {
            for (Door door : doors) {
                try (RawWebSocketClient client = door.open()) {
                    byte[] bytes = frames(door);
                    write(client.http(), random.nextBoolean() ? mutated(bytes) : bytes);
                    part(client.http());
                } catch (SocketException closedInTheMiddle) {
                    // its right
                }
            }
        }
    }

    private byte[] frames(Door door) {
        byte[] all = new byte[0];
        for (int i = 1 + random.nextInt(5); i > 0; i--) all = join(all, someFrame(door));
        return all;
    }

    private byte[] someFrame(Door door) {
        byte[] message = door.message().getBytes(StandardCharsets.UTF_8);
        byte[] noise = new byte[random.nextInt(400)];
        random.nextBytes(noise);
        return switch (random.nextInt(10)) {
            case 0 -> frame(random.nextInt(256), random.nextBoolean(), noise);
            case 1 -> noise;
            case 2 -> frame(TEXT, noise);
            case 3 -> frame(BINARY, noise);
            case 4 -> join(fragment(TEXT, message), frame(PING, noise), frame(CONTINUATION));
            case 5 -> fragment(random.nextBoolean() ? TEXT : CONTINUATION, message);
            case 6 -> new byte[] {(byte) 0x82, (byte) 0xFF, (byte) random.nextInt(256), 1, 2, 3, 4, 5, 6, 7};
            case 7 -> RawWebSocketClient.frame(0x88, true, noise);
            case 8 -> frame(TEXT, mutated(message));
            default -> frame(TEXT, message);
        };
    }

    @Test
    void connections_thatVanishInEveryState_leaveNothing() throws IOException {
        printSeed("vanishing");
        for (Door door : doors) {
            byte[] whole = join(
                    crlf(door.request()),
                    frame(TEXT, door.message().getBytes(StandardCharsets.UTF_8)),
                    fragment(TEXT, ascii("{\"a\":")),
                    frame(CONTINUATION, ascii("1}")),
                    frame(RawWebSocketClient.CLOSE, RawWebSocketClient.closePayload(1000, "")));
            for (int cut = 0; cut <= whole.length; cut += 1 + random.nextInt(6)) offer(Arrays.copyOf(whole, cut));
        }
    }

    @Test
    void members_whoVanishWhileTheyAreToldThings_leaveNothing() throws IOException {
        printSeed("vanishing members");
        List<RawWebSocketClient> members = new ArrayList<>();
        for (int i = 0; i < 20; i++) members.add(doors.getFirst().open());
        try (Client ada = Client.connect(
                server.ws("/channel/bad/websocket"),
                "Authorization",
                "Bearer " + TestTokens.waddle("ada", "ada", "write"))) {
            ada.hears("initial state", type("initial_state"));
            String fill = "y".repeat(3000);
            for (int i = 0; i < 200; i++) {
                ada.say("{\"type\":\"message\",\"content\":\"" + i + fill + "\"}");
                if (i % 10 == 0) {
                    RawWebSocketClient member = members.removeLast();
                    if (random.nextBoolean()) member.http().socket().setSoLinger(true, 0);
                    member.close();
                }
            }
            ada.hears("the last", content(199 + fill));
        }
        for (RawWebSocketClient member : members) member.close();
    }

    // ---- JSON

    @Test
    void badJson_isAnsweredAndTheConnectionStays() throws IOException {
        printSeed("json");
        for (Door door : doors.subList(0, 2)) {
            try (RawWebSocketClient client = door.open()) {
                for (String json : fixedJson(door)) client.text(json);
                for (int i = 0; i < 300 * ROUNDS; i++) {
                    client.text(json(0));
                    client.text(new String(mutated(ascii(door.message())), StandardCharsets.ISO_8859_1));
                    if (i % 20 == 0) answered(client);
                }
                answered(client);
            }
        }
        assertThat(server.metric("earshot_bad_messages_total"))
                .as("what was said reached the dialects")
                .isGreaterThan(100 * ROUNDS);
    }

    /** Everything before this was taken, and the connection is as good as new. */
    private void answered(RawWebSocketClient client) throws IOException {
        client.send(frame(PING, ascii("fence")));
        for (Received next = client.read(); ; next = client.read()) {
            assertThat(next.isEnd() || next.opcode() == RawWebSocketClient.CLOSE)
                    .as("%s, seed %d", next, seed)
                    .isFalse();
            if (next.opcode() == RawWebSocketClient.PONG) return;
            if (next.opcode() == TEXT)
                assertThat(new ObjectMapper().readTree(next.text()).isObject()).isTrue();
        }
    }

    private static List<String> fixedJson(Door door) {
        String nested = "[".repeat(20_000);
        String huge = "9".repeat(20_000);
        List<String> all = new ArrayList<>(List.of(
                "",
                " ",
                "\u0000",
                nested,
                "{\"a\":".repeat(10_000),
                nested + "]".repeat(20_000),
                huge,
                "1e" + huge,
                "-",
                "1e999999999",
                "{\"type\":" + huge + "}",
                "{\"type\":\"sync\",\"afterMessageId\":\"" + "z".repeat(20_000) + "\"}",
                "{\"type\":\"sync\",\"afterMessageId\":\"\\u0000\"}",
                "{\"type\":\"message\",\"content\":\"\\ud800\"}",
                "{\"type\":\"message\",\"content\":\"\\udc00\\ud800\",\"threadId\":\"\\ud800\"}",
                "{\"type\":\"message\",\"content\":\"x\",\"threadId\":" + nested + "]".repeat(20_000) + "}",
                "{\"type\":\"message\",\"message\":{\"id\":\"" + "i".repeat(20_000) + "\",\"content\":\"x\"}}",
                "{\"type\":\"message\",\"message\":{\"id\":\"\\ud800\",\"content\":\"\\u0000\"}}",
                "{\"type\":\"presence\",\"status\":\"" + "s".repeat(20_000) + "\"}",
                "{\"type\":\"presence\",\"status\":\"\\ud800\"}",
                "{\"type\":\"typing\",\"isTyping\":1e400}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"\\ud800\",\"params\":{}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"subscribe\",\"params\":{\"page_id\":" + huge + "}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"typing\",\"params\":{\"page_id\":\"" + PAGE + "\",\"reply_to\":"
                        + nested + "]".repeat(20_000) + "}}",
                door.message() + door.message(),
                door.message().replace("}", ",\"type\":7,\"method\":null}")));
        all.add("\ufeff" + door.message());
        return all;
    }

    private static final List<String> WORDS = List.of(
            "type",
            "message",
            "content",
            "threadId",
            "id",
            "sync",
            "afterMessageId",
            "presence",
            "status",
            "typing",
            "isTyping",
            "jsonrpc",
            "2.0",
            "method",
            "params",
            "page_id",
            PAGE,
            "subscribe",
            "unsubscribe",
            "ping",
            "reply_to",
            "\\ud800",
            "\\u0000",
            "\\",
            "",
            "\u20ac\ud83d\udc42");

    private String json(int depth) {
        return switch (random.nextInt(depth > 6 ? 5 : 8)) {
            case 0 -> "null";
            case 1 -> random.nextBoolean() ? "true" : "fals";
            case 2 -> Long.toString(random.nextLong());
            case 3 -> random.nextInt() + "." + random.nextInt(99) + "E" + random.nextInt();
            case 4 -> quoted();
            case 5 -> "[" + json(depth + 1) + "," + json(depth + 1) + (random.nextInt(9) == 0 ? "" : "]");
            default -> {
                StringBuilder members = new StringBuilder("{");
                for (int i = random.nextInt(5); i > 0; i--)
                    members.append(quoted()).append(':').append(json(depth + 1)).append(i == 1 ? "" : ",");
                yield members.append('}').toString();
            }
        };
    }

    private String quoted() {
        return "\"" + WORDS.get(random.nextInt(WORDS.size())) + "\"";
    }

    // ---- bytes

    private byte[] mutated(byte[] original) {
        byte[] bytes = original.clone();
        for (int i = random.nextInt(4); i >= 0 && bytes.length > 1; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                case 3 -> bytes = join(Arrays.copyOf(bytes, at), bytes);
                default -> bytes = join(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at + 1, bytes.length));
            }
        }
        return bytes;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] crlf(String text) {
        return ascii(text.replace("\n", "\r\n"));
    }
}
