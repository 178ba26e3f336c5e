package earshot.it;

import static earshot.it.Client.method;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The threadkit dialect over real sockets; rows of protocols/threadkit.md that only a whole server shows. */
class ThreadkitServerTest {
    private static final String PAGE = "550e8400-e29b-41d4-a716-446655440000";

    @TempDir
    static Path directory;

    private static RunningServer server;
    private static JsonNode demo;

    @BeforeAll
    static void start() throws IOException {
        server = RunningServer.start(directory);
        demo = new ObjectMapper()
                .readTree(server.get("/demo/config.json").body())
                .path("threadkit");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Client connect(int user) {
        String token = user < 0
                ? ""
                : "&token=" + demo.path("users").get(user).path("token").asString();
        return Client.connect(
                server.ws("/ws?project_id=" + demo.path("projectId").asString() + token));
    }

    private static String say(String method, String page) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"%s\",\"params\":{\"page_id\":\"%s\"}}".formatted(method, page);
    }

    @Test
    void connected_comesFirst_andNamesTheUser() {
        try (Client ada = connect(0);
                Client anybody = connect(-1)) {
            ada.hears("connected", method("connected"));
            assertThat(ada.heard().getFirst().path("params").path("user_id").asString())
                    .isEqualTo(demo.path("users").get(0).path("id").asString());
            assertThat(anybody.hears("connected", method("connected"))
                            .path("params")
                            .path("user_id")
                            .isNull())
                    .isTrue();
        }
    }

    @Test
    void key_unknown_isRefusedBeforeTheUpgrade() {
        assertThat(Client.refusal(server.ws("/ws?project_id=tk_pub_00000000000000000000000000000000")))
                .isEqualTo(401);
        assertThat(Client.refusal(server.ws("/ws"))).isEqualTo(400);
    }

    @Test
    void presence_isExactRelativeToItsSnapshot() {
        try (Client ada = connect(0).say(say("subscribe", PAGE))) {
            assertThat(ada.hears("her snapshot", method("presence"))
                            .path("params")
                            .path("users")
                            .size())
                    .isEqualTo(1);
            Client grace = connect(1).say(say("subscribe", PAGE));
            assertThat(grace.hears("her snapshot", method("presence"))
                            .path("params")
                            .path("users")
                            .size())
                    .isEqualTo(2);
            ada.hears("grace joined", method("user_joined"));
            grace.say(say("unsubscribe", PAGE));
            ada.hears("grace left", method("user_left"));
            assertThat(ada.heard(method("user_joined"))).hasSize(1);
            assertThat(grace.heard(method("user_joined"))).isEmpty();
            assertThat(grace.heard(method("user_left"))).isEmpty();
            grace.close();
        }
    }

    @Test
    void typing_reachesOthers_neverTheTypist() {
        String page = "550e8400-e29b-41d4-a716-44665544aaaa";
        try (Client ada = connect(0).say(say("subscribe", page));
                Client grace = connect(1).say(say("subscribe", page))) {
            ada.hears("her snapshot", method("presence"));
            grace.hears("her snapshot", method("presence"));
            ada.say(say("typing", page));
            var typing = grace.hears("typing", method("typing"));
            assertThat(typing.path("params").path("page_id").asString()).isEqualTo(page);
            assertThat(typing.path("params").path("reply_to").isNull()).isTrue();
            ada.say("{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}");
            ada.hears("pong", method("pong"));
            assertThat(ada.heard(method("typing"))).isEmpty();
        }
    }

    @Test
    void eleventhMessageInASecond_isRefusedAndTheSocketStays() {
        try (Client ada = connect(0)) {
            ada.hears("connected", method("connected"));
            for (int i = 0; i < 30; i++) ada.say("{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}");
            var error = ada.hears("an error", method("error"));
            assertThat(error.path("params").path("code").asString()).isEqualTo("rate_limit");
            assertThat(error.path("params").path("message").asString()).isEqualTo("Too many messages");
            assertThat(ada.isOpen()).isTrue();
        }
    }
}
