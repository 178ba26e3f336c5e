package earshot.it;

import static earshot.it.Client.content;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.gateway.testkit.Packing;
import earshot.gateway.testkit.RawWebSocketClient;
import earshot.gateway.testkit.RawWebSocketClient.Received;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One channel with members that pack and members that do not (RFC 7692): all hear the same. */
class DeflateTest {
    private static final List<String> OFFERS = List.of(
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate; server_max_window_bits=12",
            "permessage-deflate; server_max_window_bits=9",
            "permessage-deflate; unknown");

    @TempDir
    static Path directory;

    private static RunningServer server;

    @BeforeAll
    static void start() throws IOException {
        server = RunningServer.start(directory, "--deflate");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static RawWebSocketClient join(String channel, String user, String offer) throws IOException {
        var client = new RawWebSocketClient(
                server.address(),
                "/channel/" + channel + "/websocket",
                "Authorization",
                "Bearer " + TestTokens.waddle(user, user, "read", "write"),
                "Sec-WebSocket-Extensions",
                offer);
        assertThat(client.upgrade().status()).isEqualTo(101);
        return client;
    }

    private static String said(int i) {
        return "number " + i + " " + "and so on, ".repeat(i % 3 * 20);
    }

    /** The words of so many messages, in the order of hearing. */
    private static List<String> messages(RawWebSocketClient client, int count) throws IOException {
        var heard = new ArrayList<String>();
        while (heard.size() < count) {
            Received next = client.read();
            assertThat(next.isEnd()).as("after " + heard).isFalse();
            int at = next.text().indexOf("\"content\":\"number ");
            if (next.text().startsWith("{\"type\":\"message\""))
                heard.add(next.text().substring(at));
        }
        return heard;
    }

    @Test
    void membersOfEveryForm_hearTheSame() throws IOException {
        var clients = new ArrayList<RawWebSocketClient>();
        try (Client plain = Client.connect(
                server.ws("/channel/forms/websocket"),
                "Authorization",
                "Bearer " + TestTokens.waddle("plain", "plain", "read", "write"))) {
            for (String offer : OFFERS) clients.add(join("forms", "user" + clients.size(), offer));
            RawWebSocketClient speaker = clients.getFirst();
            for (int i = 0; i < 30; i++) {
                byte[] words =
                        ("{\"type\":\"message\",\"content\":\"" + said(i) + "\"}").getBytes(StandardCharsets.UTF_8);
                speaker.send(RawWebSocketClient.frame(0xC1, true, Packing.pack(words)));
            }
            List<String> first = messages(speaker, 30);
            for (int i = 0; i < 30; i++) assertThat(first.get(i)).contains(said(i).strip());
            for (RawWebSocketClient client : clients.subList(1, clients.size()))
                assertThat(messages(client, 30)).isEqualTo(first);
            for (int i = 0; i < 30; i++) plain.hears("message " + i, content(said(i)));
            assertThat(clients.stream().map(c -> c.packedFrames() > 10)).containsExactly(true, true, true, false);
        } finally {
            for (RawWebSocketClient client : clients) client.close();
        }
        assertThat(server.get("/metrics").body())
                .contains("earshot_deflate_messages_total{direction=\"out\"}")
                .contains("earshot_deflate_messages_total{direction=\"in\"} 30");
    }
}
