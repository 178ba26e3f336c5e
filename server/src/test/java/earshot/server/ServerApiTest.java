package earshot.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.server.cli.EarshotCommand;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code /v1} over a real port. */
class ServerApiTest {
    private static final String AUTHOR = "\"author\":{\"id\":\"u1\",\"name\":\"Ada\"}";

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static JsonNode post(String room, String text) {
        return server.json(
                "POST", "/v1/waddle/rooms/" + room + "/messages", "{%s,\"text\":\"%s\"}".formatted(AUTHOR, text));
    }

    private static String code(HttpResponse<String> answer) {
        return TestServer.json(answer).path("error").path("code").asString();
    }

    private static String message(HttpResponse<String> answer) {
        return TestServer.json(answer).path("error").path("message").asString();
    }

    @Test
    void message_postedEditedAndDeleted_isInHistoryAsItIsNow() {
        String first = post("life", "one").path("id").asString();
        String second = post("life", "two").path("id").asString();
        String path = "/v1/waddle/rooms/life/messages";
        assertThat(server.call("PATCH", path + "/" + first, "{\"text\":\"uno\"}")
                        .statusCode())
                .isEqualTo(200);
        JsonNode history = server.json("GET", path, "");
        assertThat(history.path("messages").path(0).path("text").asString()).isEqualTo("uno");
        assertThat(history.path("messages").path(0).path("edited").asLong()).isPositive();
        assertThat(history.path("messages").path(1).path("id").asString()).isEqualTo(second);
        assertThat(history.path("complete").asBoolean()).isTrue();
        assertThat(server.json("GET", path + "/" + first, "").path("text").asString())
                .isEqualTo("uno");
        assertThat(server.call("DELETE", path + "/" + first, "").statusCode()).isEqualTo(200);
        assertThat(server.call("GET", path + "/" + first, "").statusCode()).isEqualTo(404);
        assertThat(server.json("GET", path, "").path("messages").size()).isEqualTo(1);
    }

    @Test
    void history_isReadBothWays_fromIdsAndPositions() {
        String middle = "";
        for (int i = 0; i < 5; i++) {
            String id = post("ways", "m" + i).path("id").asString();
            if (i == 2) middle = id;
        }
        String path = "/v1/waddle/rooms/ways/messages";
        JsonNode after = server.json("GET", path + "?after=" + middle, "").path("messages");
        assertThat(after.valueStream().map(m -> m.path("text").asString())).containsExactly("m3", "m4");
        JsonNode before =
                server.json("GET", path + "?before=" + middle + "&limit=1", "").path("messages");
        assertThat(before.valueStream().map(m -> m.path("text").asString())).containsExactly("m1");
        String position = after.path(0).path("position").asString();
        JsonNode last = server.json("GET", path + "?after=" + position, "").path("messages");
        assertThat(last.valueStream().map(m -> m.path("text").asString())).containsExactly("m4");
    }

    @Test
    void history_afterAPositionThatIsNotBehindTheLog_saysSoAndGivesTheNewest() {
        String id = post("ahead", "only").path("id").asString();
        String path = "/v1/waddle/rooms/ahead/messages";
        String here = server.json("GET", path + "/" + id, "").path("position").asString();
        long epoch = Long.parseLong(here.substring(0, here.indexOf(':')));
        assertThat(server.json("GET", path + "?after=" + here, "")
                        .path("recovered")
                        .asBoolean())
                .isTrue();
        for (String ahead : new String[] {epoch + ":999999", epoch + 1 + ":1"}) {
            JsonNode page = server.json("GET", path + "?after=" + ahead, "");
            assertThat(page.path("recovered").asBoolean(true)).as(ahead).isFalse();
            assertThat(page.path("messages").path(0).path("id").asString()).isEqualTo(id);
        }
        assertThat(server.json("GET", path, "").has("recovered")).isFalse();
    }

    @Test
    void history_withACountOfTen_keepsTheNewestTen() {
        try (TestServer small = TestServer.start("waddle.history-count", "10")) {
            String path = "/v1/waddle/rooms/short/messages";
            for (int i = 0; i < 13; i++) small.call("POST", path, "{%s,\"text\":\"m%d\"}".formatted(AUTHOR, i));
            JsonNode kept = small.json("GET", path + "?limit=50", "").path("messages");
            assertThat(kept.valueStream().map(m -> m.path("text").asString()))
                    .containsExactly("m3", "m4", "m5", "m6", "m7", "m8", "m9", "m10", "m11", "m12");
        }
    }

    @Test
    void idempotencyKey_makesTheSecondCallARepetition() {
        String path = "/v1/waddle/rooms/once/messages";
        String body = "{%s,\"text\":\"once\"}".formatted(AUTHOR);
        String[] headers = {"authorization", "Bearer " + TestServer.KEY, "idempotency-key", "k1"};
        JsonNode first = TestServer.json(server.send("POST", path, body, headers));
        JsonNode second = TestServer.json(server.send("POST", path, body, headers));
        assertThat(second.path("repeated").asBoolean()).isTrue();
        assertThat(second.path("position")).isEqualTo(first.path("position"));
        assertThat(server.json("GET", path, "").path("messages").size()).isEqualTo(1);
    }

    @Test
    void pinAndVotes_areTaken() {
        String id = post("pins", "pin me").path("id").asString();
        String path = "/v1/waddle/rooms/pins/messages/" + id;
        assertThat(server.call("PUT", path + "/pin", "").statusCode()).isEqualTo(200);
        assertThat(server.json("GET", path, "").path("pinned").asLong()).isPositive();
        assertThat(server.call("DELETE", path + "/pin", "").statusCode()).isEqualTo(200);
        assertThat(server.json("GET", path, "").path("pinned").isNull()).isTrue();
        assertThat(server.call("PUT", path + "/votes", "{\"upvotes\":3,\"downvotes\":1}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void threadkitComment_isTakenAsItIs_andEnvelopesAreHeard() {
        String page = "/v1/threadkit/rooms/550e8400-e29b-41d4-a716-446655440000/messages";
        String comment = """
                {"comment":{"i":"0193a5c0-0000-7000-8000-000000000001","a":"11111111-1111-4111-8111-111111111111",
                "n":"Ann","p":null,"k":7,"t":"hi","h":"<p>hi</p>","u":0,"d":0,"x":1765258377,"m":1765258377}}""";
        assertThat(server.json("POST", page, comment).path("id").asString())
                .isEqualTo("0193a5c0-0000-7000-8000-000000000001");
        String events = "/v1/threadkit/pages/550e8400-e29b-41d4-a716-446655440000/events";
        assertThat(server.call("POST", events, """
                        {"type":"edit_comment","data":{"comment_id":"0193a5c0-0000-7000-8000-000000000001",
                        "content":"ho","content_html":"<p>ho</p>"}}""").statusCode()).isEqualTo(200);
        assertThat(server.json("GET", page, "")
                        .path("messages")
                        .path(0)
                        .path("text")
                        .asString())
                .isEqualTo("ho");
        assertThat(server.call("POST", events, "{\"type\":\"nope\",\"data\":{}}")
                        .statusCode())
                .isEqualTo(400);
        String unknown = page + "/0193a5c0-0000-7000-8000-00000000ffff";
        assertThat(server.call("PATCH", unknown, "{\"text\":\"unknown here\"}").statusCode())
                .isEqualTo(200);
        assertThat(server.call("PUT", unknown + "/votes", "{\"upvotes\":1,\"downvotes\":0}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void user_isPutAndRead() {
        String path = "/v1/waddle/users/u%2F7";
        assertThat(server.call("PUT", path, "{\"name\":\"Seven\",\"attributes\":{\"karma\":7}}")
                        .statusCode())
                .isEqualTo(200);
        JsonNode user = server.json("GET", path, "");
        assertThat(user.path("id").asString()).isEqualTo("u/7");
        assertThat(user.path("attributes").path("karma").asInt()).isEqualTo(7);
        assertThat(server.call("GET", "/v1/waddle/users/nobody", "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void token_withAName_putsTheUserOnTheRunningServer(@TempDir Path keys) throws IOException {
        Files.writeString(
                keys.resolve("development-secrets"),
                "api-key=" + TestServer.KEY.substring(3) + "\nwaddle=" + TestServer.SECRET + "\n");
        server.call("PUT", "/v1/waddle/users/named", "{\"name\":\"N\",\"attributes\":{\"karma\":7}}");
        String port = "network.port=" + server.port();
        assertThat(EarshotCommand.run(
                        "token",
                        "waddle",
                        "--user",
                        "named",
                        "--name",
                        "Ned",
                        "--set",
                        port,
                        "--data",
                        keys.toString()))
                .isZero();
        JsonNode user = server.json("GET", "/v1/waddle/users/named", "");
        assertThat(user.path("name").asString()).isEqualTo("Ned");
        assertThat(user.path("attributes").path("karma").asInt()).isEqualTo(7);
        assertThat(keys.resolve("directory.db")).doesNotExist();
    }

    @Test
    void peopleAndRooms_areListed() {
        post("listed", "x");
        JsonNode stored = server.json("GET", "/v1/rooms?stored=true&limit=1000", "");
        assertThat(stored.path("rooms").valueStream().map(r -> r.path("name").asString()))
                .contains("listed");
        assertThat(server.json("GET", "/v1/sessions", "").path("sessions").isArray())
                .isTrue();
        assertThat(server.json("GET", "/v1/waddle/rooms/listed/presence", "")
                        .path("count")
                        .asInt(-1))
                .isZero();
        assertThat(server.json("GET", "/v1/waddle/presence?room=listed&room=other", "")
                        .path("counts")
                        .size())
                .isEqualTo(2);
        assertThat(server.json("POST", "/v1/waddle/users/u1/notifications", "{\"kind\":\"reply\"}")
                        .path("sessions")
                        .asInt(-1))
                .isZero();
        assertThat(server.call("POST", "/v1/waddle/users/u1/recheck", "").statusCode())
                .isEqualTo(200);
        assertThat(server.json("DELETE", "/v1/waddle/users/u1/sessions", "")
                        .path("sessions")
                        .asInt(-1))
                .isZero();
    }

    @Test
    void rooms_arePaged() {
        for (int i = 0; i < 3; i++) post("paged-" + i, "x");
        JsonNode first = server.json("GET", "/v1/rooms?stored=true&limit=1", "");
        String next = first.path("next").asString();
        JsonNode second = server.json("GET", "/v1/rooms?stored=true&limit=1&cursor=" + next, "");
        assertThat(second.path("rooms").path(0))
                .isNotEqualTo(first.path("rooms").path(0));
        assertThat(server.call("GET", "/v1/rooms?cursor=nonsense", "").statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "POST | /v1/waddle/rooms/r/messages | nonsense | 400 | body: expected a JSON object",
                "POST | /v1/waddle/rooms/r/messages | [] | 400 | body: expected a JSON object",
                "POST | /v1/waddle/rooms/r/messages | {\"text\":\"x\"} | 400 | author: missing (expected: {id, name})",
                "POST | /v1/waddle/rooms/r/messages | {\"author\":{\"id\":\"u\"}} | 400 | text: missing",
                "POST | /v1/waddle/rooms/r/messages | {\"author\":{\"id\":7},\"text\":\"x\"} | 400 | author.id: expected a string",
                "POST | /v1/waddle/rooms/r/messages | {\"author\":{\"id\":\"u\"},\"txt\":\"x\"} | 400 | txt: expected one of id, author, text, html, replyTo, comment",
                "GET | /v1/waddle/rooms/r/messages?limit=0 | `` | 400 | limit: expected 1..1000",
                "GET | /v1/waddle/rooms/r/messages?after=a&before=b | `` | 400 | before: goes without after (expected: one of them)",
                "GET | /v1/klingon/rooms/r/messages | `` | 404 | realm: there is no klingon here (expected: graphwiz, summit, threadkit, waddle or meeting)",
                "GET | /v1/meeting/rooms/private/messages | `` | 404 | room: no meeting has this name; see meet in the configuration",
                "GET | /v1/threadkit/rooms/no-uuid/messages | `` | 400 | room: a page of threadkit is a UUID",
                "PUT | /v1/waddle/rooms/r/messages/m/votes | {\"upvotes\":-1,\"downvotes\":0} | 400 | upvotes: expected a whole number, 0 or more",
                "PUT | /v1/waddle/rooms/r/messages/nope/votes | {\"upvotes\":1,\"downvotes\":0} | 404 | message: the room has none with this id",
                "GET | /v1/waddle/rooms/r/messages?after=nope | `` | 404 | message: the room has none with this id",
                "GET | /v1/waddle/rooms/r/messages?before=nope | `` | 404 | message: the room has none with this id",
                "GET | /v1/waddle/rooms/a%2Fb/messages | `` | 400 | room: a channel of waddle is 1..128 characters without a slash or control characters",
                "PUT | /v1/threadkit/users/ada | {\"name\":\"Ada\"} | 400 | user: a user of threadkit is a UUID",
                "POST | /v1/threadkit/rooms/550e8400-e29b-41d4-a716-446655440000/messages | {\"author\":{\"id\":\"ada\"},\"text\":\"x\"} | 400 | author.id: a user of threadkit is a UUID",
                "DELETE | /v1/sessions/nonsense | `` | 400 | session: expected an id as /v1/sessions lists it",
                "DELETE | /v1/sessions/a-b | `` | 404 | session: not connected",
                "GET | /v1/nothing/of/the/sort | `` | 404 | There is no such path; /v1/openapi.yaml has all of them.",
                "DELETE | /v1/rooms | `` | 405 | This path takes GET.",
            })
    void mistake_isAnsweredWithItsField(String method, String path, String body, int status, String sentence) {
        HttpResponse<String> answer = server.call(method, path, body == null ? "" : body);
        assertThat(message(answer)).isEqualTo(sentence);
        assertThat(answer.statusCode()).isEqualTo(status);
    }

    @Test
    void start_onAPortThatIsTaken_isASentenceWithAWayOut() {
        assertThatThrownBy(() -> TestServer.start("network.port", Integer.toString(server.port())))
                .isInstanceOf(StartFailure.class)
                .hasMessageStartingWith("Cannot listen on 127.0.0.1:" + server.port())
                .hasMessageContaining("Take another port with --port");
    }

    @Test
    void refusalOfTheGateway_isAnErrorOfThisApi() {
        HttpResponse<String> tooLong = server.call("POST", "/v1/waddle/rooms/r/messages", "x".repeat(300 << 10));
        assertThat(tooLong.statusCode()).isEqualTo(413);
        assertThat(code(tooLong)).isEqualTo("too_large");
        assertThat(code(server.call("GET", "/v1", ""))).isEqualTo("not_found");
    }

    @Test
    void call_withoutOrWithAWrongKey_is401() {
        HttpResponse<String> none = server.send("GET", "/v1/rooms", "");
        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(code(none)).isEqualTo("unauthenticated");
        assertThat(server.send("GET", "/v1/rooms", "", "authorization", "Bearer ek_wrong")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void meeting_isReachedByItsNameAndFromItsDialects() {
        server.call(
                "POST",
                "/v1/meeting/rooms/public:lobby/messages",
                "{\"author\":{\"id\":\"u\",\"realm\":\"waddle\"}," + "\"text\":\"hello\"}");
        assertThat(server.json("GET", "/v1/waddle/rooms/public:lobby/messages", "")
                        .path("room")
                        .path("realm")
                        .asString())
                .isEqualTo("meeting");
    }

    @Test
    void statusPages_sayWhatTheOriginalsSaid() {
        JsonNode health = TestServer.json(server.send("GET", "/health", ""));
        assertThat(health.path("status").asString()).isEqualTo("healthy");
        assertThat(health.has("redis")).isFalse();
        assertThat(health.propertyNames())
                .contains("timestamp", "uptime", "connections", "memory", "database", "rate_limiting");
        assertThat(TestServer.json(server.send("GET", "/api/v1/health", ""))
                        .path("status")
                        .asString())
                .isEqualTo("healthy");
        assertThat(server.send("GET", "/health", "", "accept", "text/plain").body())
                .isEqualTo("ok");
        assertThat(server.send("GET", "/health/ready", "").body()).isEqualTo("{\"ready\":true}");
        assertThat(server.send("GET", "/health/live", "").body()).isEqualTo("{\"alive\":true}");
        assertThat(TestServer.json(server.send("GET", "/stats", ""))
                        .path("rooms")
                        .has("largestRoom"))
                .isTrue();
        HttpResponse<String> metrics = server.send("GET", "/metrics", "");
        assertThat(metrics.headers().firstValue("content-type").orElse("")).startsWith("text/plain; version=0.0.4");
        assertThat(metrics.body()).contains("websocket_event_loop_lag_ms", "earshot_build_info");
    }

    @Test
    void pages_areServedWithTheirHeaders() {
        HttpResponse<String> page = server.send("GET", "/", "");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("content-security-policy").orElse(""))
                .contains("frame-ancestors 'none'");
        String tag = page.headers().firstValue("etag").orElseThrow();
        assertThat(server.send("GET", "/", "", "if-none-match", tag).statusCode())
                .isEqualTo(304);
        assertThat(server.send("GET", "/clients/waddle/waddle-client.js", "").statusCode())
                .isEqualTo(200);
        assertThat(server.send("GET", "/docs/asyncapi-threadkit.yaml", "").statusCode())
                .isEqualTo(200);
        assertThat(server.send("GET", "/%2e%2e/openapi.yaml", "").statusCode()).isBetween(400, 404);
        assertThat(server.send("GET", "/earshot/server/Main.class", "").statusCode())
                .isEqualTo(404);
    }
}
