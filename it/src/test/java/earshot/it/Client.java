package earshot.it;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A WebSocket client that is not ours (the JDK's), with everything it heard. Thread-safe. */
final class Client implements AutoCloseable, WebSocket.Listener {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<JsonNode> heard = new CopyOnWriteArrayList<>();
    private final StringBuilder partial = new StringBuilder();
    private volatile @Nullable String ended;
    private @Nullable WebSocket socket;

    private Client() {}

    static Client connect(URI uri, String... headers) {
        return connect(HTTP, uri, headers);
    }

    /** @param http what dials, with its own idea of whose certificates to believe */
    static Client connect(HttpClient http, URI uri, String... headers) {
        Client client = new Client();
        try {
            client.socket = open(http, uri, client, headers);
        } catch (ExecutionException e) {
            throw new AssertionError("refused: " + e.getCause(), e);
        }
        return client;
    }

    /** The status with which a handshake is refused. */
    static int refusal(URI uri, String... headers) {
        Client client = new Client();
        try {
            open(HTTP, uri, client, headers);
            throw new AssertionError("was let in: " + uri.getPath());
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() instanceof CompletionException c ? c.getCause() : e.getCause();
            if (cause instanceof WebSocketHandshakeException refused)
                return refused.getResponse().statusCode();
            throw new AssertionError(cause);
        }
    }

    private static WebSocket open(HttpClient http, URI uri, Client client, String... headers)
            throws ExecutionException {
        WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(Duration.ofSeconds(10));
        for (int i = 0; i < headers.length; i += 2) builder.header(headers[i], headers[i + 1]);
        try {
            return builder.buildAsync(uri, client).get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    Client say(String json) {
        try {
            socket().sendText(json, true).get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    private WebSocket socket() {
        if (socket == null) throw new AssertionError("never connected");
        return socket;
    }

    List<JsonNode> heard() {
        return heard;
    }

    List<JsonNode> heard(Predicate<JsonNode> which) {
        return heard.stream().filter(which).toList();
    }

    /** The first frame that fits, when it comes. */
    JsonNode hears(String what, Predicate<JsonNode> which) {
        Await.until(what, () -> heard + " ended: " + ended, () -> find(which).isPresent());
        return find(which).orElseThrow();
    }

    private Optional<JsonNode> find(Predicate<JsonNode> which) {
        return heard.stream().filter(which).findFirst();
    }

    /** How the connection ended: the close code, or {@code cut}. */
    String ends() {
        Await.until("the connection ends", () -> heard, () -> ended != null);
        return String.valueOf(ended);
    }

    boolean isOpen() {
        return ended == null;
    }

    void cut() {
        socket().abort();
    }

    @Override
    public void close() {
        if (ended != null) return;
        var _ = socket().sendClose(WebSocket.NORMAL_CLOSURE, "");
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            heard.add(JSON.readTree(partial.toString()));
            partial.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        ended = statusCode == 1006 ? "cut" : Integer.toString(statusCode);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        if (ended == null) ended = "cut";
    }

    static Predicate<JsonNode> type(String type) {
        return f -> f.path("type").asString("").equals(type);
    }

    static Predicate<JsonNode> method(String method) {
        return f -> f.path("method").asString("").equals(method);
    }

    static Predicate<JsonNode> content(String content) {
        return type("message")
                .and(f -> f.path("message").path("content").asString("").equals(content));
    }
}
