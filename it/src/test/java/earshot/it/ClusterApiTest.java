package earshot.it;

import static earshot.it.Client.method;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.engine.redis.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code /v1} and the status pages of two nodes: any of them may be asked, and speaks for all. */
class ClusterApiTest {
    private static final String PAGE = "bbbbbbbb-0000-4000-8000-000000000100";

    @TempDir
    static Path directory;

    private static RedisServer redis;
    private static Nodes nodes;

    @BeforeAll
    static void start() throws IOException {
        redis = RedisServer.start();
        nodes = Nodes.start(directory, List.of(redis.address(), redis.address()), "--set", "redis.timeout=3s");
    }

    @AfterAll
    static void stop() {
        if (nodes != null) nodes.close();
        redis.close();
    }

    @Test
    void notification_reachesEverySessionOfAUser_once() throws IOException {
        String user = Nodes.user(1);
        try (Client here = nodes.commenter(0, PAGE, user);
                Client there = nodes.commenter(1, PAGE, user);
                Client other = nodes.commenter(1, PAGE, Nodes.user(2))) {
            for (int i = 0; i < 2; i++) {
                JsonNode told = nodes.api(i)
                        .ok("POST", "/v1/threadkit/users/" + user + "/notifications", """
                        {"kind":"reply","messageId":"m","from":{"id":"%s","name":"Bea"},"text":"x"}""".formatted(Nodes.user(3)));
                assertThat(told.path("sessions").asInt()).isEqualTo(2);
                int count = i + 1;
                for (Client client : List.of(here, there))
                    Await.until(
                            "the notification",
                            client::heard,
                            () -> client.heard(method("notification")).size() == count);
            }
            assertThat(other.heard(method("notification"))).isEmpty();
        }
    }

    @Test
    void disconnect_reachesSessionsOnEveryNode() throws IOException {
        Client here = nodes.member(0, "kick", "kim");
        Client there = nodes.member(1, "kick", "kim");
        Client alone = nodes.member(1, "kick", "lea");
        try (Client watch = nodes.member(0, "kick", "watch")) {
            assertThat(nodes.api(0)
                            .ok("DELETE", "/v1/waddle/users/kim/sessions", "")
                            .path("sessions")
                            .asInt())
                    .isEqualTo(2);
            assertThat(here.ends()).isEqualTo("1008");
            assertThat(there.ends()).isEqualTo("1008");
            String session = sessions(0, "lea").getFirst().path("id").asString();
            nodes.api(0).ok("DELETE", "/v1/sessions/" + session, "");
            assertThat(alone.ends()).isEqualTo("1008");
            nodes.api(0).refused(404, "DELETE", "/v1/sessions/" + session, "");
            for (String user : List.of("kim", "lea")) {
                watch.hears("the leave", gone(user));
                assertThat(watch.heard(gone(user))).hasSize(1);
            }
        }
    }

    private static java.util.function.Predicate<JsonNode> gone(String user) {
        return type("user_disconnected").and(f -> user.equals(f.path("userId").asString()));
    }

    private static List<JsonNode> sessions(int node, String user) throws IOException {
        return nodes.api(node)
                .get("/v1/sessions?realm=waddle&user=" + user)
                .path("sessions")
                .valueStream()
                .toList();
    }

    @Test
    void lists_nameWhatIsOnAllNodes() throws IOException {
        try (Client _ = nodes.member(0, "list-both", "lin");
                Client _ = nodes.member(1, "list-both", "liz");
                Client _ = nodes.member(1, "list-there", "lin")) {
            for (int i = 0; i < 2; i++) {
                JsonNode rooms = nodes.api(i).get("/v1/rooms?realm=waddle");
                assertThat(room(rooms, "list-both").path("sessions").asInt()).isEqualTo(2);
                assertThat(room(rooms, "list-both").path("users").asInt()).isEqualTo(2);
                assertThat(room(rooms, "list-there").path("sessions").asInt()).isEqualTo(1);
                assertThat(rooms.has("nodesMissing")).isFalse();
                assertThat(sessions(i, "lin")).hasSize(2);
                JsonNode counts = nodes.api(i).get("/v1/waddle/presence?room=list-both&room=list-there");
                assertThat(counts.path("counts").path("list-both").asInt()).isEqualTo(2);
                assertThat(counts.path("counts").path("list-there").asInt()).isEqualTo(1);
            }
        }
    }

    private static JsonNode room(JsonNode rooms, String name) {
        return rooms.path("rooms")
                .valueStream()
                .filter(r -> r.path("room")
                        .path("name")
                        .asString(r.path("name").asString())
                        .equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not in " + rooms));
    }

    /** The key counts on every node: a back end may try again elsewhere. */
    @Test
    void post_repeatedOnAnotherNode_standsOnce() throws IOException {
        String path = Api.messages("waddle", "again");
        JsonNode first = nodes.api(0).ok("POST", path, Api.said("once"), "idempotency-key", "k1");
        JsonNode again = nodes.api(1).ok("POST", path, Api.said("once"), "idempotency-key", "k1");
        assertThat(again.path("repeated").asBoolean()).isTrue();
        assertThat(again.path("id").asString()).isEqualTo(first.path("id").asString());
        assertThat(nodes.api(1).get(path).path("messages").size()).isEqualTo(1);
    }

    @Test
    void status_saysThatThereAreOthers() throws IOException {
        for (int i = 0; i < 2; i++) {
            String health = nodes.node(i).get("/health").body();
            assertThat(health).contains("\"status\":\"healthy\"").contains("\"nodes\":2");
            assertThat(nodes.node(i).get("/stats").body())
                    .contains("\"enabled\":true")
                    .contains("\"node-" + i + "\"");
        }
    }

    /** Clients of both nodes hear it, those that answer are heard, and who does not is what makes it incomplete. */
    @Test
    void emission_reachesClientsOfEveryNode_andGathersTheirAcks() throws IOException {
        try (SocketIoClient ada =
                        SocketIoClient.connect(nodes.node(0), "acme", "ada").join("case");
                SocketIoClient bob =
                        SocketIoClient.connect(nodes.node(1), "acme", "bob").join("case");
                SocketIoClient eve =
                        SocketIoClient.connect(nodes.node(1), "globex", "eve").join("case")) {
            CompletableFuture<JsonNode> asked = CompletableFuture.supplyAsync(
                    () -> emit("/v1/summit/rooms/case/emit?tenant=acme", "\"ackWithinMs\":20000"));
            for (SocketIoClient client : List.of(ada, bob)) {
                String packet = client.hears("the question", p -> p.contains("[\"still?\""));
                client.say(packet.replaceFirst("2(\\d+).*", "3$1[\"yes\"]"));
            }
            JsonNode all = asked.join();
            assertThat(all.path("complete").asBoolean()).as("%s", all).isTrue();
            assertThat(all.path("answers").valueStream().map(a -> a.path("user").asString()))
                    .containsExactlyInAnyOrder("acme:ada", "acme:bob");
            assertThat(all.path("answers")
                            .path(0)
                            .path("ack")
                            .path("args")
                            .path(0)
                            .asString())
                    .isEqualTo("yes");

            JsonNode silent = emit("/v1/summit/emit?tenant=acme", "\"ackWithinMs\":100");
            assertThat(silent.path("sessions").asInt()).isEqualTo(2);
            assertThat(silent.path("answered").asInt()).isZero();
            assertThat(silent.path("complete").asBoolean()).isFalse();
            assertThat(silent.has("nodesMissing")).isFalse();
            assertThat(eve.heard()).noneMatch(p -> p.contains("still?"));

            assertThat(emit("/v1/summit/emit", "\"local\":true")
                            .path("sessions")
                            .asInt())
                    .isEqualTo(1);
            assertThat(emit("/v1/summit/emit", "\"users\":[\"globex:eve\"]")
                            .path("sessions")
                            .asInt())
                    .isEqualTo(1);
            assertThat(emit("/v1/summit/rooms/case/emit?tenant=acme", "\"exceptUsers\":[\"acme:ada\"]")
                            .path("sessions")
                            .asInt())
                    .isEqualTo(1);
        }
        for (String wrong : List.of("\"ackWithinMs\":60000", "\"rooms\":[]", "\"users\":\"x\"", "\"local\":1"))
            nodes.api(0).refused(400, "POST", "/v1/summit/emit", "{\"event\":\"x\"," + wrong + "}");
    }

    private static JsonNode emit(String path, String more) {
        try {
            return nodes.api(0).ok("POST", path, "{\"event\":\"still?\",\"args\":[1]," + more + "}");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
