package earshot.it;

import static earshot.it.Client.method;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.engine.redis.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Three processes on one Redis: readers of a page on two of them, and a back end that calls the third, where nobody is. */
class SeveralServersTest {
    private static final String COMMENT = "0193a5c0-0000-7000-8000-0000000000";

    @TempDir
    static Path directory;

    private static RedisServer redis;
    private static final List<RunningServer> SERVERS = new ArrayList<>();
    private static Commenters first;
    private static Commenters second;
    private static Api api;

    private static int pages;
    private final String page = "550e8400-e29b-41d4-a716-4466554%05d".formatted(++pages);

    @BeforeAll
    static void start() throws IOException {
        redis = RedisServer.start();
        for (int i = 0; i < 3; i++)
            SERVERS.add(RunningServer.start(
                    directory.resolve("node" + i),
                    List.of("-Xmx256m"),
                    "--redis",
                    redis.address(),
                    "--set",
                    "redis.timeout=3s"));
        first = new Commenters(SERVERS.get(0));
        second = new Commenters(SERVERS.get(1));
        api = new Api(SERVERS.get(2), SERVERS.get(2).apiKey());
    }

    @AfterAll
    static void stop() {
        SERVERS.forEach(RunningServer::close);
        redis.close();
    }

    @Test
    void typingJoinAndLeave_onOneNode_areHeardOnTheOther() {
        try (Client ada = first.on(page, 0)) {
            Client grace = second.on(page, 1);
            ada.hears("grace joined", method("user_joined"));
            grace.say("{\"jsonrpc\":\"2.0\",\"method\":\"typing\",\"params\":{\"page_id\":\"%s\"}}".formatted(page));
            ada.hears("grace types", method("typing"));
            grace.close();
            ada.hears("grace left", method("user_left"));
            assertThat(grace.heard(method("typing"))).isEmpty();
            for (String once : List.of("user_joined", "typing", "user_left"))
                assertThat(ada.heard(method(once))).as(once).hasSize(1);
        }
    }

    @Test
    void saidByTheThird_isHeardOnBothInOneOrder() throws IOException {
        try (Client ada = first.on(page, 0);
                Client grace = second.on(page, 1)) {
            for (int i = 10; i < 20; i++) {
                api.ok("POST", "/v1/threadkit/pages/" + page + "/events", comment(i));
                api.ok(
                        "PUT",
                        Api.messages("threadkit", page) + "/" + COMMENT + i + "/votes",
                        "{\"upvotes\":%d,\"downvotes\":0}".formatted(i));
            }
            for (Client client : List.of(ada, grace)) {
                client.hears("the last votes", votes(19));
                assertThat(client.heard(method("new_comment")).stream().map(SeveralServersTest::id))
                        .containsExactlyElementsOf(java.util.stream.IntStream.range(10, 20)
                                .mapToObj(i -> COMMENT + i)
                                .toList());
                assertThat(client.heard(method("vote_update"))).hasSize(10);
            }
        }
    }

    @Test
    void publishedByTheProduct_isHeardOnceOnEach() {
        try (Client ada = first.on(page, 0);
                Client grace = second.on(page, 1)) {
            String channel = "threadkit:page:" + page + ":events";
            for (int i = 10; i < 60; i++) redis.ask("PUBLISH", channel, comment(i));
            redis.ask("PUBLISH", channel, """
                    {"type":"edit_comment","data":{"comment_id":"%s59","content":"ho","content_html":"<p>ho</p>"}}""".formatted(COMMENT));
            redis.ask("PUBLISH", channel, """
                    {"type":"pin_update","data":{"comment_id":"%s59","pinned":true,"pinned_at":1765258377000}}""".formatted(COMMENT));
            redis.ask("PUBLISH", channel, """
                    {"type":"delete_comment","data":{"comment_id":"never-seen"}}""");
            redis.ask("PUBLISH", channel, """
                    {"type":"vote_update","data":{"comment_id":"%s59","upvotes":59,"downvotes":0}}""".formatted(COMMENT));
            for (Client client : List.of(ada, grace)) {
                client.hears("the last event", votes(59));
                assertThat(client.heard(method("new_comment"))).hasSize(50);
                for (String once : List.of("edit_comment", "pin_update", "delete_comment", "vote_update"))
                    assertThat(client.heard(method(once))).as(once).hasSize(1);
            }
        }
    }

    @Test
    void users_onAnyNode_areFoundToldAndClosed() throws IOException {
        try (Client ada = first.on(page, 0);
                Client grace = second.on(page, 1)) {
            String user = "/v1/threadkit/users/" + second.id(1);
            assertThat(api.get("/v1/sessions?realm=threadkit&user=" + second.id(1))
                            .path("sessions")
                            .size())
                    .isEqualTo(1);
            JsonNode told = api.ok("POST", user + "/notifications", """
                    {"kind":"reply","messageId":"%s10","from":{"id":"%s","name":"Ada"}}""".formatted(COMMENT, first.id(0)));
            assertThat(told.path("sessions").asInt()).isEqualTo(1);
            assertThat(told.has("nodesMissing")).isFalse();
            grace.hears("it", method("notification"));
            assertThat(api.get("/v1/rooms?realm=threadkit&limit=1000")
                            .path("rooms")
                            .toString())
                    .contains(page);
            assertThat(api.get("/v1/threadkit/rooms/" + page + "/presence")
                            .path("users")
                            .size())
                    .isEqualTo(first.id(0).equals(second.id(1)) ? 1 : 2);
            api.ok("DELETE", user + "/sessions", "");
            assertThat(grace.ends()).isEqualTo("1008");
            assertThat(ada.isOpen()).isTrue();
        }
    }

    private static String comment(int number) {
        String id = COMMENT + number;
        return String.format(Locale.ROOT, """
                {"type":"new_comment","data":{"comment":{"i":"%s","a":"11111111-1111-4111-8111-111111111111","n":"Bea",\
                "p":null,"k":1,"t":"hi","h":"<p>hi</p>","u":0,"d":0,"x":1765258377,"m":1765258377}}}""", id);
    }

    private static String id(JsonNode frame) {
        return frame.path("params").path("comment").path("i").asString();
    }

    private static Predicate<JsonNode> votes(int upvotes) {
        return method("vote_update").and(f -> f.path("params").path("upvotes").asInt() == upvotes);
    }
}
