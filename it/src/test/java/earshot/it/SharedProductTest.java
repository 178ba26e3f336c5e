package earshot.it;

import static earshot.it.Client.method;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.engine.redis.testkit.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Two nodes beside the product's own HTTP server on one Redis: its sites and users come in, and what they do adds up. */
class SharedProductTest {
    private static final String SITE = UUID.randomUUID().toString();
    private static final String KEY = "tk_pub_" + SITE.replace("-", "");
    private static final String PAGE = "dddddddd-0000-4000-8000-000000000001";

    @TempDir
    static Path directory;

    /** A process that has just begun, on a machine that tests load, may need more than the usual second. */
    private static final String PATIENCE = "redis.timeout=3s";

    private static final String PUBLISH = "interop.publish=true";

    private static RedisServer redis;
    private static RunningServer one;
    private static RunningServer two;

    @BeforeAll
    static void start() throws IOException {
        redis = RedisServer.start();
        redis.ask("SET", "apikey:" + KEY + ":site", SITE);
        redis.ask(
                "SET",
                "site:" + SITE + ":config",
                "{\"id\":\"" + SITE + "\",\"domain\":\"blog.example\",\"project_id_public\":\"" + KEY
                        + "\",\"settings\":{}}");
        one = RunningServer.start(
                directory.resolve("one"), "--redis", redis.address(), "--set", PATIENCE, "--set", PUBLISH);
        two = RunningServer.start(
                directory.resolve("two"), "--redis", redis.address(), "--set", PATIENCE, "--set", PUBLISH);
    }

    @AfterAll
    static void stop() {
        one.close();
        two.close();
        redis.close();
    }

    @Test
    void usersOfTheHttpServer_areSeenByNameOnBothNodes_andCountedOnce() throws IOException {
        String ann = user("Ann");
        String bob = user("123");
        try (Client annHere = connect(one, ann);
                Client bobThere = connect(two, bob)) {
            annHere.say(Commenters.say("subscribe", PAGE));
            annHere.hears("the snapshot", method("presence"));
            bobThere.say(Commenters.say("subscribe", PAGE));
            bobThere.hears("the snapshot", method("presence"));
            for (Client each : new Client[] {annHere, bobThere}) hasSeen(each, "Ann", "123");
            bobThere.say("{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}");
            bobThere.hears("pong", method("pong"));

            String path = "/v1/stats/threadkit?tenant=" + SITE;
            for (RunningServer node : new RunningServer[] {one, two}) {
                Await.until("both nodes' figures", () -> "", () -> {
                    JsonNode points = get(node, path).path("points");
                    long said = 0;
                    for (int i = points.size() - 2; i < points.size(); i++)
                        said += points.get(i).path("messages").asLong();
                    return said == 3;
                });
                JsonNode points = get(node, path).path("points");
                assertThat(points.get(points.size() - 1).path("users").asLong()).isEqualTo(2);
            }
            assertThat(redis.ask("GET", "apikey:" + KEY)).contains(SITE);
        }
    }

    @Test
    void whatComesByTheApi_isPublishedForTheProductsServers_andHeardOnce() throws IOException {
        String page = "dddddddd-0000-4000-8000-000000000002";
        try (Client here = connect(one, user("Eve"));
                Client there = connect(two, user("Flo"))) {
            for (Client each : new Client[] {here, there}) {
                each.say(Commenters.say("subscribe", page));
                each.hears("the snapshot", method("presence"));
            }
            Api api = new Api(one, one.apiKey());
            String comment = Api.messages("threadkit", page) + "/" + api.post("threadkit", page, "hello");
            api.ok("PUT", comment + "/votes", "{\"upvotes\":3,\"downvotes\":1}");
            api.ok("DELETE", comment, "");
            Await.until("said and heard", one::output, () -> productEvents(one) >= 6);
            Await.until("heard", two::output, () -> productEvents(two) >= 3);
            assertThat(one.get("/metrics").body())
                    .contains("earshot_product_events_total{outcome=\"said\"} 3")
                    .contains("earshot_product_events_total{outcome=\"ours\"} 3");
            for (Client each : new Client[] {here, there})
                for (String told : new String[] {"new_comment", "vote_update", "delete_comment"}) {
                    each.hears(told, method(told));
                    assertThat(each.heard(method(told))).as(told).hasSize(1);
                }
        }
    }

    /** Events on the product's channels, those that were said here among them. */
    private static double productEvents(RunningServer node) {
        try {
            return node.metric("earshot_product_events_total");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void key_thatNobodyHas_is401_andOneThatCannotBeLookedUp_503() {
        assertThat(Client.refusal(one.ws("/ws?project_id=tk_pub_nobody"))).isEqualTo(401);
        redis.freeze();
        try {
            assertThat(Client.refusal(one.ws("/ws?project_id=tk_pub_other"))).isEqualTo(503);
        } finally {
            redis.thaw();
        }
    }

    private static String user(String name) {
        String id = UUID.randomUUID().toString();
        redis.ask("HSET", "user:" + id, "id", id, "name", name, "avatar_url", "null", "email", "x@example.com");
        return id;
    }

    private static Client connect(RunningServer node, String user) {
        Client client = Client.connect(node.ws("/ws?project_id=" + KEY + "&token=" + TestTokens.threadkit(user, SITE)));
        client.hears("connected", method("connected"));
        return client;
    }

    private static void hasSeen(Client client, String... names) {
        for (String name : names)
            Await.until(name, client::heard, () -> client.heard().toString().contains("\"name\":\"" + name + "\""));
        assertThat(client.heard().toString()).doesNotContain("example.com");
    }

    private static JsonNode get(RunningServer node, String path) {
        try {
            return new ObjectMapper().readTree(node.get(path).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
