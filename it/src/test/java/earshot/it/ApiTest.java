package earshot.it;

import static earshot.it.Client.content;
import static earshot.it.Client.method;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The server API over the real port, as a product's back end uses it, and what the clients hear of it. */
class ApiTest {
    private static final String BEA = "11111111-1111-4111-8111-111111111111";

    @TempDir
    static Path directory;

    private static RunningServer server;
    private static Commenters commenters;
    private static Api api;

    @BeforeAll
    static void start() throws IOException {
        server = RunningServer.start(directory);
        commenters = new Commenters(server);
        api = new Api(server, server.apiKey());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Client channel(String name, String user) {
        Client client = Client.connect(
                server.ws("/channel/" + name + "/websocket"),
                "Authorization",
                "Bearer " + TestTokens.waddle(user, user, "write"));
        client.hears("initial state", type("initial_state"));
        return client;
    }

    private static String page(int n) {
        return "bbbbbbbb-0000-4000-8000-%012d".formatted(n);
    }

    private static JsonNode params(Client client, String method) {
        return client.hears(method, method(method)).path("params");
    }

    @Test
    void page_hearsWhatTheBackEndDoes() throws IOException {
        try (Client anybody = commenters.on(page(1), -1)) {
            String id = api.post("threadkit", page(1), "first");
            String message = Api.messages("threadkit", page(1)) + "/" + id;
            JsonNode comment = params(anybody, "new_comment").path("comment");
            assertThat(comment.path("i").asString()).isEqualTo(id);
            assertThat(comment.path("a").asString()).isEqualTo(BEA);
            assertThat(comment.path("n").asString()).isEqualTo("Bea");
            assertThat(comment.path("t").asString()).isEqualTo("first");

            api.ok("PATCH", message, "{\"text\":\"*second*\",\"html\":\"<em>second</em>\"}");
            JsonNode edited = params(anybody, "edit_comment");
            assertThat(edited.path("comment_id").asString()).isEqualTo(id);
            assertThat(edited.path("content").asString()).isEqualTo("*second*");
            assertThat(edited.path("content_html").asString()).isEqualTo("<em>second</em>");
            assertThat(api.get(message).path("text").asString()).isEqualTo("*second*");

            api.ok("PUT", message + "/votes", "{\"upvotes\":3,\"downvotes\":1}");
            JsonNode votes = params(anybody, "vote_update");
            assertThat(votes.path("comment_id").asString()).isEqualTo(id);
            assertThat(votes.path("upvotes").asLong()).isEqualTo(3);
            assertThat(votes.path("downvotes").asLong()).isEqualTo(1);

            api.ok("PUT", message + "/pin", "");
            assertThat(params(anybody, "pin_update").path("pinned_at").isNumber())
                    .isTrue();
            assertThat(api.get(message).path("pinned").isNumber()).isTrue();
            api.ok("DELETE", message + "/pin", "");
            anybody.hears(
                    "unpinned",
                    method("pin_update")
                            .and(f -> !f.path("params").path("pinned").asBoolean()));

            api.ok("DELETE", message, "");
            assertThat(params(anybody, "delete_comment").path("comment_id").asString())
                    .isEqualTo(id);
            api.refused(404, "GET", message, "");
        }
    }

    @Test
    void channel_hearsWhatIsPosted_andItsNewcomersSeeItAsItIsNow() throws IOException {
        try (Client ada = channel("api", "ada")) {
            String edited = api.post("waddle", "api", "with a mistak");
            String deleted = api.post("waddle", "api", "by mistake");
            assertThat(ada.hears("the post", content("with a mistak"))
                            .path("message")
                            .path("id")
                            .asString())
                    .isEqualTo(edited);
            ada.hears("the other", content("by mistake"));
            api.ok("PATCH", Api.messages("waddle", "api") + "/" + edited, "{\"text\":\"without a mistake\"}");
            api.ok("DELETE", Api.messages("waddle", "api") + "/" + deleted, "");
            try (Client late = channel("api", "late")) {
                JsonNode shown = late.heard().getFirst().path("messages");
                assertThat(shown.valueStream()
                                .map(m -> m.path("content").asString())
                                .toList())
                        .contains("without a mistake")
                        .doesNotContain("with a mistak", "by mistake");
            }
        }
    }

    @Test
    void user_whoWasPut_isShownToOthersUnderThatName() throws IOException {
        String user = "/v1/threadkit/users/" + commenters.id(2);
        api.ok("PUT", user, "{\"name\":\"Renamed\",\"avatar\":\"https://example.com/a.png\"}");
        assertThat(api.get(user).path("name").asString()).isEqualTo("Renamed");
        try (Client anybody = commenters.on(page(2), -1);
                Client _ = commenters.on(page(2), 2)) {
            JsonNode shown = params(anybody, "user_joined").path("user");
            assertThat(shown.path("name").asString()).isEqualTo("Renamed");
            assertThat(shown.path("avatar_url").asString()).isEqualTo("https://example.com/a.png");
        }
        api.refused(404, "GET", "/v1/threadkit/users/" + BEA, "");
    }

    @Test
    void history_isReadBothWays_fromIdsAndPositions() throws IOException {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 12; i++) ids.add(api.post("waddle", "pages", "m" + i));
        String messages = Api.messages("waddle", "pages");
        assertThat(idsOf(messages)).isEqualTo(ids);
        assertThat(idsOf(messages + "?limit=5")).isEqualTo(ids.subList(7, 12));
        assertThat(idsOf(messages + "?limit=3&after=" + ids.get(4))).isEqualTo(ids.subList(5, 8));
        assertThat(idsOf(messages + "?limit=3&before=" + ids.get(4))).isEqualTo(ids.subList(1, 4));
        String position = api.get(messages + "/" + ids.get(4)).path("position").asString();
        assertThat(idsOf(messages + "?limit=3&after=" + position)).isEqualTo(ids.subList(5, 8));
        assertThat(idsOf(messages + "?limit=3&before=" + position)).isEqualTo(ids.subList(1, 4));
        assertThat(idsOf(messages + "?after=" + ids.getLast())).isEmpty();
        assertThat(idsOf(messages + "?before=" + ids.getFirst())).isEmpty();
    }

    private static List<String> idsOf(String path) throws IOException {
        return api.get(path)
                .path("messages")
                .valueStream()
                .map(m -> m.path("id").asString())
                .toList();
    }

    @Test
    void presenceRoomsAndSessions_showWhoIsThere() throws IOException {
        try (Client _ = channel("here", "ada");
                Client _ = channel("here", "ada");
                Client _ = channel("here", "bob");
                Client _ = commenters.on(page(3), 0);
                Client _ = commenters.on(page(3), -1)) {
            JsonNode here = api.get("/v1/waddle/rooms/here/presence");
            assertThat(here.path("count").asInt()).isEqualTo(2);
            assertThat(here.path("users")
                            .valueStream()
                            .map(u -> u.path("id").asString())
                            .toList())
                    .containsExactlyInAnyOrder("ada", "bob");
            JsonNode counts =
                    api.get("/v1/waddle/presence?room=here&room=nobody-is-here").path("counts");
            assertThat(counts.path("here").asInt()).isEqualTo(2);
            assertThat(counts.path("nobody-is-here").asInt(-1)).isZero();
            assertThat(api.get("/v1/threadkit/presence?room=" + page(3))
                            .path("counts")
                            .path(page(3))
                            .asInt())
                    .isEqualTo(1);
            assertThat(room("here").path("sessions").asInt()).isEqualTo(3);
            assertThat(room("here").path("users").asInt()).isEqualTo(2);
            assertThat(room(page(3)).path("sessions").asInt()).isEqualTo(2);
            assertThat(api.get("/v1/sessions?realm=waddle&user=ada")
                            .path("sessions")
                            .valueStream()
                            .flatMap(s -> s.path("rooms").valueStream())
                            .filter(r -> r.path("name").asString().equals("here"))
                            .count())
                    .isEqualTo(2);
            JsonNode first = api.get("/v1/sessions?limit=2");
            JsonNode second =
                    api.get("/v1/sessions?limit=2&cursor=" + first.path("next").asString());
            assertThat(Stream.of(first, second)
                            .flatMap(page -> page.path("sessions").valueStream())
                            .map(s -> s.path("id").asString())
                            .distinct())
                    .hasSize(4);
            assertThat(api.refused(400, "GET", "/v1/sessions?cursor=nonsense", ""))
                    .contains("cursor");
        }
    }

    private static JsonNode room(String name) throws IOException {
        return api.get("/v1/rooms?limit=1000")
                .path("rooms")
                .valueStream()
                .filter(r -> r.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void disconnect_staysAwayOrComesBack_asTheReasonSays() throws IOException {
        try (Client kicked = channel("gone", "kim")) {
            assertThat(api.ok("DELETE", "/v1/waddle/users/kim/sessions", "")
                            .path("sessions")
                            .asInt())
                    .isEqualTo(1);
            assertThat(kicked.ends()).as("a polite close keeps its client away").isEqualTo("1008");
        }
        try (Client back = channel("gone", "kim")) {
            api.ok("DELETE", "/v1/waddle/users/kim/sessions?reason=reconnect", "");
            assertThat(back.ends()).as("a cut brings its client back").isEqualTo("cut");
        }
        try (Client commenter = commenters.connect(1)) {
            String session = api.get("/v1/sessions?realm=threadkit&user=" + commenters.id(1))
                    .path("sessions")
                    .get(0)
                    .path("id")
                    .asString();
            api.ok("DELETE", "/v1/sessions/" + session, "");
            assertThat(commenter.ends()).isEqualTo("1008");
            api.refused(404, "DELETE", "/v1/sessions/" + session, "");
        }
        assertThat(api.ok("DELETE", "/v1/waddle/users/nobody/sessions", "")
                        .path("sessions")
                        .asInt())
                .isZero();
    }

    @Test
    void notification_reachesEverySessionOfTheUser_andNobodyElse() throws IOException {
        try (Client one = commenters.connect(0);
                Client two = commenters.connect(0);
                Client other = commenters.connect(1)) {
            String comment = "0193a5c0-0000-7000-8000-000000000001";
            int sessions = api.ok(
                            "POST",
                            "/v1/threadkit/users/" + commenters.id(0) + "/notifications",
                            "{\"kind\":\"reply\",\"messageId\":\"%s\",\"from\":{\"id\":\"%s\",\"name\":\"Bea\"}}"
                                    .formatted(comment, BEA))
                    .path("sessions")
                    .asInt();
            assertThat(sessions).isEqualTo(2);
            for (Client client : List.of(one, two)) {
                JsonNode told = params(client, "notification");
                assertThat(told.path("type").asString()).isEqualTo("reply");
                assertThat(told.path("comment_id").asString()).isEqualTo(comment);
                assertThat(told.path("from_user").path("name").asString()).isEqualTo("Bea");
            }
            other.say("{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}").hears("pong", method("pong"));
            assertThat(other.heard(method("notification"))).isEmpty();
        }
    }

    @Test
    void key_missingOrWrongIs401_withoutTheScopeIs403() throws IOException {
        String messages = Api.messages("waddle", "scopes");
        new Api(server, "").refused(401, "GET", messages, "");
        new Api(server, "ek_nobodyEverMadeThisKey0000").refused(401, "POST", messages, Api.said("x"));
        Api reader = new Api(server, server.command("api-key", "create", "reader", "--scopes", "messages:read"));
        Await.until("the new key counts", () -> "it does not", () -> {
            try {
                return reader.call("GET", messages, "").statusCode() == 200;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(reader.refused(403, "POST", messages, Api.said("x"))).contains("messages:write");
        reader.refused(403, "DELETE", "/v1/waddle/users/ada/sessions", "");
        reader.refused(403, "GET", "/v1/sessions", "");
        assertThat(idsOf(messages)).isEmpty();
    }

    @Test
    void badBody_is400_andNamesTheField() throws IOException {
        String messages = Api.messages("waddle", "bad");
        Map<String, String> fieldByBody = Map.of(
                "{",
                "body",
                "[]",
                "body",
                "[".repeat(10_000),
                "body",
                "{\"author\":{\"id\":\"a\"}}",
                "text",
                "{\"author\":{\"id\":\"a\"},\"text\":7}",
                "text",
                "{\"author\":{\"id\":\"a\"},\"text\":\"\"}",
                "text",
                "{\"text\":\"x\"}",
                "author",
                "{\"author\":{\"name\":\"a\"},\"text\":\"x\"}",
                "author.id",
                "{\"author\":{\"id\":\"a\"},\"text\":\"x\",\"txet\":\"y\"}",
                "txet");
        for (var wrong : fieldByBody.entrySet())
            assertThat(api.refused(400, "POST", messages, wrong.getKey())).startsWith(wrong.getValue() + ":");
        assertThat(api.refused(400, "GET", messages + "?limit=0", "")).startsWith("limit:");
        assertThat(api.refused(400, "PUT", messages + "/x/votes", "{\"upvotes\":-1,\"downvotes\":0}"))
                .startsWith("upvotes:");
        assertThat(api.refused(400, "POST", Api.messages("threadkit", "no-uuid"), Api.said("x")))
                .startsWith("room:");
        assertThat(api.call("POST", messages, Api.said("x".repeat(300_000))).statusCode())
                .isEqualTo(413);
        assertThat(idsOf(messages)).isEmpty();
    }

    @Test
    void idempotencyKey_twice_isOneMessageWithTheFirstId() throws IOException {
        String messages = Api.messages("waddle", "once");
        JsonNode first = api.ok("POST", messages, Api.said("once"), "idempotency-key", "k1");
        JsonNode again = api.ok("POST", messages, Api.said("once"), "idempotency-key", "k1");
        assertThat(again.path("id").asString()).isEqualTo(first.path("id").asString());
        assertThat(again.path("position").asString())
                .isEqualTo(first.path("position").asString());
        assertThat(first.path("repeated").asBoolean()).isFalse();
        assertThat(again.path("repeated").asBoolean()).isTrue();
        api.ok("POST", messages, Api.said("another"), "idempotency-key", "k2");
        assertThat(idsOf(messages)).hasSize(2);
    }

    @Test
    void openApi_everyOperationIsAnswered() throws IOException {
        JsonNode paths = new ObjectMapper()
                .readTree(server.get("/v1/openapi.json").body())
                .path("paths");
        Api nobody = new Api(server, "");
        List<String> methods = List.of("get", "put", "post", "patch", "delete");
        int operations = 0;
        for (var path : paths.properties()) {
            String concrete = path.getKey().replace("{realm}", "waddle").replaceAll("\\{\\w+}", "x");
            for (String method : methods) {
                if (!path.getValue().has(method)) continue;
                int status = nobody.call(method.toUpperCase(Locale.ROOT), concrete, "")
                        .statusCode();
                assertThat(status).as("%s %s", method, concrete).isIn(200, 401);
                operations++;
            }
        }
        assertThat(operations).isGreaterThan(15);
        nobody.refused(404, "GET", "/v1/nothing", "");
    }
}
