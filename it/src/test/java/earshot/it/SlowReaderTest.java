package earshot.it;

import static earshot.it.Client.content;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.gateway.testkit.RawWebSocketClient;
import earshot.gateway.testkit.RawWebSocketClient.Received;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Who does not read costs the others nothing, and has everything in the end: from the ring, or by coming back (DESIGN 4). */
class SlowReaderTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FILL = "x".repeat(1000);

    @TempDir
    static Path directory;

    private static RunningServer server;

    @BeforeAll
    static void start() throws IOException {
        server = RunningServer.start(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void nothingIsHeldAfterwards() throws IOException {
        awaitValue("earshot_budget_bytes", 0);
        awaitValue("earshot_ring_bytes", 0);
        awaitValue("earshot_sessions_lagging", 0);
        assertThat(server.metric("earshot_faults_total")).isZero();
    }

    /** Less than one ring holds by default, and more than sockets take. */
    @Test
    void stalledMember_thatReadsAgainInTime_isServedFromTheRing() throws IOException {
        List<String> wanted = texts(600);
        try (RawWebSocketClient stalled = stalled("ring");
                Client reader = member("ring", "reader", "read");
                Client writer = member("ring", "writer", "write")) {
            publish(writer, wanted, reader);
            awaitValue("earshot_sessions_lagging", 1);
            assertThat(server.metric("earshot_ring_bytes")).isBetween(1.0, 2e6);
            List<String> texts = new ArrayList<>();
            boolean cut = read(stalled, wanted.size(), new LinkedHashSet<>(), texts);
            assertThat(cut).isFalse();
            assertThat(texts).isEqualTo(wanted);
        }
    }

    @Test
    void stalledMember_delaysNobody_andHasEverythingOnceInOrderInTheEnd() throws IOException {
        List<String> wanted = texts(2000);
        try (RawWebSocketClient stalled = stalled("cut");
                Client reader = member("cut", "reader", "read");
                Client writer = member("cut", "writer", "write")) {
            publish(writer, wanted, reader);
            assertThat(server.metric("earshot_budget_bytes"))
                    .as("what waits for the stalled one")
                    .isLessThan(4e6);
            Set<String> ids = new LinkedHashSet<>();
            List<String> texts = new ArrayList<>();
            if (read(stalled, wanted.size(), ids, texts)) readTheRest(ids, texts);
            assertThat(texts).isEqualTo(wanted);
        }
    }

    private static List<String> texts(int count) {
        return IntStream.range(0, count).mapToObj(i -> i + " " + FILL).toList();
    }

    /** Until another has all of it, in order. */
    private static void publish(Client writer, List<String> texts, Client reader) {
        texts.forEach(text -> writer.say("{\"type\":\"message\",\"content\":\"" + text + "\"}"));
        reader.hears("the last message", content(texts.getLast()));
        assertThat(reader.heard(type("message")).stream()
                        .map(SlowReaderTest::text)
                        .toList())
                .isEqualTo(texts);
    }

    private static String path(String channel) {
        return "/channel/" + channel + "/websocket";
    }

    private static Client member(String channel, String user, String permission) {
        Client client = Client.connect(
                server.ws(path(channel)), "Authorization", "Bearer " + TestTokens.waddle(user, user, permission));
        client.hears("initial state", type("initial_state"));
        return client;
    }

    private static RawWebSocketClient stalled(String channel) throws IOException {
        RawWebSocketClient client = new RawWebSocketClient(
                server.address(),
                path(channel),
                "Authorization",
                "Bearer " + TestTokens.waddle("slow", "slow", "read"));
        client.http().socket().setReceiveBufferSize(32 << 10);
        assertThat(type("initial_state")
                        .test(JSON.readTree(client.readPastPings().text())))
                .isTrue();
        return client;
    }

    /** Whether the connection was cut before there were so many messages. */
    private static boolean read(RawWebSocketClient stalled, int wanted, Set<String> ids, List<String> texts)
            throws IOException {
        while (texts.size() < wanted) {
            Received next = stalled.readPastPings();
            if (next.isEnd()) return true;
            assertThat(next.opcode())
                    .as("a close frame would keep its client away: %s", next)
                    .isEqualTo(RawWebSocketClient.TEXT);
            JsonNode frame = JSON.readTree(next.text());
            if (type("message").test(frame)) take(frame, ids, texts);
        }
        return false;
    }

    /** By coming back as waddle's client does, asking for what came after the last message that it has. */
    private static void readTheRest(Set<String> ids, List<String> texts) {
        assertThat(texts).as("something was read before the cut").isNotEmpty();
        for (boolean complete = false; !complete; ) {
            try (Client back = member("cut", "slow", "read")) {
                String last = new ArrayList<>(ids).getLast();
                back.say("{\"type\":\"sync\",\"afterMessageId\":\"" + last + "\"}");
                complete = back.hears("the end of the replay", type("sync_complete"))
                        .path("complete")
                        .asBoolean();
                back.heard(type("message")).forEach(frame -> take(frame, ids, texts));
            }
        }
    }

    private static void take(JsonNode frame, Set<String> ids, List<String> texts) {
        assertThat(ids.add(frame.path("message").path("id").asString()))
                .as("came once: %s", text(frame).substring(0, 6))
                .isTrue();
        texts.add(text(frame));
    }

    private static String text(JsonNode frame) {
        return frame.path("message").path("content").asString();
    }

    private static void awaitValue(String gauge, double wanted) {
        Await.until(gauge + " is " + wanted, () -> value(gauge), () -> value(gauge) == wanted);
    }

    private static double value(String gauge) {
        try {
            return server.metric(gauge);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
