package earshot.it;

import static earshot.gateway.testkit.RawWebSocketClient.BINARY;
import static earshot.gateway.testkit.RawWebSocketClient.CLOSE;
import static earshot.gateway.testkit.RawWebSocketClient.CONTINUATION;
import static earshot.gateway.testkit.RawWebSocketClient.PING;
import static earshot.gateway.testkit.RawWebSocketClient.PONG;
import static earshot.gateway.testkit.RawWebSocketClient.TEXT;
import static earshot.gateway.testkit.RawWebSocketClient.closePayload;
import static earshot.gateway.testkit.RawWebSocketClient.fragment;
import static earshot.gateway.testkit.RawWebSocketClient.frame;
import static earshot.gateway.testkit.RawWebSocketClient.join;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.gateway.testkit.RawWebSocketClient;
import earshot.gateway.testkit.RawWebSocketClient.Received;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code /echo} of a server process as a conformance suite meets it. */
class EchoTest {
    private static final int LARGEST = 16 << 20;
    private static final int PIECE = 64 << 10;

    @TempDir
    static Path directory;

    private static RunningServer server;

    @BeforeAll
    static void start() throws IOException {
        server = RunningServer.start(directory, "--echo");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static RawWebSocketClient connect() throws IOException {
        RawWebSocketClient client = new RawWebSocketClient(server.address(), "/echo");
        assertThat(client.upgrade().status()).isEqualTo(101);
        return client;
    }

    /** A whole message, of whatever number of frames. */
    private static Received message(RawWebSocketClient client) throws IOException {
        Received first = client.read();
        if (first.fin()) return first;
        var all = new ByteArrayOutputStream();
        all.writeBytes(first.payload());
        for (Received next = client.read(); ; next = client.read()) {
            assertThat(next.opcode()).isEqualTo(CONTINUATION);
            all.writeBytes(next.payload());
            if (next.fin()) return new Received(first.opcode(), true, all.toByteArray());
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void messages_comeBackInTypeBytesAndOrder_andNothingElseComes() throws IOException {
        try (RawWebSocketClient client = connect()) {
            byte[] anything = new byte[70_000];
            new Random(7).nextBytes(anything);
            client.text("")
                    .text("gr\u00fc\u00dfe \ud83d\udc42")
                    .send(frame(BINARY))
                    .send(frame(BINARY, anything))
                    .text("last");
            assertThat(message(client)).isEqualTo(new Received(TEXT, true, new byte[0]));
            assertThat(message(client)).isEqualTo(new Received(TEXT, true, utf8("gr\u00fc\u00dfe \ud83d\udc42")));
            assertThat(message(client)).isEqualTo(new Received(BINARY, true, new byte[0]));
            assertThat(message(client)).isEqualTo(new Received(BINARY, true, anything));
            assertThat(message(client)).isEqualTo(new Received(TEXT, true, utf8("last")));
            // Whatever else the server had said would come before the answer to this.
            client.close(1000);
            assertThat(client.read()).isEqualTo(new Received(CLOSE, true, closePayload(1000, "")));
            assertThat(client.read()).isEqualTo(Received.END);
        }
    }

    @Test
    void sixteenMegabytes_inPiecesOf64Kilobytes_comeBackWhole() throws Exception {
        byte[] large = new byte[LARGEST];
        new Random(16).nextBytes(large);
        try (RawWebSocketClient client = connect()) {
            Thread sender = Thread.ofVirtual().start(() -> sendInPieces(client, large));
            Received back = message(client);
            sender.join();
            assertThat(back.opcode()).isEqualTo(BINARY);
            assertThat(Arrays.equals(back.payload(), large)).isTrue();
        }
    }

    private static void sendInPieces(RawWebSocketClient client, byte[] message) {
        try {
            for (int from = 0; from < message.length; from += PIECE) {
                int to = Math.min(from + PIECE, message.length);
                byte[] piece = Arrays.copyOfRange(message, from, to);
                int opcode = from == 0 ? BINARY : CONTINUATION;
                client.send(to == message.length ? frame(opcode, piece) : fragment(opcode, piece));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void oneByteMoreThanTheLargest_isClosedWith1009() throws IOException {
        try (RawWebSocketClient client = connect()) {
            // Only the head: its length is enough.
            client.send(new byte[] {(byte) 0x82, (byte) 0xFF, 0, 0, 0, 0, 1, 0, 0, 1, 1, 2, 3, 4});
            Received answer = client.read();
            assertThat(answer.opcode()).isEqualTo(CLOSE);
            assertThat(answer.closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void fragmentedText_withPingsBetween_isOneMessageAndEachPingHasItsPong() throws IOException {
        byte[] ear = utf8("\ud83d\udc42");
        try (RawWebSocketClient client = connect()) {
            client.send(join(
                    fragment(TEXT, Arrays.copyOf(ear, 1)),
                    frame(PING, utf8("one")),
                    fragment(CONTINUATION, Arrays.copyOfRange(ear, 1, 3)),
                    frame(PING),
                    fragment(CONTINUATION),
                    frame(CONTINUATION, Arrays.copyOfRange(ear, 3, 4))));
            assertThat(client.read()).isEqualTo(new Received(PONG, true, utf8("one")));
            assertThat(client.read()).isEqualTo(new Received(PONG, true, new byte[0]));
            assertThat(message(client)).isEqualTo(new Received(TEXT, true, ear));
        }
    }

    @Test
    void closeCodes_areEchoed_andThoseThatMustNotBeSentAre1002() throws IOException {
        for (int code : new int[] {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999})
            assertThat(answerToClose(code)).as("%d", code).isEqualTo(code);
        for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535})
            assertThat(answerToClose(code)).as("%d", code).isEqualTo(1002);
        try (RawWebSocketClient client = connect()) {
            Received answer = client.send(frame(CLOSE)).read();
            assertThat(answer.opcode()).isEqualTo(CLOSE);
            assertThat(answer.closeCode()).isIn(1005, 1000);
            assertThat(client.read()).isEqualTo(Received.END);
        }
    }

    private static int answerToClose(int code) throws IOException {
        try (RawWebSocketClient client = connect()) {
            Received answer = client.close(code).read();
            assertThat(answer.opcode()).isEqualTo(CLOSE);
            assertThat(client.read()).isEqualTo(Received.END);
            return answer.closeCode();
        }
    }
}
