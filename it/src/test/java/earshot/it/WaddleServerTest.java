package earshot.it;

import static earshot.it.Client.content;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The waddle dialect over real sockets; rows of protocols/waddle.md that only a whole server shows. */
class WaddleServerTest {
    @TempDir
    static Path directory;

    private static RunningServer server;

    @BeforeAll
    static void start() throws IOException {
        server = RunningServer.start(directory, "--set", "waddle.close-at-expiry=true");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Client join(String channel, String user) {
        return Client.connect(
                server.ws("/channel/" + channel + "/websocket"),
                "Authorization",
                "Bearer " + TestTokens.waddle(user, user, "read", "write"));
    }

    @Test
    void channel_twoMembers_hearEachOtherInOneOrder() {
        try (Client ada = join("order", "ada");
                Client bob = join("order", "bob")) {
            bob.hears("initial state", type("initial_state"));
            IntStream.range(0, 50).forEach(i -> {
                ada.say("{\"type\":\"message\",\"content\":\"a" + i + "\"}");
                bob.say("{\"type\":\"message\",\"content\":\"b" + i + "\"}");
            });
            ada.hears("the last of ada", content("a49"));
            ada.hears("the last of bob", content("b49"));
            bob.hears("the last of ada", content("a49"));
            bob.hears("the last of bob", content("b49"));
            assertThat(ids(ada)).hasSize(100).doesNotHaveDuplicates().isEqualTo(ids(bob));
            assertThat(ada.heard().getFirst().path("type").asString()).isEqualTo("initial_state");
        }
    }

    /** One that says nothing as well: nobody reads on with a token that is over. */
    @Test
    void silentReader_whoseTokenExpires_isClosed_andOthersStay() {
        String brief = TestTokens.sign("{\"sub\":\"brief\",\"permissions\":[\"read\"],\"exp\":%d}"
                .formatted(System.currentTimeMillis() / 1000 + 2));
        try (Client reader =
                        Client.connect(server.ws("/channel/expiry/websocket"), "Authorization", "Bearer " + brief);
                Client ada = join("expiry", "ada")) {
            reader.hears("initial state", type("initial_state"));
            assertThat(reader.ends()).isEqualTo("4401");
            ada.say("{\"type\":\"message\",\"content\":\"still here\"}").hears("its echo", content("still here"));
        }
    }

    private static List<String> ids(Client client) {
        return client.heard(type("message")).stream()
                .map(f -> f.path("message").path("id").asString())
                .toList();
    }

    @Test
    void history_isTheLiveOrder_andEndsWhereTheStreamBegins() {
        try (Client ada = join("history", "ada")) {
            IntStream.range(0, 60).forEach(i -> ada.say("{\"type\":\"message\",\"content\":\"m" + i + "\"}"));
            ada.hears("the last", content("m59"));
            try (Client late = join("history", "late")) {
                var state = late.hears("initial state", type("initial_state"));
                List<String> history = state.path("messages")
                        .valueStream()
                        .map(m -> m.path("id").asString())
                        .toList();
                assertThat(history).isEqualTo(ids(ada).subList(10, 60));
                assertThat(state.path("messages").get(49).path("created_at").asString())
                        .endsWith("Z");
                assertThat(state.path("onlineUsers").size()).isEqualTo(2);
            }
        }
    }

    @Test
    void sync_afterAnId_replaysWhatCameSinceThenSaysSo() {
        try (Client ada = join("sync", "ada")) {
            IntStream.range(0, 120).forEach(i -> ada.say("{\"type\":\"message\",\"content\":\"m" + i + "\"}"));
            ada.hears("the last", content("m119"));
            String seen = ids(ada).get(19);
            try (Client back = join("sync", "back")) {
                back.hears("initial state", type("initial_state"));
                back.say("{\"type\":\"sync\",\"afterMessageId\":\"" + seen + "\"}");
                back.hears("the end of the replay", type("sync_complete"));
                assertThat(ids(back)).isEqualTo(ids(ada).subList(20, 120));
            }
        }
    }

    @Test
    void handshake_refusals_areThoseOfTheSeed() throws IOException {
        assertThat(Client.refusal(server.ws("/channel/x/websocket"))).isEqualTo(401);
        assertThat(Client.refusal(server.ws("/channel/x/websocket"), "Authorization", "Bearer nonsense"))
                .isEqualTo(401);
        assertThat(Client.refusal(
                        server.ws("/channel/x/other"), "Authorization", "Bearer " + TestTokens.waddle("a", "a")))
                .isEqualTo(404);
        HttpRequest plain = server.request("/no/such/path").GET().build();
        assertThat(server.send(plain).statusCode()).isEqualTo(404);
    }

    @Test
    void token_inQueryOrSubprotocol_isAsGoodAsTheHeader() {
        String token = TestTokens.waddle("quinn", "quinn", "write");
        try (Client byQuery = Client.connect(server.ws("/channel/places/websocket?token=" + token))) {
            byQuery.hears("initial state", type("initial_state"));
        }
    }

    @Test
    void badFrames_areAnsweredAndTheSocketStays() {
        try (Client ada = join("bad", "ada")) {
            for (String bad :
                    List.of("not json", "null", "[]", "7", "{\"type\":\"nope\"}", "{\"type\":\"message\"}", "{"))
                ada.say(bad);
            ada.say("{\"type\":\"message\",\"content\":\"still here\"}");
            ada.hears("its own echo", content("still here"));
            assertThat(ada.heard(type("error"))).hasSize(7);
        }
    }

    @Test
    void reader_withoutWrite_isToldSo() {
        String token = TestTokens.waddle("rita", "rita", "read");
        try (Client rita = Client.connect(server.ws("/channel/rights/websocket"), "Authorization", "Bearer " + token)) {
            rita.say("{\"type\":\"message\",\"content\":\"x\"}");
            assertThat(rita.hears("an error", type("error")).path("message").asString())
                    .isEqualTo("No write permission");
        }
    }

    @Test
    void leaving_isToldOnce_onTheUsersLastSocket() {
        try (Client ada = join("leave", "ada")) {
            ada.hears("initial state", type("initial_state"));
            Client bob = join("leave", "bob");
            Client bobAgain = join("leave", "bob");
            bobAgain.hears("initial state", type("initial_state"));
            bob.close();
            bobAgain.say("{\"type\":\"message\",\"content\":\"one of me is still here\"}");
            ada.hears("bob's message", content("one of me is still here"));
            assertThat(ada.heard(type("user_disconnected"))).isEmpty();
            bobAgain.close();
            assertThat(ada.hears("bob left", type("user_disconnected"))
                            .path("userId")
                            .asString())
                    .isEqualTo("bob");
            assertThat(ada.heard(type("user_disconnected"))).hasSize(1);
        }
    }
}
