package earshot.it;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.gateway.testkit.RawHttp;
import earshot.gateway.testkit.RawWebSocketClient;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP and upgrades over each limit, as {@link Flood} has it. */
class HttpFloodTest {
    @TempDir
    static Path directory;

    private static Flood flood;

    @BeforeAll
    static void start() throws IOException {
        flood = new Flood(
                directory,
                "limits.request-line=1KiB",
                "limits.headers=2KiB",
                "limits.header-fields=20",
                "limits.handshakes-per-second=100",
                "limits.handshakes-waiting=5",
                "limits.handshake-early=1KiB",
                "api.calls-per-second=20",
                "api.max-body=4KiB",
                "limits.slow-reader-timeout=1s",
                "waddle.channel-sockets=3");
    }

    @AfterAll
    static void stop() {
        flood.close();
    }

    @BeforeEach
    void somebodyElseIsThere() {
        flood.begin();
    }

    @AfterEach
    void nobodyElseWasHurt() throws IOException {
        flood.end();
    }

    @Test
    void requestLine_is414() throws IOException {
        assertThat(refused("GET /" + "a".repeat(5_000) + " HTTP/1.1\nHost: t\n\n"))
                .isEqualTo(414);
        flood.counted(1, "earshot_limits_total", "limit=\"limits.request-line\"");
    }

    @Test
    void headers_are431() throws IOException {
        assertThat(refused("GET / HTTP/1.1\nHost: t\nX-Long: " + "a".repeat(20_000) + "\n\n"))
                .isEqualTo(431);
        assertThat(refused("GET / HTTP/1.1\nHost: t\n" + "X-A: b\n".repeat(100) + "\n"))
                .isEqualTo(431);
        flood.counted(2, "earshot_limits_total", "limit=\"limits.headers\"");
    }

    @Test
    void body_is413() throws IOException {
        String head = "POST /v1/waddle/rooms/x/messages HTTP/1.1\nHost: t\nContent-Type: application/json\n";
        assertThat(refused(head + "Content-Length: 1000000\n\n{")).isEqualTo(413);
        assertThat(refused(head + "Transfer-Encoding: chunked\n\n" + "1000\n" + "x".repeat(4096) + "\n1000\n"
                        + "x".repeat(4096) + "\n"))
                .isEqualTo(413);
        flood.counted(2, "earshot_limits_total", "limit=\"body\"");
    }

    private static int refused(String request) throws IOException {
        try (RawHttp http = new RawHttp(flood.server.address())) {
            return http.send(request).answer().status();
        }
    }

    @Test
    void apiCalls_areRefusedWith429() throws IOException {
        Api api = new Api(flood.server, flood.server.apiKey());
        int refused = 0;
        for (int i = 0; i < 100; i++) if (api.call("GET", "/v1/rooms", "").statusCode() == 429) refused++;
        assertThat(refused).isPositive();
        flood.counted(refused, "earshot_api_calls_total", "status=\"429\"");
    }

    // --- handshakes

    @Test
    void handshakes_waitTheirTurn_andTheRestHear503() throws IOException {
        List<RawHttp> all = new ArrayList<>();
        int refused = 0;
        int in = 0;
        try {
            for (int i = 0; i < 300; i++)
                all.add(new RawHttp(flood.server.address())
                        .send(RawWebSocketClient.request(
                                "/channel/h" + i + "/websocket", "Authorization", Flood.token("h"))));
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
        flood.counted(refused, "earshot_handshakes_refused_total", "dialect=\"waddle\",status=\"503\"");
        flood.counted(refused, "earshot_limits_total", "limit=\"limits.handshake");
    }

    @Test
    void channelSockets_are503ChannelFull() throws IOException {
        List<RawWebSocketClient> in = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) in.add(flood.raw("full"));
            var late = new RawWebSocketClient(
                    flood.server.address(), Flood.path("full"), "Authorization", Flood.token("late"));
            assertThat(late.upgrade().status()).isEqualTo(503);
            assertThat(late.upgrade().body()).isEqualTo("Channel full");
            late.close();
        } finally {
            for (RawWebSocketClient each : in) each.close();
        }
        flood.counted(1, "earshot_room_full_total", "realm=\"waddle\"");
    }

    @Test
    void answers_thatNobodyTakes_areCut() throws IOException {
        try (Socket stalled = flood.stalledSocket()) {
            var http = new RawHttp(stalled);
            for (int i = 0; i < 20; i++) http.send("GET /v1/openapi.yaml HTTP/1.1\nHost: t\n\n");
            flood.counted(1, "earshot_limits_total", "limit=\"limits.slow-reader-timeout\"");
        }
    }

    @Test
    void sessionThatTakesNothing_isCut() throws IOException {
        double before = flood.value("websocket_disconnections_total", "reason=\"slow_reader\"");
        try (RawWebSocketClient stalled = flood.stalled("stall");
                Client writer = flood.member("stall", "writer")) {
            for (int i = 0; i < 200; i++) Flood.publishes(writer, i + " " + "x".repeat(1000));
            flood.counted(before + 1, "websocket_disconnections_total", "reason=\"slow_reader\"");
            Flood.awaitEnd(stalled);
        }
    }

    @Test
    void framesBeforeTheAnswer_areReadBehindIt() throws IOException {
        byte[] request = RawWebSocketClient.request(Flood.path("early"), "Authorization", Flood.token("early"))
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.UTF_8);
        List<byte[]> all = new ArrayList<>(List.of(request));
        for (int i = 0; i < 200; i++) all.add(Flood.frame("{\"type\":\"presence\",\"status\":\"s" + i + "\"}"));
        all.add(Flood.frame("{\"type\":\"nonsense\"}"));
        try (RawHttp http = new RawHttp(flood.server.address())) {
            http.send(RawWebSocketClient.join(all.toArray(byte[][]::new)));
            Flood.awaitError(new RawWebSocketClient(http), "Unknown message type");
        }
        flood.counted(1, "earshot_limits_total", "limit=\"limits.handshake-early\"");
    }
}
