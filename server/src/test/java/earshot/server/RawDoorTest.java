package earshot.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only a hand-written handshake can ask. */
class RawDoorTest {
    private static Socket upgrade(TestServer server, String path) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(10_000);
        String request = "GET " + path + " HTTP/1.1\r\nHost: t\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/channel/%zz/websocket", "/channel/%ff/websocket"})
    void waddle_channelThatCannotBeDecoded_isItsNotFound(String path) throws IOException {
        try (var server = TestServer.start();
                var socket = upgrade(server, path)) {
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 404 ").endsWith("Not found");
        }
    }

    /** The echo client here never answers the goodbye, so that the stop lasts as long as it may. */
    @Test
    void health_whileDraining_saysSoAndStaysHealthy() throws Exception {
        try (var server = TestServer.start("network.echo", "true", "drain.timeout", "20s");
                var socket = upgrade(server, "/echo")) {
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            assertThat(TestServer.json(server.send("GET", "/health", "")).has("draining"))
                    .isFalse();
            Thread.startVirtualThread(server::close);
            HttpResponse<String> health = server.send("GET", "/health", "");
            while (!TestServer.json(health).has("draining")) {
                Thread.onSpinWait();
                health = server.send("GET", "/health", "");
            }
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(TestServer.json(health).path("status").asString()).isEqualTo("healthy");
        }
    }
}
