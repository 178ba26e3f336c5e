package earshot.it;

import static earshot.it.Client.content;
import static earshot.it.Client.method;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.RoomId;
import earshot.core.room.Meetings;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
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
