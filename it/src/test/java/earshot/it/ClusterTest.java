package earshot.it;

import static earshot.it.Client.content;
import static earshot.it.Client.method;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.engine.redis.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Three nodes on one Redis: whatever is said on one of them is heard on all, once, and whichever is asked, the answer is the same. */
class ClusterTest {
    private static final int NODES = 3;

    @TempDir
    static Path directory;

    private static RedisServer redis;
    private static Nodes nodes;

    @BeforeAll
    static void start() throws IOException {
        redis = RedisServer.start();
        nodes = Nodes.start(
                directory, List.of(redis.address(), redis.address(), redis.address()), "--set", "redis.timeout=3s");
    }

    @AfterAll
    static void stop() {
        if (nodes != null) nodes.close();
        redis.close();
    }

    private static String page(int number) {
        return "bbbbbbbb-0000-4000-8000-%012d".formatted(number);
    }

    private static void eachHears(List<Client> clients, String what, Predicate<JsonNode> which) {
        for (Client client : clients) client.hears(what, which);
    }

    /** Exactly so many, and the same in the same order for all. */
    private static List<String> eachHeard(
            List<Client> clients, int count, Predicate<JsonNode> which, Function<JsonNode, String> what) {
        Await.until(
                count + " each",
                () -> counts(clients, which) + nodes.output(),
                () -> clients.stream().allMatch(c -> c.heard(which).size() >= count));
        List<String> first = clients.getFirst().heard(which).stream().map(what).toList();
        assertThat(first).hasSize(count);
        for (Client client : clients)
            assertThat(client.heard(which).stream().map(what)).containsExactlyElementsOf(first);
        return first;
    }

    private static List<Integer> counts(List<Client> clients, Predicate<JsonNode> which) {
        return clients.stream().map(c -> c.heard(which).size()).toList();
    }

    private static String id(JsonNode frame) {
        return frame.path("message").path("id").asString();
    }

    private static String comment(JsonNode frame) {
        return frame.path("params").path("comment").path("i").asString();
    }

    @Test
    void channel_saidOnEveryNode_isOneHistory() throws IOException {
        int each = 40;
        List<Client> members = nodes.members("order", "ada");
        for (int n = 0; n < each; n++) {
            for (int i = 0; i < NODES; i++)
                members.get(i).say("{\"type\":\"message\",\"content\":\"" + i + " " + n + "\"}");
            if (n % 10 == 0) nodes.api(n / 10 % NODES).post("waddle", "order", "api " + n);
        }
        List<String> ids = eachHeard(members, each * NODES + 4, type("message"), ClusterTest::id);
        assertThat(ids).doesNotHaveDuplicates();
        for (int i = 0; i < NODES; i++) {
            JsonNode kept = nodes.api(i).get(Api.messages("waddle", "order") + "?limit=1000");
            assertThat(kept.path("messages").valueStream().map(m -> m.path("id").asString()))
                    .containsExactlyElementsOf(ids);
            try (Client late = nodes.member(i, "order", "late")) {
                assertThat(late.heard()
                                .getFirst()
                                .path("messages")
                                .valueStream()
                                .map(m -> m.path("id").asString()))
                        .containsExactlyElementsOf(ids.subList(ids.size() - 50, ids.size()));
            }
        }
    }

    @Test
    void page_toldThroughAnyNode_isHeardOnAllInOneOrder() throws Exception {
        String page = page(1);
        List<Client> readers = nodes.commenters(page);
        List<Thread> posting = IntStream.range(0, NODES)
                .mapToObj(i -> Thread.ofVirtual().start(() -> post(i, page, 20)))
                .toList();
        for (Thread thread : posting) thread.join();
        List<String> ids = eachHeard(readers, 20 * NODES, method("new_comment"), ClusterTest::comment);
        assertThat(ids).doesNotHaveDuplicates();
        String changed = Api.messages("threadkit", page) + "/" + ids.getFirst();
        nodes.api(0).ok("PUT", changed + "/pin", "");
        nodes.api(1).ok("PATCH", changed, "{\"text\":\"otherwise\"}");
        nodes.api(2).ok("PUT", changed + "/votes", "{\"upvotes\":3,\"downvotes\":1}");
        eachHears(readers, "the votes", method("vote_update"));
        nodes.api(0).ok("DELETE", changed, "");
        eachHeard(readers, 1, method("delete_comment"), ClusterTest::changed);
        for (String change : List.of("pin_update", "edit_comment", "vote_update"))
            assertThat(eachHeard(readers, 1, method(change), ClusterTest::changed))
                    .containsExactly(ids.getFirst());
        for (Client reader : readers)
            assertThat(reader.heard(f -> !comment(f).isEmpty() || !changed(f).isEmpty()).stream()
                            .map(f -> f.path("method").asString())
                            .filter(m -> !m.equals("new_comment") && !m.equals("vote_update")))
                    .containsExactly("pin_update", "edit_comment", "delete_comment");
    }

    private static String changed(JsonNode frame) {
        return frame.path("params").path("comment_id").asString("");
    }

    private static void post(int node, String page, int count) {
        try {
            for (int n = 0; n < count; n++) nodes.api(node).post("threadkit", page, node + " " + n);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** As ThreadKit's own HTTP server does it, which knows nothing of nodes. */
    @Test
    void page_productPublishesOnRedis_isHeardOnceAndStandsOnce() throws IOException {
        String page = page(2);
        List<Client> readers = nodes.commenters(page);
        int count = 10;
        for (int n = 0; n < count; n++) {
            String id = "cccccccc-0000-4000-8000-%012d".formatted(n);
            redis.ask("PUBLISH", "threadkit:page:" + page + ":events", """
                    {"type":"new_comment","page_id":"%s","data":{"comment":{"i":"%s","a":"%s","n":"Bea","p":null,"k":0,"t":"t%d","h":"<p>t</p>",\
                    "u":0,"d":0,"x":1760000000,"m":1760000000,"r":[],"s":"approved"}}}""".formatted(page, id, Nodes.user(7), n));
        }
        List<String> ids = eachHeard(readers, count, method("new_comment"), ClusterTest::comment);
        redis.ask(
                "PUBLISH",
                "threadkit:page:" + page + ":events",
                "{\"type\":\"vote_update\",\"data\":{\"comment_id\":\"%s\",\"upvotes\":3,\"downvotes\":1}}"
                        .formatted(ids.getFirst()));
        eachHeard(readers, 1, method("vote_update"), ClusterTest::changed);
        for (int i = 0; i < NODES; i++) {
            JsonNode kept = nodes.api(i).get(Api.messages("threadkit", page) + "?limit=100");
            assertThat(kept.path("messages").valueStream().map(m -> m.path("id").asString()))
                    .as("node %d", i)
                    .containsExactlyElementsOf(ids);
        }
        // What only some nodes must hear (nobody else has the page open) stands once as well.
        try (Client alone = nodes.commenter(1, page(3), Nodes.user(1))) {
            redis.ask("PUBLISH", "threadkit:user:" + Nodes.user(1) + ":events", """
                    {"type":"notification","data":{"type":"reply","comment_id":"%s","from_user":{"id":"%s","name":"Bea"}}}""".formatted(
                            ids.getFirst(), Nodes.user(7)));
            alone.hears("the notification", method("notification"));
        }
        readers.get(1).hears("the notification", method("notification"));
        assertThat(readers.get(1).heard(method("notification"))).hasSize(1);
    }

    @Test
    void typing_isHeardOnTheOtherNodes_neverByTheTypist() {
        String page = page(4);
        List<Client> readers = nodes.commenters(page);
        List<Client> members = nodes.members("typing", "tom");
        for (int i = 0; i < NODES; i++) {
            String commenter = Nodes.user(i);
            String member = "tom-" + i;
            readers.get(i).say(Commenters.say("typing", page));
            members.get(i).say("{\"type\":\"typing\",\"isTyping\":true}");
            for (int j = 0; j < NODES; j++) {
                if (i == j) continue;
                readers.get(j).hears("typing", method("typing").and(f -> commenter.equals(userOf(f))));
                members.get(j)
                        .hears(
                                "typing",
                                type("typing")
                                        .and(f -> member.equals(f.path("userId").asString())));
            }
        }
        members.get(0).say("{\"type\":\"typing\",\"isTyping\":false}");
        eachHears(
                members.subList(1, NODES),
                "it ends",
                type("typing").and(f -> !f.path("isTyping").asBoolean()));
        for (int i = 0; i < NODES; i++) {
            String commenter = Nodes.user(i);
            assertThat(readers.get(i).heard(method("typing")))
                    .hasSize(NODES - 1)
                    .noneMatch(f -> commenter.equals(userOf(f)));
        }
    }

    private static String userOf(JsonNode frame) {
        return frame.path("params").path("user").path("id").asString();
    }

    @Test
    void meeting_ofTwoDialects_spansNodes() throws IOException {
        try (Client member = nodes.member(0, "public:lobby", "mia");
                Client reader = nodes.commenter(2, CrashWorld.LOBBY_PAGE, Nodes.user(60))) {
            member.say("{\"type\":\"message\",\"content\":\"hello\"}");
            JsonNode said = reader.hears("mia's message", method("new_comment"))
                    .path("params")
                    .path("comment");
            assertThat(said.path("t").asString()).isEqualTo("hello");
            nodes.api(1).post("threadkit", CrashWorld.LOBBY_PAGE, "welcome");
            member.hears("the comment", content("welcome"));
            eachHeard(List.of(reader), 2, method("new_comment"), ClusterTest::comment);
        }
    }

    @Test
    void presence_isOfUsers_onWhateverNodeTheirTabsAre() throws IOException {
        String page = page(5);
        List<Client> readers = nodes.commenters(page);
        String visitor = Nodes.user(50);
        Client first = nodes.commenter(1, page, visitor);
        Client second = nodes.commenter(2, page, visitor);
        eachHears(readers, "the visitor came", method("user_joined").and(f -> visitor.equals(userOf(f))));
        List<String> all = IntStream.of(0, 1, 2, 50).mapToObj(Nodes::user).toList();
        for (int i = 0; i < NODES; i++)
            assertThat(nodes.here(i, "threadkit", page)).isEqualTo(all);
        assertThat(second.heard(method("presence"))
                        .getFirst()
                        .path("params")
                        .path("users")
                        .valueStream()
                        .map(u -> u.path("id").asString()))
                .containsExactlyInAnyOrderElementsOf(all);
        first.close();
        fence(page, readers, 51);
        assertThat(counts(readers, method("user_left"))).as("somebody left").containsOnly(0);
        second.close();
        eachHeard(
                readers,
                1,
                method("user_left"),
                f -> f.path("params").path("user_id").asString());
        fence(page, readers, 52);
        for (Client reader : readers)
            assertThat(reader.heard(method("user_joined").and(f -> visitor.equals(userOf(f)))))
                    .hasSize(1);
        assertThat(second.heard(method("user_joined").and(f -> visitor.equals(userOf(f)))))
                .isEmpty();
    }

    /** Comes in order of what came and went before. */
    private static void fence(String page, List<Client> readers, int user) throws IOException {
        var _ = nodes.commenter(0, page, Nodes.user(user));
        eachHears(
                readers,
                "somebody later",
                method("user_joined").and(f -> Nodes.user(user).equals(userOf(f))));
    }

    @Test
    void joinsAndLeaves_onEveryNode_areToldOnceEverywhere() throws IOException {
        List<Client> watching = nodes.members("doors", "watch");
        for (int i = 0; i < NODES; i++) {
            Client visitor = nodes.member(i, "doors", "visitor-" + i);
            eachHears(watching, "a visitor", named("user_connected", "visitor-" + i));
            visitor.say("{\"type\":\"presence\",\"status\":\"busy\"}");
            eachHears(watching, "the status", named("presence_update", "visitor-" + i));
            visitor.close();
            eachHears(watching, "the leave", named("user_disconnected", "visitor-" + i));
        }
        for (String what : List.of("user_connected", "presence_update", "user_disconnected"))
            eachHeard(
                    watching,
                    NODES,
                    type(what).and(f -> f.path("userId").asString().startsWith("visitor")),
                    f -> f.path("userId").asString());
        for (int i = 0; i < NODES; i++)
            assertThat(nodes.here(i, "waddle", "doors")).containsExactly("watch-0", "watch-1", "watch-2");
    }

    private static Predicate<JsonNode> named(String type, String user) {
        return type(type).and(f -> user.equals(f.path("userId").asString()));
    }
}
