package earshot.it;

import static earshot.it.Client.method;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.gateway.testkit.RawWebSocketClient;
import earshot.gateway.testkit.RawWebSocketClient.Received;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of threadkit over each limit, as {@link Flood} has it. */
class ThreadkitFloodTest {
    private static final String PAGE = "eeeeeeee-0000-4000-8000-00000000000";

    @TempDir
    static Path directory;

    private static Flood flood;

    @BeforeAll
    static void start() throws IOException {
        flood = new Flood(
                directory,
                "threadkit.max-pages=2",
                "threadkit.page-connections=2",
                "threadkit.flood-windows=1",
                "threadkit.idle-timeout=3s");
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
    void threadkitRate_isToldFiveTimes_andAFloodIsClosedWith1008() throws IOException {
        try (var client = new RawWebSocketClient(
                flood.server.address(), flood.commenters().path(0))) {
            List<byte[]> burst = new ArrayList<>();
            for (int i = 0; i < 400; i++) burst.add(Flood.frame("{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}"));
            byte[] all = RawWebSocketClient.join(burst.toArray(byte[][]::new));
            long began = System.nanoTime();
            client.send(all);
            assertThat(Flood.code(Flood.next(client, method("error")))).isEqualTo("rate_limit");
            int told = 1;
            Received frame = client.readPastPings();
            for (int i = 0; frame.opcode() == RawWebSocketClient.TEXT && i < 50; i++) {
                if (frame.text().contains("rate_limit")) told++;
                client.send(all);
                frame = client.readPastPings();
            }
            assertThat(frame.closeCode()).isEqualTo(1008);
            long windows = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began) + 2;
            assertThat(told).as("of thousands, over %d windows", windows).isBetween(1, (int) (5 * windows));
        }
        flood.counted(50, "websocket_rate_limit_hits_total", "dialect=\"threadkit\"");
        flood.counted(1, "websocket_disconnections_total", "dialect=\"threadkit\",reason=\"abuse\"");
    }

    @Test
    void threadkitPages_areASubscriptionLimit() throws IOException {
        try (Client client = flood.commenters().connect(0)) {
            for (int i = 0; i < 3; i++) client.say(Commenters.say("subscribe", PAGE + i));
            assertThat(Flood.code(client.hears("an error", method("error")))).isEqualTo("subscription_limit");
            Await.until(
                    "the other two",
                    client::heard,
                    () -> client.heard(method("presence")).size() == 2);
        }
        flood.counted(1, "websocket_errors_total", "code=\"too_many_rooms\"");
    }

    @Test
    void threadkitFullPage_isASubscriptionLimit() throws IOException {
        String page = PAGE + "9";
        try (Client one = flood.commenters().on(page, 0);
                Client two = flood.commenters().on(page, 1);
                Client three = flood.commenters().connect(2)) {
            three.say(Commenters.say("subscribe", page));
            assertThat(Flood.code(three.hears("an error", method("error")))).isEqualTo("subscription_limit");
            assertThat(List.of(one, two)).allMatch(Client::isOpen);
        }
        flood.counted(1, "earshot_room_full_total", "realm=\"threadkit\"");
    }

    @Test
    void threadkitMessage_tooBig_isClosedWith1009() throws IOException {
        try (var client = new RawWebSocketClient(
                flood.server.address(), flood.commenters().path(0))) {
            client.text("x".repeat(200_000));
            assertThat(Flood.closeCode(client)).isEqualTo(1009);
        }
        flood.counted(1, "websocket_disconnections_total", "dialect=\"threadkit\",reason=\"too_big\"");
    }

    @Test
    void threadkitIdle_isClosedWith1001() throws IOException {
        long began = System.nanoTime();
        try (var client = new RawWebSocketClient(
                flood.server.address(), flood.commenters().path(0))) {
            assertThat(Flood.closeCode(client)).isEqualTo(1001);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(2));
        flood.counted(1, "websocket_disconnections_total", "dialect=\"threadkit\",reason=\"idle\"");
    }

    @Test
    void threadkitJson_tooDeep_isToldAsAnError() throws IOException {
        try (var client = new RawWebSocketClient(
                flood.server.address(), flood.commenters().path(0))) {
            client.text("{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"params\":" + "[".repeat(10_000) + "]".repeat(10_000)
                    + "}");
            assertThat(Flood.code(Flood.next(client, method("error")))).isEqualTo("invalid_json");
        }
        flood.counted(1, "earshot_bad_messages_total", "dialect=\"threadkit\"");
    }
}
