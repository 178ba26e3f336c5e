package earshot.server;

import earshot.server.config.ServerConfig;
import earshot.server.config.Sources;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A server in this process, on any free port, with everything in memory and one key that may do everything. */
final class TestServer implements AutoCloseable {
    static final String KEY = "ek_test-key-that-may-do-everything";
    static final String SECRET = "a-secret-of-the-test-server-0123456789";

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final EarshotServer server;

    private TestServer(EarshotServer server) {
        this.server = server;
    }

    /** @param settings keys and values beside those of a test server */
    static TestServer start(String... settings) {
        Map<String, String> flags = new HashMap<>(
                Map.of("network.port", "0", "network.loops", "2", "history.data", "none", "drain.timeout", "1s"));
        for (int i = 0; i < settings.length; i += 2) flags.put(settings[i], settings[i + 1]);
        Sources sources = new Sources(null, null, Map.of("EARSHOT_API_KEYS", KEY), flags, Map.of());
        return new TestServer(EarshotServer.start(ServerConfig.read(sources, (_, _) -> SECRET)));
    }

    int port() {
        return server.port();
    }

    EarshotServer server() {
        return server;
    }

    HttpResponse<String> send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(method + " " + path, e);
        }
    }

    /** With the key that may do everything. */
    HttpResponse<String> call(String method, String path, String body) {
        return send(method, path, body, "authorization", "Bearer " + KEY);
    }

    JsonNode json(String method, String path, String body) {
        return JSON.readTree(call(method, path, body).body());
    }

    static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    @Override
    public void close() {
        server.stop();
    }
}
