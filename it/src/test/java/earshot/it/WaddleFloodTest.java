package earshot.it;

import static earshot.it.Client.content;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.gateway.testkit.Packing;
import earshot.gateway.testkit.RawWebSocketClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Clients of waddle over each limit, as {@link Flood} has it. */
class WaddleFloodTest {
    @TempDir
    static Path directory;

    private static Flood flood;

    @BeforeAll
    static void start() throws IOException {
        flood = new Flood(
                directory,
                "limits.commands-in-flight=8",
                "limits.commands-waiting=4",
                "compression.dialects=waddle",
                "compression.max-ratio=10",
                "waddle.max-message=4MiB",
                "waddle.messages-per-second=10",
                "waddle.replay-limit=5");
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
    void waddleRate_isToldAsAnError_andTheSocketStays() throws IOException {
        try (RawWebSocketClient client = flood.raw("rate")) {
            for (int i = 0; i < 100; i++) client.text("{\"type\":\"message\",\"content\":\"" + i + "\"}");
            Flood.awaitError(client, "Too many messages");
            client.text("{\"type\":\"nonsense\"}");
            Flood.awaitError(client, "Unknown message type");
        }
        flood.counted(50, "websocket_rate_limit_hits_total", "dialect=\"waddle\"");
    }

    @Test
    void waddleContent_tooLong_isToldAsAnError() throws IOException {
        try (RawWebSocketClient client = flood.raw("long")) {
            client.text("{\"type\":\"message\",\"content\":\"" + "x".repeat(50_000) + "\"}");
            assertThat(Flood.error(client)).isEqualTo("Message too long (at most 4000 characters)");
        }
        flood.counted(1, "earshot_bad_messages_total", "dialect=\"waddle\"");
    }

    @Test
    void waddleMessage_tooBig_isClosedWith1009() throws IOException {
        try (RawWebSocketClient client = flood.raw("big")) {
            client.text("x".repeat(5 << 20));
            assertThat(Flood.closeCode(client)).isEqualTo(1009);
        }
        flood.counted(1, "websocket_disconnections_total", "dialect=\"waddle\",reason=\"too_big\"");
    }

    @Test
    void waddleCommands_inABurst_areNotReadUntilSomeAreAnswered() throws IOException {
        try (RawWebSocketClient client = flood.raw("busy")) {
            List<byte[]> burst = new ArrayList<>();
            for (int i = 0; i < 9; i++) burst.add(Flood.frame("{\"type\":\"message\",\"content\":\"" + i + "\"}"));
            for (int i = 0; i < 200; i++) burst.add(Flood.frame("{\"type\":\"presence\",\"status\":\"s" + i + "\"}"));
            client.send(RawWebSocketClient.join(burst.toArray(byte[][]::new)));
            client.text("{\"type\":\"nonsense\"}");
            Flood.awaitError(client, "Unknown message type");
        }
        flood.counted(1, "earshot_limits_total", "limit=\"limits.commands-in-flight\"");
    }

    @Test
    void waddleSync_ofMore_isToldToAskAgain() throws IOException {
        List<String> ids = new ArrayList<>();
        try (Client early = flood.member("replay", "early")) {
            for (int i = 0; i < 9; i++) {
                Flood.publishes(early, "m" + i);
                ids.add(early.hears("it", content("m" + i))
                        .path("message")
                        .path("id")
                        .asString());
            }
        }
        try (Client late = flood.member("replay", "late")) {
            late.say("{\"type\":\"sync\",\"afterMessageId\":\"" + ids.getFirst() + "\"}");
            JsonNode end = late.hears("the end of a part", type("sync_complete"));
            assertThat(end.path("replayed").asInt()).isEqualTo(5);
            assertThat(end.path("complete").asBoolean()).isFalse();
        }
    }

    @Test
    void waddleMessage_thatUnpacksTooWell_isClosedWith1009() throws IOException {
        byte[] bomb = Packing.pack(new byte[3 << 20]);
        try (var client = new RawWebSocketClient(
                flood.server.address(),
                Flood.path("bomb"),
                "Authorization",
                Flood.token("bomb"),
                "Sec-WebSocket-Extensions",
                "permessage-deflate")) {
            assertThat(client.isPacking()).isTrue();
            client.send(RawWebSocketClient.frame(0xC0 | RawWebSocketClient.TEXT, true, bomb));
            assertThat(Flood.closeCode(client)).isEqualTo(1009);
        }
        flood.counted(1, "earshot_inflate_refused_total", "");
    }

    @Test
    void waddleJson_tooDeep_isToldAsAnError() throws IOException {
        double before = flood.value("earshot_bad_messages_total", "dialect=\"waddle\"");
        try (RawWebSocketClient client = flood.raw("deep")) {
            client.text("{\"type\":\"message\",\"content\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}");
            assertThat(Flood.error(client)).isEqualTo("Invalid message format");
        }
        flood.counted(before + 1, "earshot_bad_messages_total", "dialect=\"waddle\"");
    }
}
