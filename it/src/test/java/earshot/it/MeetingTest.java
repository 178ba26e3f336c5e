package earshot.it;

import static earshot.it.Client.content;
import static earshot.it.Client.method;
import static earshot.it.Client.type;
import static earshot.it.SummitClient.message;
import static earshot.it.SummitClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.RoomId;
import earshot.core.room.Meetings;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** In a declared meeting everybody hears everybody, each in their own words; outside nothing crosses (DESIGN 2). */
class MeetingTest {
    private static final String LOBBY = "public:lobby";
    private static final String LOBBY_PAGE =
            Meetings.uuidOf(new RoomId(RoomId.MEETING, "", LOBBY)).toString();

    @TempDir
    static Path directory;

    private static RunningServer server;
    private static JsonNode threadkit;
    private static String key;

    @BeforeAll
    static void start() throws IOException {
        server = RunningServer.start(directory);
        threadkit = new ObjectMapper()
                .readTree(server.get("/demo/config.json").body())
                .path("threadkit");
        key = server.apiKey();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Client channel(String name, String user) {
        return Client.connect(
                server.ws("/channel/" + name + "/websocket"),
                "Authorization",
                "Bearer " + TestTokens.waddle(user, user, "write"));
    }

    private static Client page(int user, String page) {
        String token = threadkit.path("users").get(user).path("token").asString();
        Client client = Client.connect(
                server.ws("/ws?project_id=" + threadkit.path("projectId").asString() + "&token=" + token));
        client.say("{\"jsonrpc\":\"2.0\",\"method\":\"subscribe\",\"params\":{\"page_id\":\"%s\"}}".formatted(page));
        client.hears("the snapshot", method("presence"));
        return client;
    }

    private static HttpResponse<String> post(String realm, String room, String text) throws IOException {
        String body = "{\"author\":{\"id\":\"%s\",\"name\":\"Bea\"},\"text\":\"%s\"}"
                .formatted("11111111-1111-4111-8111-111111111111", text);
        return server.send(server.request("/v1/" + realm + "/rooms/" + room + "/messages")
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private static Predicate<JsonNode> comment(String text) {
        return method("new_comment")
                .and(f ->
                        f.path("params").path("comment").path("t").asString("").equals(text));
    }

    @Test
    void meeting_aMessageIsHeardByBoth_inTheirOwnWords() throws IOException {
        try (Client ada = channel(LOBBY, "ada");
                Client grace = page(0, LOBBY_PAGE)) {
            ada.hears("initial state", type("initial_state"));
            ada.say("{\"type\":\"message\",\"content\":\"from the channel <3\"}");
            JsonNode heard = grace.hears("ada's message", comment("from the channel <3"))
                    .path("params")
                    .path("comment");
            assertThat(heard.path("n").asString()).isEqualTo("ada");
            assertThat(heard.path("h").asString()).contains("&lt;3").doesNotContain("<3");
            assertThat(heard.path("i").asString())
                    .matches("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

            assertThat(post("threadkit", LOBBY_PAGE, "from the page").statusCode())
                    .isBetween(200, 201);
            grace.hears("the comment", comment("from the page"));
            assertThat(ada.hears("the comment", content("from the page"))
                            .path("message")
                            .path("username")
                            .asString())
                    .isEqualTo("Bea");
        }
    }

    /** Three dialects, each in its own words, whoever speaks. */
    @Test
    void meetingOfThree_everybodyHearsEverybody() throws IOException {
        try (Client ada = channel(LOBBY, "ada-3");
                Client grace = page(0, LOBBY_PAGE);
                SummitClient bob = SummitClient.byWebSocket(server.port(), TestTokens.summit("bob", "acme"));
                SummitClient eve = SummitClient.byPolling(server.port(), TestTokens.summit("eve", "globex"))) {
            ada.hears("initial state", type("initial_state"));
            bob.join(LOBBY);
            // A meeting belongs to no tenant.
            eve.join(LOBBY);
            bob.send(LOBBY, "{\"type\":\"comment\",\"text\":\"from the room <3\"}");
            assertThat(ada.hears("bob's message", content("from the room <3"))
                            .path("message")
                            .path("username")
                            .asString())
                    .isEqualTo("bob");
            assertThat(grace.hears("bob's message", comment("from the room <3"))
                            .path("params")
                            .path("comment")
                            .path("h")
                            .asString())
                    .contains("&lt;3");
            ada.say("{\"type\":\"message\",\"content\":\"from the channel\"}");
            post("threadkit", LOBBY_PAGE, "from the page");
            for (SummitClient each : List.of(bob, eve)) {
                assertThat(each.hears("bob's message", text(LOBBY, "from the room <3"))
                                .path(1)
                                .path("from")
                                .asString())
                        .isEqualTo("bob");
                JsonNode channel = each.hears("ada's message", text(LOBBY, "from the channel"))
                        .path(1);
                assertThat(channel.path("from").asString()).isEqualTo("ada-3");
                assertThat(channel.path("payload").path("username").asString()).isEqualTo("ada-3");
                each.hears("the comment", text(LOBBY, "from the page"));
            }
        }
    }

    /** A UUID cannot be turned back into a name: who came first is sent back to the door when the name becomes known. */
    @Test
    void meetingOfAPattern_aReaderWhoCameFirst_comesBackIntoTheMeeting() {
        String name = "public:lobby-" + System.nanoTime();
        String page = Meetings.uuidOf(new RoomId(RoomId.MEETING, "", name)).toString();
        try (Client early = page(0, page);
                Client ada = channel(name, "ada")) {
            ada.hears("initial state", type("initial_state"));
            assertThat(early.ends()).isEqualTo("1001");
            try (Client back = page(0, page)) {
                ada.say("{\"type\":\"message\",\"content\":\"now we meet\"}");
                back.hears("ada's message", comment("now we meet"));
            }
        }
    }

    /** The same name, three rooms; and for each tenant another one. */
    @Test
    void outside_nothingOfSummitCrosses() throws IOException {
        String name = "99999999-9999-4999-8999-999999999998";
        try (Client ada = channel(name, "ada");
                Client grace = page(0, name);
                SummitClient bob = SummitClient.byWebSocket(server.port(), TestTokens.summit("bob", "acme"));
                SummitClient eve = SummitClient.byWebSocket(server.port(), TestTokens.summit("eve", "globex"))) {
            ada.hears("initial state", type("initial_state"));
            bob.join(name);
            eve.join(name);
            bob.send(name, "\"for acme\"");
            eve.send(name, "\"for globex\"");
            ada.say("{\"type\":\"message\",\"content\":\"for the channel\"}");
            post("threadkit", name, "for the page");
            ada.hears("its own", content("for the channel"));
            grace.hears("its own", comment("for the page"));
            // Once more around: what came with the first would have come by now.
            bob.send(name, "\"once more\"");
            eve.send(name, "\"once more\"");
            assertThat(bob.heard(message(name))).hasSize(2).noneMatch(text(name, "for globex"));
            assertThat(eve.heard(message(name))).hasSize(2).noneMatch(text(name, "for acme"));
            assertThat(ada.heard(type("message"))).hasSize(1);
            assertThat(grace.heard(method("new_comment"))).hasSize(1);
            assertThat(bob.ask("query:presence", "{\"room\":\"" + name + "\"}")
                            .path("presence")
                            .size())
                    .isEqualTo(1);
        }
    }

    @Test
    void outside_theSameNameIsTwoRooms() throws IOException {
        String name = "99999999-9999-4999-8999-999999999999";
        try (Client ada = channel(name, "ada");
                Client grace = page(0, name)) {
            ada.hears("initial state", type("initial_state"));
            ada.say("{\"type\":\"message\",\"content\":\"for the channel\"}");
            ada.hears("its own echo", content("for the channel"));
            post("threadkit", name, "for the page");
            grace.hears("the comment", comment("for the page"));
            assertThat(grace.heard(comment("for the channel"))).isEmpty();
            ada.say("{\"type\":\"message\",\"content\":\"once more\"}");
            ada.hears("its own echo", content("once more"));
            assertThat(ada.heard(content("for the page"))).isEmpty();
        }
    }
}
