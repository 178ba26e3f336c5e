package earshot.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Engine.IO 4 and Socket.IO 5 by hand, over the JDK's WebSocket or by polling with its HTTP client, and every event that it heard, as the array
 * {@code [name, argument, …]}. Binary attachments are not understood. Thread-safe.
 */
final class SummitClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = "/socket.io/?EIO=4&transport=";
    private static final String SEPARATOR = "\u001e";

    private final List<JsonNode> heard = new CopyOnWriteArrayList<>();
    private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private final CompletableFuture<String> connected = new CompletableFuture<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final String token;
    private @Nullable Way way;
    private volatile @Nullable String ended;

    private SummitClient(String token) {
        this.token = token;
    }

    /** How packets of Engine.IO get there. */
    private interface Way {
        void send(String packet);

        void close();
    }

    /** In the namespace {@code /}. */
    static SummitClient byWebSocket(int port, String token) {
        var client = new SummitClient(token);
        client.way = new OverWebSocket(client, URI.create("ws://127.0.0.1:" + port + PATH + "websocket"));
        return client.begun();
    }

    /** In the namespace {@code /}. */
    static SummitClient byPolling(int port, String token) {
        var client = new SummitClient(token);
        var polling = new Polling(client, "http://127.0.0.1:" + port + PATH + "polling");
        client.way = polling;
        polling.begin();
        return client.begun();
    }

    private SummitClient begun() {
        get(connected);
        return this;
    }

    private <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("heard: " + heard + " ended: " + ended, e);
        }
    }

    private Way way() {
        if (way == null) throw new AssertionError("never connected");
        return way;
    }

    /** The first argument of the acknowledgement. */
    JsonNode ask(String event, String json) {
        var answer = new CompletableFuture<JsonNode>();
        int id = ids.incrementAndGet();
        asked.put(id, answer);
        way().send("42" + id + "[\"" + event + "\"," + json + "]");
        return get(answer);
    }

    SummitClient join(String room) {
        JsonNode answer = ask("room:join", "{\"room\":\"" + room + "\"}");
        if (!answer.path("success").asBoolean()) throw new AssertionError("join: " + answer);
        return this;
    }

    /** @param payload JSON */
    void send(String room, String payload) {
        JsonNode answer = ask("room:send", "{\"room\":\"" + room + "\",\"payload\":" + payload + "}");
        if (!answer.path("success").asBoolean()) throw new AssertionError("send: " + answer);
    }

    List<JsonNode> heard(Predicate<JsonNode> which) {
        return heard.stream().filter(which).toList();
    }

    /** The first event that fits, when it comes. */
    JsonNode hears(String what, Predicate<JsonNode> which) {
        Await.until(what, () -> heard + " ended: " + ended, () -> !heard(which).isEmpty());
        return heard(which).getFirst();
    }

    static Predicate<JsonNode> message(String room) {
        return e -> e.path(0).asString().equals("room:message")
                && e.path(1).path("room").asString().equals(room);
    }

    static Predicate<JsonNode> text(String room, String text) {
        return message(room).and(e -> {
            JsonNode payload = e.path(1).path("payload");
            return (payload.isString() ? payload : payload.path("text"))
                    .asString("")
                    .equals(text);
        });
    }

    boolean isOpen() {
        return ended == null;
    }

    @Override
    public void close() {
        way().close();
    }

    private void onPacket(String packet) {
        switch (packet.charAt(0)) {
            case '0' -> way().send("40{\"token\":\"" + token + "\"}");
            case '1' -> ended = "close";
            case '2' -> way().send("3" + packet.substring(1));
            case '4' -> onMessage(packet.substring(1));
            default -> {} // a noop
        }
    }

    private void onMessage(String packet) {
        int json = 1;
        while (json < packet.length() && Character.isDigit(packet.charAt(json))) json++;
        switch (packet.charAt(0)) {
            case '0' -> connected.complete(packet);
            case '2' -> heard.add(JSON.readTree(packet.substring(json)));
            case '3' -> {
                var answer = asked.remove(Integer.parseInt(packet.substring(1, json)));
                if (answer != null)
                    answer.complete(JSON.readTree(packet.substring(json)).path(0));
            }
            case '4' -> connected.completeExceptionally(new AssertionError("refused: " + packet));
            default -> ended = "packet " + packet;
        }
    }

    private static final class OverWebSocket implements Way, WebSocket.Listener {
        private static final HttpClient HTTP = HttpClient.newHttpClient();

        private final SummitClient client;
        private final StringBuilder partial = new StringBuilder();
        private final CompletableFuture<WebSocket> socket;
        /** One frame is sent after the other: the JDK's socket takes no second one meanwhile. */
        private CompletableFuture<WebSocket> sent;

        OverWebSocket(SummitClient client, URI uri) {
            this.client = client;
            this.socket = HTTP.newWebSocketBuilder()
                    .connectTimeout(Duration.ofSeconds(10))
                    .buildAsync(uri, this);
            this.sent = socket;
            var _ = socket.exceptionally(e -> {
                client.connected.completeExceptionally(e);
                return null;
            });
        }

        @Override
        public synchronized void send(String packet) {
            sent = sent.thenCompose(s -> s.sendText(packet, true));
        }

        @Override
        public void close() {
            var _ = socket.thenAccept(WebSocket::abort);
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                String packet = partial.toString();
                partial.setLength(0);
                client.onPacket(packet);
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            client.ended = Integer.toString(statusCode);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            client.ended = "cut";
        }
    }

    /** One GET at a time, and one POST. */
    private static final class Polling implements Way {
        private final HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        private final SummitClient client;
        private final String address;
        private volatile String session = "";
        private volatile boolean closed;
        private CompletableFuture<?> posted = CompletableFuture.completedFuture(null);

        Polling(SummitClient client, String address) {
            this.client = client;
            this.address = address;
        }

        void begin() {
            onBody(get());
            Thread.ofVirtual().start(this::poll);
        }

        private void poll() {
            try {
                while (!closed && client.isOpen()) onBody(get());
            } catch (AssertionError e) {
                client.ended = closed ? "closed" : e.getMessage();
            }
        }

        private void onBody(String body) {
            for (String packet : body.split(SEPARATOR, -1)) {
                if (packet.startsWith("0"))
                    session = "&sid="
                            + JSON.readTree(packet.substring(1)).path("sid").asString();
                client.onPacket(packet);
            }
        }

        private String get() {
            return ask(HttpRequest.newBuilder(URI.create(address + session)).build());
        }

        private String ask(HttpRequest request) {
            try {
                HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() != 200)
                    throw new AssertionError(request.method() + ": " + answer.statusCode() + " " + answer.body());
                return answer.body();
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public synchronized void send(String packet) {
            posted = posted.thenRunAsync(() -> ask(HttpRequest.newBuilder(URI.create(address + session))
                            .POST(HttpRequest.BodyPublishers.ofString(packet))
                            .build()))
                    .exceptionally(e -> {
                        client.ended = String.valueOf(e.getMessage());
                        return null;
                    });
        }

        @Override
        public void close() {
            closed = true;
            send("1");
        }
    }
}
