package earshot.it;

import static earshot.it.Client.content;
import static earshot.it.Client.method;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.room.RoomRules;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Users who are back within a minute of {@code kill -9} were never away for anybody; who is not has left (DECISIONS 28). */
class ReturnTest {
    private static final String PAGE = "550e8400-e29b-41d4-a716-4466554400aa";
    private static final Predicate<JsonNode> COMING_OR_GOING = type("user_connected")
            .or(type("user_disconnected"))
            .or(method("user_joined"))
            .or(method("user_left"));

    @TempDir
    Path directory;

    private static Client channel(RunningServer server, String user) {
        Client client = Client.connect(
                server.ws("/channel/return/websocket"),
                "Authorization",
                "Bearer " + TestTokens.waddle(user, user, "write"));
        client.hears("initial state", type("initial_state"));
        return client;
    }

    private static long joinedAt(Client client, String user) {
        return client.hears("initial state", type("initial_state"))
                .path("onlineUsers")
                .valueStream()
                .filter(u -> u.path("userId").asString().equals(user))
                .findFirst()
                .orElseThrow(() -> new AssertionError(user + " is not in " + client.heard()))
                .path("joinedAt")
                .asLong();
    }

    private static RunningServer start(Path directory) throws IOException {
        return RunningServer.start(directory, "--set", "waddle.announce-joins=true");
    }

    @Test
    void killed_whoReturns_isNotSeenToLeaveOrJoin_andKeepsTheTimeOfJoining() throws IOException {
        try (RunningServer server = start(directory)) {
            long adaJoined = joinedAt(channel(server, "ada"), "ada");
            long bobJoined = joinedAt(channel(server, "bob"), "bob");
            Commenters before = new Commenters(server);
            before.on(PAGE, 0);
            before.on(PAGE, 1);
            awaitWrittenDown(server, 4);
            server.kill();
            server.startAgain();
            Commenters after = new Commenters(server);
            try (Client ada = channel(server, "ada");
                    Client grace = after.on(PAGE, 0);
                    Client bob = channel(server, "bob");
                    Client alan = after.on(PAGE, 1)) {
                assertThat(joinedAt(ada, "ada")).isEqualTo(adaJoined);
                assertThat(joinedAt(bob, "bob")).isEqualTo(bobJoined);
                assertThat(joinedAt(bob, "ada")).isEqualTo(adaJoined);
                assertThat(alan.hears("the snapshot", method("presence"))
                                .path("params")
                                .path("users")
                                .size())
                        .isEqualTo(2);
                assertStillQuiet(ada, bob, grace, alan);
                // One who was not there is told of as ever.
                try (Client _ = channel(server, "carol");
                        Client _ = after.on(PAGE, 2)) {
                    assertThat(ada.hears("carol came", type("user_connected"))
                                    .path("userId")
                                    .asString())
                            .isEqualTo("carol");
                    assertThat(grace.hears("the third came", method("user_joined"))
                                    .path("params")
                                    .path("user")
                                    .path("id")
                                    .asString())
                            .isEqualTo(after.id(2));
                }
            }
        }
    }

    /** Neither who left before the end, nor who typed in it, is there after it. */
    @Test
    void killed_whoHadLeft_isNotThereAgain() throws IOException {
        try (RunningServer server = start(directory)) {
            Client ada = channel(server, "ada");
            try (Client bob = channel(server, "bob")) {
                awaitWrittenDown(server, 2);
                bob.say("{\"type\":\"typing\",\"isTyping\":true}");
                ada.hears("bob types", type("typing"));
            }
            ada.hears("bob left", type("user_disconnected"));
            ada.say("{\"type\":\"typing\",\"isTyping\":true}");
            awaitWrittenDown(server, 1);
            server.kill();
            server.startAgain();
            try (Client back = channel(server, "ada");
                    Client carol = channel(server, "carol")) {
                assertThat(carol.hears("initial state", type("initial_state"))
                                .path("onlineUsers")
                                .valueStream()
                                .map(u -> u.path("userId").asString()))
                        .containsExactlyInAnyOrder("ada", "carol");
                back.hears("carol came", type("user_connected"));
                back.say("{\"type\":\"message\",\"content\":\"fence\"}");
                carol.hears("the message", content("fence"));
                assertThat(carol.heard(type("typing"))).isEmpty();
                assertThat(carol.heard(COMING_OR_GOING)).isEmpty();
            }
        }
    }

    /** A coming is written down a moment after it is answered, which no client can see. */
    private static void awaitWrittenDown(RunningServer server, int members) {
        Await.until("members are written down", () -> written(server), () -> written(server) == members);
    }

    private static int written(RunningServer server) {
        String url = "jdbc:sqlite:" + server.data().resolve("directory.db");
        try (Connection connection = DriverManager.getConnection(url);
                ResultSet count = connection.createStatement().executeQuery("SELECT count(*) FROM member")) {
            return count.getInt(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertStillQuiet(Client ada, Client bob, Client grace, Client alan) {
        ada.say("{\"type\":\"message\",\"content\":\"fence\"}");
        for (Client channel : new Client[] {ada, bob}) channel.hears("the message", content("fence"));
        for (Client page : new Client[] {grace, alan})
            page.say("{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}").hears("pong", method("pong"));
        for (Client client : new Client[] {ada, bob, grace, alan})
            assertThat(client.heard(COMING_OR_GOING)).isEmpty();
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @EnabledIfSystemProperty(named = "earshot.long", matches = "true", disabledReason = "waits a minute")
    void killed_whoDoesNotReturn_isToldToHaveLeftAfterAMinute() throws IOException {
        try (RunningServer server = start(directory)) {
            channel(server, "ada");
            channel(server, "bob");
            Commenters before = new Commenters(server);
            before.on(PAGE, 0);
            before.on(PAGE, 1);
            awaitWrittenDown(server, 4);
            server.kill();
            server.startAgain();
            long started = System.nanoTime();
            Commenters after = new Commenters(server);
            try (Client ada = channel(server, "ada");
                    Client grace = after.on(PAGE, 0)) {
                Duration within = RoomRules.RETURN_WITHIN.plusSeconds(20);
                Await.until(
                        "bob left",
                        within,
                        ada::heard,
                        () -> !ada.heard(type("user_disconnected")).isEmpty());
                assertThat(Duration.ofNanos(System.nanoTime() - started))
                        .isGreaterThan(RoomRules.RETURN_WITHIN.minusSeconds(10));
                assertThat(ada.heard(COMING_OR_GOING))
                        .extracting(f -> f.path("userId").asString())
                        .containsExactly("bob");
                grace.hears("the other left", method("user_left"));
                assertThat(grace.heard(COMING_OR_GOING))
                        .extracting(f -> f.path("params").path("user_id").asString())
                        .containsExactly(after.id(1));
            }
        }
    }
}
