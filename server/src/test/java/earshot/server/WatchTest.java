package earshot.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What {@code ./earshot watch} hears. */
class WatchTest {
    private static TestServer server;

    private final BlockingQueue<JsonNode> lines = new LinkedBlockingQueue<>();

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private WebSocket watch(String query, String key) {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Authorization", "Bearer " + key)
                .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/v1/watch?" + query), new Lines())
                .join();
    }

    private final class Lines implements WebSocket.Listener {
        private final StringBuilder partial = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                lines.add(new ObjectMapper().readTree(partial.toString()));
                partial.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }

    private JsonNode next() throws InterruptedException {
        JsonNode line = lines.poll(10, TimeUnit.SECONDS);
        assertThat(line).as("a line").isNotNull();
        return line;
    }

    private static void post(String text) {
        server.call(
                "POST",
                "/v1/waddle/rooms/watched/messages",
                "{\"author\":{\"id\":\"u\",\"name\":\"Ada\"},\"text\":\"%s\"}".formatted(text));
    }

    @Test
    void watcher_hearsWhatWasAndWhatComes_onceEach_andResumes() throws InterruptedException {
        post("before");
        WebSocket socket = watch("room=watched&realm=waddle", TestServer.KEY);
        assertThat(next().path("type").asString()).isEqualTo("watching");
        JsonNode past = next();
        assertThat(past.path("text").asString()).isEqualTo("before");
        assertThat(past.path("past").asBoolean()).isTrue();
        post("live");
        JsonNode live = next();
        assertThat(live.path("text").asString()).isEqualTo("live");
        socket.abort();
        post("missed");
        watch("room=watched&realm=waddle&after=" + live.path("position").asString(), TestServer.KEY);
        assertThat(next().path("recovered").asBoolean()).isTrue();
        assertThat(next().path("text").asString()).isEqualTo("missed");
        assertThat(server.json("GET", "/v1/waddle/rooms/watched/presence", "")
                        .path("count")
                        .asInt(-1))
                .as("watchers are in no list")
                .isZero();
    }

    @Test
    void key_wrong_isRefusedBeforeTheUpgrade() {
        assertThatThrownBy(() -> watch("room=watched", "ek_wrong"))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        e -> assertThat(e.getResponse().statusCode()).isEqualTo(401));
    }

    @Test
    void realm_unknown_isRefusedBeforeTheUpgrade() {
        assertThatThrownBy(() -> watch("room=watched&realm=klingon", TestServer.KEY))
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        e -> assertThat(e.getResponse().statusCode()).isEqualTo(400));
    }
}
