package earshot.it;

import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Position;
import earshot.engine.redis.testkit.RedisServer;
import earshot.engine.sql.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Two nodes whose Redis keeps a hundred messages of a room and a PostgreSQL the rest; PostgreSQL is stopped, and Redis loses everything. */
class ArchiveTest {
    private static final int KEEP = 100;

    @TempDir
    static Path directory;

    private static PostgresServer postgres;
    private static PostgresServer.Database database;
    private static RedisServer redis;
    private static Nodes nodes;
    private static int rooms;

    private final String room = "archived-" + ++rooms;

    @BeforeAll
    static void start() throws IOException {
        postgres = PostgresServer.start();
        database = postgres.database();
        redis = RedisServer.start();
        nodes = Nodes.start(
                directory,
                List.of(redis.address(), redis.address()),
                "--set",
                "postgres.url=" + database.address(),
                "--set",
                "postgres.timeout=2s",
                "--set",
                "redis.keep-messages=" + KEEP,
                "--set",
                "redis.node-timeout=3s");
    }

    @AfterAll
    static void stop() {
        if (nodes != null) nodes.close();
        redis.close();
        postgres.close();
    }

    @Test
    void history_olderThanRedisKeeps_isReadOnEveryNode() throws IOException {
        List<String> said = say(0, 1, 240);
        awaitTrimmed();
        for (int node = 0; node < 2; node++) {
            assertThat(backward(node, 50)).containsExactlyElementsOf(said);
            assertThat(texts(nodes.api(node).get(messages() + "?limit=500"))).containsExactlyElementsOf(said);
        }
        // A client that knows a message which only PostgreSQL has, and wants what came after.
        String first = nodes.api(1)
                .get(messages() + "?limit=1&after=0:0")
                .path("messages")
                .get(0)
                .path("id")
                .asString();
        try (Client ada = nodes.member(1, room, "ada")) {
            ada.say("{\"type\":\"sync\",\"afterMessageId\":\"" + first + "\"}");
            JsonNode done = ada.hears("the end of the replay", type("sync_complete"));
            assertThat(done.path("replayed").asInt()).isEqualTo(239);
            assertThat(ada.heard(type("message")).stream()
                            .map(m -> m.path("message").path("content").asString()))
                    .containsExactlyElementsOf(said.subList(1, 240));
        }
    }

    @Test
    void postgres_stopped_whatIsSaidGoesOnAndIsArchivedLater() throws IOException {
        List<String> said = new ArrayList<>(say(0, 1, 130));
        awaitTrimmed();
        awaitKnown();
        postgres.stop();
        try {
            said.addAll(say(1, 131, 200));
            assertThat(texts(nodes.api(0).get(messages() + "?limit=90")))
                    .containsExactlyElementsOf(said.subList(110, 200));
            nodes.api(0).refused(503, "GET", messages() + "?limit=200", "");
            JsonNode health = nodes.api(0).get("/health");
            assertThat(health.path("status").asString()).isEqualTo("degraded");
            assertThat(health.path("database").path("connected").asBoolean()).isFalse();
            // A channel that nobody was in before.
            try (Client ada = nodes.member(0, room + "-new", "ada")) {
                assertThat(ada.isOpen()).isTrue();
            }
        } finally {
            postgres.startAgain();
        }
        awaitHealthy(0);
        awaitHealthy(1);
        awaitArchived(200);
        for (int node = 0; node < 2; node++) assertThat(backward(node, 90)).containsExactlyElementsOf(said);
    }

    @Test
    void node_killedBeforeItArchived_isSweptByTheOther() throws IOException {
        List<String> said = new ArrayList<>(say(0, 1, 20));
        postgres.stop();
        try {
            said.addAll(say(0, 21, 150));
            nodes.node(0).kill();
        } finally {
            postgres.startAgain();
        }
        awaitHealthy(1);
        awaitArchived(150);
        awaitTrimmed();
        assertThat(backward(1, 60)).containsExactlyElementsOf(said);
        nodes.node(0).startAgain();
        assertThat(backward(0, 60)).containsExactlyElementsOf(said);
        nodes.awaitAlive(2);
    }

    @Test
    void redis_losesEverything_historyGoesOn() throws IOException {
        List<String> said = new ArrayList<>(say(0, 1, 130));
        awaitArchived(130);
        nodes.api(0).ok("PUT", "/v1/waddle/users/ada", "{\"name\":\"Countess\",\"attributes\":{\"karma\":3}}");
        redis.ask("FLUSHALL");
        JsonNode ada = nodes.api(1).get("/v1/waddle/users/ada");
        assertThat(ada.path("name").asString()).isEqualTo("Countess");
        assertThat(ada.path("attributes").path("karma").asInt()).isEqualTo(3);
        Await.until("the nodes are alive again", nodes::output, () -> nodes.alive() == 2);
        said.addAll(say(1, 131, 260));
        awaitTrimmed();
        for (int node = 0; node < 2; node++) assertThat(backward(node, 90)).containsExactlyElementsOf(said);
    }

    @Test
    void delete_ofAnArchivedMessage_isGoneEverywhere() throws IOException {
        String secret = nodes.api(0).post("waddle", room, "secret");
        say(0, 1, 120);
        awaitTrimmed();
        nodes.api(1).ok("DELETE", messages() + "/" + secret, "");
        for (int node = 0; node < 2; node++)
            assertThat(backward(node, 50)).hasSize(120).doesNotContain("secret");
        Await.until(
                "nothing of it is left",
                nodes::output,
                () -> database.ask("SELECT count(*) FROM earshot.entry WHERE content = 'secret'")
                        .equals("0"));
    }

    // --- helpers

    private String messages() {
        return Api.messages("waddle", room);
    }

    /** Several at once. Returns what was said, in the order of the log. */
    private List<String> say(int node, int first, int last) {
        Map<Position, String> said = new ConcurrentSkipListMap<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = first; i <= last; i++) {
                String text = "m" + i;
                var _ = threads.submit(() -> said.put(
                        Position.parse(nodes.api(node)
                                .ok("POST", messages(), Api.said(text))
                                .path("position")
                                .asString()),
                        text));
            }
        }
        assertThat(said).hasSize(last - first + 1);
        return List.copyOf(said.values());
    }

    private String key() {
        return IntStream.range(0, 256)
                .mapToObj(i -> "earshot:{" + i + "}:log:waddle//" + room)
                .filter(key -> redis.askFor("EXISTS", key).equals(1L))
                .findFirst()
                .orElseThrow();
    }

    /** Until everything is archived and Redis keeps no more than it should. */
    private void awaitTrimmed() {
        String key = key();
        Await.until(
                "the room is archived and trimmed",
                nodes::output,
                () -> (Long) redis.askFor("XLEN", key) <= KEEP * 17L / 16);
    }

    /** Until Redis knows of every room that the archive has: another one is new then, without asking. */
    private static void awaitKnown() {
        String known = "local n = 0; for i = 0, 255 do"
                + " if redis.call('HGET', 'earshot:{' .. i .. '}:epoch', 'known') == '1' then n = n + 1 end end; return n";
        Await.until(
                "all partitions are known",
                nodes::output,
                () -> redis.askFor("EVAL", known, "0").equals(256L));
    }

    private void awaitArchived(int entries) {
        Await.until(
                "the room is archived",
                nodes::output,
                () -> database.ask(
                                "SELECT count(*) FROM earshot.entry e JOIN earshot.room r ON r.id = e.room WHERE r.name = '"
                                        + room + "'")
                        .equals(Integer.toString(entries)));
    }

    /** A node tries a PostgreSQL that was away once a second. */
    private static void awaitHealthy(int node) {
        Await.until("node " + node + " is healthy", nodes::output, () -> {
            try {
                return nodes.api(node).get("/health").path("status").asString().equals("healthy");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private List<String> backward(int node, int limit) throws IOException {
        List<String> found = new ArrayList<>();
        String before = "";
        while (true) {
            JsonNode page = nodes.api(node).get(messages() + "?limit=" + limit + before);
            found.addAll(0, texts(page));
            if (page.path("complete").asBoolean()) return found;
            before = "&before=" + page.path("messages").get(0).path("position").asString();
        }
    }

    private static List<String> texts(JsonNode page) {
        return page.path("messages")
                .valueStream()
                .map(m -> m.path("text").asString())
                .toList();
    }
}
