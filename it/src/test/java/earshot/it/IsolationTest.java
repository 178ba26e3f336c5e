package earshot.it;

import static earshot.it.Client.content;
import static earshot.it.Client.method;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.RoomId;
import earshot.core.room.Meetings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Outside meetings a room of one dialect opens nothing of another, also under the same name; in one, each dialect's rules still count (DESIGN 2). */
class IsolationTest {
    private static final String LOBBY = "public:lobby-isolation";
    private static final String LOBBY_PAGE =
            Meetings.uuidOf(new RoomId(RoomId.MEETING, "", LOBBY)).toString();

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

    private static Client channel(String name, String user, String... permissions) {
        Client client = Client.connect(
                server.ws("/channel/" + name + "/websocket"),
                "Authorization",
                "Bearer " + TestTokens.waddle(user, user, permissions));
        client.hears("initial state", type("initial_state"));
        return client;
    }

    private static List<String> texts(String realm, String room) throws IOException {
        return api.get(Api.messages(realm, room))
                .path("messages")
                .valueStream()
                .map(m -> m.path("text").asString())
                .toList();
    }

    private static List<String> present(String realm, String room) throws IOException {
        return api.get("/v1/" + realm + "/rooms/" + room + "/presence")
                .path("users")
                .valueStream()
                .map(u -> u.path("id").asString())
                .toList();
    }

    @Test
    void sameName_isHeardReadAndSeenInItsOwnDialectOnly() throws IOException {
        String name = "aaaaaaaa-0000-4000-8000-000000000001";
        try (Client ada = channel(name, "ada", "write");
                Client grace = commenters.on(name, 0)) {
            ada.say("{\"type\":\"message\",\"content\":\"for the channel\"}");
            ada.hears("its own echo", content("for the channel"));
            String comment = api.post("threadkit", name, "for the page");
            grace.hears("the comment", method("new_comment"));
            assertThat(texts("waddle", name)).containsExactly("for the channel");
            assertThat(texts("threadkit", name)).containsExactly("for the page");
            assertThat(present("waddle", name)).containsExactly("ada");
            assertThat(present("threadkit", name)).containsExactly(commenters.id(0));

            ada.say("{\"type\":\"typing\",\"isTyping\":true}");
            grace.say(Commenters.say("typing", name));
            api.refused(404, "PATCH", Api.messages("waddle", name) + "/" + comment, "{\"text\":\"mine now\"}");
            api.refused(404, "GET", Api.messages("waddle", name) + "/" + comment, "");
            fence(ada, grace);
            assertThat(grace.heard())
                    .extracting(f -> f.path("method").asString())
                    .containsExactly("connected", "presence", "new_comment", "pong");
            assertThat(ada.heard())
                    .extracting(f -> f.path("type").asString())
                    .containsExactly("initial_state", "message", "error");
        }
        try (Client late = Client.connect(
                server.ws("/channel/" + name + "/websocket"),
                "Authorization",
                "Bearer " + TestTokens.waddle("late", "late", "read"))) {
            JsonNode state = late.hears("initial state", type("initial_state"));
            assertThat(state.path("messages").size()).isEqualTo(1);
            assertThat(state.path("onlineUsers").size()).isEqualTo(1);
        }
    }

    /** Behind everything that was said to either before. */
    private static void fence(Client channel, Client page) {
        channel.say("{\"type\":\"fence\"}").hears("the answer", type("error"));
        page.say("{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}").hears("the answer", method("pong"));
    }

    @Test
    void meetingsUuid_withoutAMeetingOfThatName_isAnOrdinaryPage() throws IOException {
        String channel = "private:lobby";
        String page = Meetings.uuidOf(new RoomId(RoomId.MEETING, "", channel)).toString();
        try (Client ada = channel(channel, "ada", "write");
                Client grace = commenters.on(page, 0)) {
            ada.say("{\"type\":\"message\",\"content\":\"not for pages\"}");
            ada.hears("its own echo", content("not for pages"));
            api.post("threadkit", page, "not for channels");
            grace.hears("the comment", method("new_comment"));
            fence(ada, grace);
            assertThat(grace.heard(method("new_comment"))).hasSize(1);
            assertThat(ada.heard(type("message"))).hasSize(1);
            assertThat(texts("waddle", channel)).containsExactly("not for pages");
            assertThat(texts("threadkit", page)).containsExactly("not for channels");
        }
    }

    @Test
    void meeting_whoMayNotWrite_isHeardByNobody() throws IOException {
        try (Client ada = channel(LOBBY, "ada", "write");
                Client rita = channel(LOBBY, "rita", "read");
                Client grace = commenters.on(LOBBY_PAGE, 0);
                Client anybody = commenters.on(LOBBY_PAGE, -1)) {
            anybody.say(Commenters.say("typing", LOBBY_PAGE));
            anybody.say("{\"jsonrpc\":\"2.0\",\"method\":\"new_comment\",\"params\":{\"page_id\":\"" + LOBBY_PAGE
                    + "\",\"comment\":{\"t\":\"anonymous\"}}}");
            anybody.say("{\"type\":\"message\",\"content\":\"anonymous\"}");
            anybody.say("{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}").hears("pong", method("pong"));
            assertThat(anybody.heard(method("error"))).hasSize(2);
            rita.say("{\"type\":\"message\",\"content\":\"from a reader\"}");
            assertThat(rita.hears("a refusal", type("error")).path("message").asString())
                    .isEqualTo("No write permission");

            ada.say("{\"type\":\"message\",\"content\":\"from a writer\"}");
            for (Client channel : List.of(ada, rita)) channel.hears("the message", content("from a writer"));
            for (Client page : List.of(grace, anybody)) {
                page.hears("the message", method("new_comment"));
                assertThat(page.heard(method("new_comment"))).hasSize(1);
                assertThat(page.heard(method("typing"))).isEmpty();
            }
            for (Client channel : List.of(ada, rita)) {
                assertThat(channel.heard(type("message"))).hasSize(1);
                assertThat(channel.heard(type("typing"))).isEmpty();
            }
            assertThat(texts("threadkit", LOBBY_PAGE)).containsExactly("from a writer");
            assertThat(texts("waddle", LOBBY)).containsExactly("from a writer");
        }
    }
}
