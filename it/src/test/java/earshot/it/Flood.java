package earshot.it;

import static earshot.it.Client.content;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.gateway.testkit.RawHttp;
import earshot.gateway.testkit.RawWebSocketClient;
import earshot.gateway.testkit.RawWebSocketClient.Received;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A server with low limits and clients that go over them: each hears so in the words of its dialect, a number counts it, and somebody who is there
 * meanwhile is not hurt (docs/limits.md, which names the tests). What a test sends is as much over the limit as a flood is, not by one.
 */
final class Flood implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    final RunningServer server;
    private final Commenters commenters;
    private @Nullable Client bystander;
    private int rounds;

    Flood(Path directory, String... settings) throws IOException {
        List<String> all = new ArrayList<>();
        for (String setting : settings) all.addAll(List.of("--set", setting));
        server = RunningServer.start(directory, all.toArray(String[]::new));
        commenters = new Commenters(server);
    }

    Commenters commenters() {
        return commenters;
    }

    void begin() {
        bystander = member("bystanders", "bea");
    }

    void end() throws IOException {
        try (Client one = Objects.requireNonNull(bystander)) {
            publishes(one, "still " + rounds++);
        }
        assertThat(server.metric("earshot_faults_total")).isZero();
        assertThat(server.get("/health").statusCode()).isEqualTo(200);
        for (String gauge : List.of("websocket_active_connections", "earshot_budget_bytes"))
            Await.until(gauge + " is 0", () -> value(gauge, ""), () -> value(gauge, "") == 0);
    }

    @Override
    public void close() {
        server.close();
    }

    // Clients

    static String token(String user) {
        return "Bearer " + TestTokens.waddle(user, user, "write");
    }

    static String path(String channel) {
        return "/channel/" + channel + "/websocket";
    }

    Client member(String channel, String user) {
        Client client = Client.connect(server.ws(path(channel)), "Authorization", token(user));
        client.hears("initial state", type("initial_state"));
        return client;
    }

    static void publishes(Client client, String text) {
        client.say("{\"type\":\"message\",\"content\":\"" + text + "\"}").hears("its echo", content(text));
    }

    RawWebSocketClient raw(String channel) throws IOException {
        var client = new RawWebSocketClient(server.address(), path(channel), "Authorization", token("flood"));
        assertThat(client.upgrade().status()).isEqualTo(101);
        return client;
    }

    /** It takes a few KB, then nothing until it is read. */
    Socket stalledSocket() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4 << 10);
        socket.connect(server.address());
        return socket;
    }

    /** A member that reads nothing but the answer to its upgrade. */
    RawWebSocketClient stalled(String channel) throws IOException {
        var client =
                new RawWebSocketClient(new RawHttp(stalledSocket()), path(channel), "Authorization", token("stalled"));
        assertThat(client.upgrade().status()).isEqualTo(101);
        return client;
    }

    /** Whatever comes before it. */
    static void awaitEnd(RawWebSocketClient client) throws IOException {
        while (!client.read().isEnd()) {}
    }

    /** A text as it is sent. */
    static byte[] frame(String json) {
        return RawWebSocketClient.frame(0x80 | RawWebSocketClient.TEXT, true, json.getBytes(StandardCharsets.UTF_8));
    }

    // What they hear

    static JsonNode next(RawWebSocketClient client, Predicate<JsonNode> which) throws IOException {
        List<JsonNode> others = new ArrayList<>();
        while (true) {
            Received frame = read(client, others);
            assertThat(frame.opcode()).as("the socket stays: %s", frame).isEqualTo(RawWebSocketClient.TEXT);
            JsonNode json = JSON.readTree(frame.text());
            if (which.test(json)) return json;
            others.add(json);
        }
    }

    private static Received read(RawWebSocketClient client, List<JsonNode> others) throws IOException {
        try {
            return client.readPastPings();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("nothing more came after " + others, e);
        }
    }

    static String error(RawWebSocketClient client) throws IOException {
        return next(client, type("error")).path("message").asString();
    }

    static void awaitError(RawWebSocketClient client, String text) throws IOException {
        next(client, type("error").and(f -> f.path("message").asString("").equals(text)));
    }

    /** Of an error of threadkit's. */
    static String code(JsonNode error) {
        return error.path("params").path("code").asString();
    }

    static int closeCode(RawWebSocketClient client) throws IOException {
        Received frame = client.readPastPings();
        while (frame.opcode() == RawWebSocketClient.TEXT) frame = client.readPastPings();
        assertThat(frame.opcode()).as("%s", frame).isEqualTo(RawWebSocketClient.CLOSE);
        return frame.closeCode();
    }

    // What is counted

    private List<String> series(String name) {
        try {
            return server.get("/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The sum of a number's series that have all the labels. */
    double value(String name, String labels) {
        return series(name).stream()
                .filter(line -> line.contains(labels))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    void counted(double least, String name, String labels) {
        Await.until(name + labels + " is counted", () -> series(name), () -> value(name, labels) >= least);
    }
}
