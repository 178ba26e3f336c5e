package earshot.gateway;

import static earshot.gateway.testkit.RawWebSocketClient.BINARY;
import static earshot.gateway.testkit.RawWebSocketClient.TEXT;
import static earshot.gateway.testkit.RawWebSocketClient.frame;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.gateway.testkit.RawWebSocketClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EchoTest {
    static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = new TestGateway();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static RawWebSocketClient connect() throws IOException {
        var client = new RawWebSocketClient(gateway.address, "/echo");
        assertThat(client.upgrade().status()).isEqualTo(101);
        return client;
    }

    @Test
    void handshake_withTheKeyOfTheRfc_hasItsAccept() throws IOException {
        try (var client = connect()) {
            assertThat(client.upgrade().header("sec-websocket-accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            assertThat(client.upgrade().headers()).doesNotContainKey("sec-websocket-extensions");
        }
    }

    @Test
    void text_comesBackAsText() throws IOException {
        try (var client = connect()) {
            assertThat(client.text("Grüße").read())
                    .isEqualTo(new RawWebSocketClient.Received(TEXT, true, "Grüße".getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void close_isAnsweredWithItsCode_andTheConnectionEnds() throws IOException {
        try (var client = connect()) {
            assertThat(client.close(3999).read().closeCode()).isEqualTo(3999);
            assertThat(client.read().isEnd()).isTrue();
        }
    }

    @Test
    void sixteenMegabytes_comeBackTheSame() throws IOException {
        byte[] payload = new byte[16 << 20];
        new Random(1).nextBytes(payload);
        try (var client = connect()) {
            byte[] all = frame(BINARY, payload);
            var sending = CompletableFuture.runAsync(() -> {
                try {
                    for (int at = 0; at < all.length; at += 997)
                        client.http().socket().getOutputStream().write(all, at, Math.min(997, all.length - at));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            var back = client.read();
            sending.join();
            assertThat(back.opcode()).isEqualTo(BINARY);
            assertThat(back.payload()).isEqualTo(payload);
        }
    }

    @Test
    void messageOverSixteenMegabytes_is1009() throws IOException {
        try (var client = connect()) {
            byte[] head = {(byte) 0x82, (byte) 0xFF, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0};
            assertThat(client.send(head).read().closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void oneByteAtATime_isUnderstood() throws IOException {
        try (var client = connect()) {
            for (byte b : frame(TEXT, "slowly".getBytes(StandardCharsets.UTF_8))) client.send(new byte[] {b});
            assertThat(client.read().text()).isEqualTo("slowly");
        }
    }
}
