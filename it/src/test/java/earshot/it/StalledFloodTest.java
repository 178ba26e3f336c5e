package earshot.it;

import static earshot.it.Client.method;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.gateway.testkit.RawWebSocketClient;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More than may wait: for a disk that does not answer, for a loop, for a client that does not read. As {@link Flood} has it. */
class StalledFloodTest {
    private static final String NOT_STORED = "Message may not have been stored";
    private static final String CUTS = "websocket_disconnections_total";
    private static final String SLOW = "reason=\"slow_reader\"";

    @TempDir
    static Path directory;

    private static Flood flood;

    @BeforeAll
    static void start() throws IOException {
        flood = new Flood(
                directory,
                "network.notsent-lowat=1KiB",
                "network.high-water=4KiB",
                "history.queue=3",
                "history.queue-bytes=8KiB",
                "limits.appends-per-room=2",
                "limits.commands-waiting=4",
                "limits.rooms-per-session=1",
                "limits.answer-timeout=1s",
                "limits.slow-reader-events=50",
                "limits.slow-reader-private=1KiB",
                "limits.slow-reader-latest=1");
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

    /** Nothing can be written while it is open; the server waits for three seconds before it says that this failed. */
    private static final class HeldDisk implements AutoCloseable {
        private final Connection connection;

        HeldDisk() throws SQLException {
            connection = DriverManager.getConnection(
                    "jdbc:sqlite:" + flood.server.data().resolve("messages.db"));
            execute("PRAGMA busy_timeout=3000");
            execute("BEGIN IMMEDIATE");
        }

        private void execute(String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        @Override
        public void close() throws SQLException {
            execute("ROLLBACK");
            connection.close();
            Await.until("what waited is written", () -> "", () -> flood.value("earshot_sql_queue", "") == 0);
        }
    }

    private static byte[] message(String content) {
        return Flood.frame("{\"type\":\"message\",\"content\":\"" + content + "\"}");
    }

    private static List<RawWebSocketClient> members(int count, boolean oneRoom) throws IOException {
        List<RawWebSocketClient> all = new ArrayList<>();
        for (int i = 0; i < count; i++) all.add(flood.raw(oneRoom ? "one" : "room-" + i));
        for (RawWebSocketClient each : all) Flood.next(each, type("initial_state"));
        return all;
    }

    private static void closeAll(List<RawWebSocketClient> all) throws IOException {
        for (RawWebSocketClient each : all) each.close();
    }

    // A disk that does not answer

    @Test
    void queue_ofAHeldDisk_refusesTheRest() throws Exception {
        List<RawWebSocketClient> all = members(8, false);
        RawWebSocketClient last = flood.raw("room-last");
        Flood.next(last, type("initial_state"));
        try (HeldDisk _ = new HeldDisk()) {
            for (RawWebSocketClient each : all) each.send(message("held"));
            // At most four are in the writer's hands, and three wait.
            flood.counted(1, "earshot_appends_failed_total", "code=\"queue_full\"");
            last.send(message("too many"));
            assertThat(Flood.error(last)).isEqualTo(NOT_STORED);
        } finally {
            last.close();
            closeAll(all);
        }
    }

    /** At most two such messages are in the writer's hands, and two wait: fewer than their number alone would allow. */
    @Test
    void queueBytes_ofAHeldDisk_refuseTheRest() throws Exception {
        List<RawWebSocketClient> all = members(8, false);
        double before = flood.value("earshot_appends_failed_total", "code=\"queue_full\"");
        try (HeldDisk _ = new HeldDisk()) {
            for (RawWebSocketClient each : all) each.send(message("x".repeat(3_900)));
            flood.counted(before + 4, "earshot_appends_failed_total", "code=\"queue_full\"");
        } finally {
            closeAll(all);
        }
    }

    @Test
    void appendsOfOneRoom_onAHeldDisk_refuseTheRest() throws Exception {
        List<RawWebSocketClient> all = members(3, true);
        double before = flood.value("websocket_errors_total", "code=\"unavailable\"");
        try (HeldDisk _ = new HeldDisk()) {
            for (RawWebSocketClient each : all) each.send(message("held"));
            flood.counted(before + 1, "websocket_errors_total", "code=\"unavailable\"");
        } finally {
            closeAll(all);
        }
    }

    @Test
    void commandsBehindAHeldMessage_areRefusedAsBusy() throws Exception {
        List<RawWebSocketClient> one = members(1, true);
        try (HeldDisk _ = new HeldDisk()) {
            RawWebSocketClient client = one.getFirst();
            // A status waits behind a message that is not stored yet, and what follows waits behind the status.
            client.send(message("first")).text("{\"type\":\"presence\",\"status\":\"away\"}");
            for (int i = 0; i < 12; i++) client.send(message("m" + i));
            Flood.awaitError(client, "Too busy, try again");
        } finally {
            closeAll(one);
        }
        flood.counted(1, "websocket_errors_total", "code=\"busy\"");
    }

    @Test
    void callThatWaitsForAHeldDisk_is503InTime() throws Exception {
        Api api = new Api(flood.server, flood.server.apiKey());
        try (HeldDisk _ = new HeldDisk()) {
            assertThat(api.call("POST", Api.messages("waddle", "slow"), Api.said("held"))
                            .statusCode())
                    .isEqualTo(503);
        }
        flood.counted(1, "earshot_limits_total", "limit=\"limits.answer-timeout\"");
    }

    @Test
    void roomsOfASession_areASubscriptionLimit() throws IOException {
        String page = "eeeeeeee-0000-4000-8000-00000000000";
        try (Client client = flood.commenters().on(page + "1", 0)) {
            client.say(Commenters.say("subscribe", page + "2"));
            assertThat(Flood.code(client.hears("an error", method("error")))).isEqualTo("subscription_limit");
        }
        flood.counted(1, "websocket_errors_total", "code=\"too_many_rooms\"");
    }

    // A client that does not read

    @Test
    void readerBehindTheRing_isCut() throws IOException {
        double before = flood.value(CUTS, SLOW);
        try (RawWebSocketClient stalled = flood.stalled("ring");
                Client writer = flood.member("ring", "writer")) {
            for (int i = 0; i < 150; i++) Flood.publishes(writer, i + " " + "x".repeat(1000));
            flood.counted(before + 1, CUTS, SLOW);
            Flood.awaitEnd(stalled);
        }
    }

    @Test
    void readerWithTooManyAnswers_isCut() throws IOException {
        double before = flood.value(CUTS, SLOW);
        byte[] nonsense = Flood.frame("{\"type\":\"nonsense\"}");
        try (RawWebSocketClient stalled = flood.stalled("private")) {
            byte[] many = RawWebSocketClient.join(
                    IntStream.range(0, 2000).mapToObj(_ -> nonsense).toArray(byte[][]::new));
            // More than the kernel takes on its own account, in one piece of up to 64 KB.
            for (int i = 0; i < 10; i++) sendIfOpen(stalled, many);
            flood.counted(before + 1, CUTS, SLOW);
            Flood.awaitEnd(stalled);
        }
    }

    private static void sendIfOpen(RawWebSocketClient client, byte[] bytes) {
        try {
            client.send(bytes);
        } catch (IOException _) {
            // It was cut while it sent.
        }
    }

    @Test
    void readerOfTooManyNewestValues_isNotToldTheEldest() throws IOException {
        try (RawWebSocketClient stalled = flood.stalled("latest");
                Client one = flood.member("latest", "one");
                Client two = flood.member("latest", "two")) {
            for (int i = 0; i < 30; i++) Flood.publishes(one, i + " " + "x".repeat(1000));
            flood.counted(1, "earshot_sessions_lagging", "");
            one.say("{\"type\":\"presence\",\"status\":\"away\"}");
            two.say("{\"type\":\"presence\",\"status\":\"busy\"}");
            flood.counted(1, "websocket_messages_dropped_total", "lane=\"latest\"");
            Flood.next(stalled, type("message").and(f -> f.toString().contains("29 x")));
            Flood.next(stalled, type("presence_update"));
        }
    }
}
