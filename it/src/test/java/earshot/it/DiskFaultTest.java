package earshot.it;

import static earshot.it.Client.content;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The disk under a whole server is full, or fails: what was acknowledged stays, new messages are refused in the dialect's words, everything that
 * needs no disk goes on, and health, metrics and log say so. When there is room again it goes on by itself.
 */
class DiskFaultTest {
    private static final String CHANNEL = "disk";
    private static final String FILL = "x".repeat(3_500);

    @TempDir
    Path directory;

    private final List<String> acknowledged = new ArrayList<>();
    private int next;

    private static Client member(RunningServer server, String user) {
        Client client = Client.connect(
                server.ws("/channel/" + CHANNEL + "/websocket"),
                "Authorization",
                "Bearer " + TestTokens.waddle(user, user, "write"));
        client.hears("initial state", type("initial_state"));
        return client;
    }

    /** Whether it was acknowledged; else the client heard why not. */
    private boolean publish(Client client) {
        String key = "c0000000-0000-4000-8000-%012d".formatted(next++);
        client.say(
                "{\"type\":\"message\",\"message\":{\"id\":\"%s\",\"content\":\"%d %s\"}}".formatted(key, next, FILL));
        Predicate<JsonNode> answer = f -> f.path("messageId").asString("").equals(key);
        JsonNode heard = client.hears("an answer", answer);
        if (type("ack").test(heard)) {
            acknowledged.add(heard.path("id").asString());
            return true;
        }
        assertThat(heard.path("type").asString()).isEqualTo("error");
        assertThat(heard.path("message").asString()).isEqualTo("Message may not have been stored");
        return false;
    }

    private void publishUntilRefused(Client client) {
        for (int i = 0; publish(client); i++)
            assertThat(i).as("the disk takes more than there is").isLessThan(10_000);
    }

    private static void lanesGoOn(RunningServer server, Client ada, Client bob, int round) {
        ada.say("{\"type\":\"typing\",\"isTyping\":" + (round % 2 == 0) + "}");
        bob.hears("typing", type("typing").and(f -> f.path("isTyping").asBoolean() == (round % 2 == 0)));
        bob.say("{\"type\":\"presence\",\"status\":\"away-" + round + "\"}");
        ada.hears("a status", f -> f.path("status").asString("").equals("away-" + round));
        try (Client carol = member(server, "carol-" + round)) {
            assertThat(carol.hears("the past", type("initial_state"))
                            .path("messages")
                            .size())
                    .isPositive();
        }
    }

    private static String health(RunningServer server) {
        try {
            var answer = server.get("/health");
            return answer.statusCode() + " "
                    + new ObjectMapper().readTree(answer.body()).path("status").asString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void assertAllThere(RunningServer server) throws IOException {
        Api api = new Api(server, server.apiKey());
        List<String> kept = new ArrayList<>();
        String after = "";
        while (true) {
            JsonNode page = api.get(Api.messages("waddle", CHANNEL) + "?limit=1000" + after);
            List<String> ids = page.path("messages")
                    .valueStream()
                    .map(m -> m.path("id").asString())
                    .toList();
            kept.addAll(ids);
            if (ids.size() < 1000) break;
            after = "&after=" + ids.getLast();
        }
        assertThat(kept).doesNotHaveDuplicates().containsAll(acknowledged);
        assertThat(kept.stream().filter(acknowledged::contains).toList()).isEqualTo(acknowledged);
    }

    private static List<String> warnings(RunningServer server) {
        return server.output().lines().filter(line -> line.contains(" WARN ")).toList();
    }

    @Test
    void fullDisk_refusesWhatItCannotKeep_andGoesOnByItself() throws IOException {
        try (SmallDisk disk = SmallDisk.inMemory(directory, 16);
                RunningServer server = RunningServer.start(
                        directory, "--data", disk.place().resolve("data").toString());
                Client ada = member(server, "ada");
                Client bob = member(server, "bob")) {
            for (int i = 0; i < 20; i++) assertThat(publish(ada)).isTrue();
            disk.fill();
            publishUntilRefused(ada);
            for (int i = 0; i < 5; i++) lanesGoOn(server, ada, bob, i);
            assertThat(publish(ada)).isFalse();
            assertThat(health(server)).isEqualTo("200 degraded");
            assertThat(server.get("/health/ready").statusCode()).isEqualTo(200);
            assertThat(server.get("/metrics").body()).contains("earshot_appends_failed_total{code=\"disk_full\"}");
            assertThat(warnings(server).stream().filter(line -> line.contains("history cannot be written: disk_full")))
                    .as("said once")
                    .hasSize(1);
            disk.makeRoom();
            Await.until(
                    "it goes on by itself",
                    () -> health(server),
                    () -> health(server).equals("200 healthy"));
            assertThat(publish(ada)).isTrue();
            bob.hears("what was said since", content(next + " " + FILL));
            assertAllThere(server);
            server.kill();
            server.startAgain();
            assertAllThere(server);
            assertThat(server.metric("earshot_faults_total")).isZero();
        }
    }

    @Test
    void diskThatTurnsReadOnly_refusesMessages_andKeepsWhatWasAcknowledged() throws IOException {
        try (SmallDisk disk = SmallDisk.thatCanFail(directory, 24)) {
            try (RunningServer server = RunningServer.start(
                            directory, "--data", disk.place().resolve("data").toString());
                    Client ada = member(server, "ada");
                    Client bob = member(server, "bob")) {
                for (int i = 0; i < 50; i++) assertThat(publish(ada)).isTrue();
                disk.fail();
                publishUntilRefused(ada);
                for (int i = 0; i < 5; i++) lanesGoOn(server, ada, bob, i);
                assertThat(health(server)).isEqualTo("200 degraded");
                assertThat(warnings(server).stream().filter(line -> line.contains("history cannot be written")))
                        .as("said once")
                        .hasSize(1);
                assertAllThere(server);
                assertThat(server.metric("earshot_faults_total")).isZero();
            }
            assertStartIsRefused(disk.place().resolve("data"));
            Path rescued = directory.resolve("rescued");
            copy(disk.place().resolve("data"), rescued);
            try (RunningServer server = RunningServer.start(directory.resolve("again"), "--data", rescued.toString())) {
                assertAllThere(server);
            }
        }
    }

    private void assertStartIsRefused(Path data) throws IOException {
        try (RunningServer never = RunningServer.start(directory.resolve("never"), "--data", data.toString())) {
            throw new AssertionError("started on a read-only disk: " + never.output());
        } catch (AssertionError refused) {
            assertThat(refused).hasMessageContaining("the server ended with 2");
            assertThat(refused.getMessage()).doesNotContain("\tat ").contains("--data");
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) Files.copy(file, to.resolve(file.getFileName()));
        }
    }
}
