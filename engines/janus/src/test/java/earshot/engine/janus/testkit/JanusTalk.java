package earshot.engine.janus.testkit;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** One WebSocket to Janus that asks and waits for the answer. Confined to the test's thread; what goes wrong is an {@link IllegalStateException}. */
final class JanusTalk implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int NO_SUCH_ROOM = 485;

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final WebSocket socket;
    private int transactions;

    JanusTalk(URI address) {
        try {
            socket = HTTP.newWebSocketBuilder()
                    .subprotocols("janus-protocol")
                    .connectTimeout(Duration.ofSeconds(2))
                    .buildAsync(address, new Listener())
                    .join();
        } catch (CompletionException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder partial = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                heard.add(partial.toString());
                partial.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    JsonNode info() {
        return ask(JSON.createObjectNode().put("janus", "info"));
    }

    List<JsonNode> participants(String room) {
        JsonNode data = askBridge("listparticipants", room);
        if (data.path("error_code").asInt(0) == NO_SUCH_ROOM) return List.of();
        List<JsonNode> all = new ArrayList<>();
        for (JsonNode each : data.path("participants")) all.add(each);
        return all;
    }

    boolean hasRoom(String room) {
        return askBridge("exists", room).path("exists").asBoolean(false);
    }

    private JsonNode askBridge(String what, String room) {
        long session = made(ask(JSON.createObjectNode().put("janus", "create")));
        ObjectNode attach = JSON.createObjectNode().put("janus", "attach").put("plugin", "janus.plugin.audiobridge");
        long handle = made(ask(attach.put("session_id", session)));
        ObjectNode message = JSON.createObjectNode().put("janus", "message");
        message.put("session_id", session).put("handle_id", handle);
        message.set("body", JSON.createObjectNode().put("request", what).put("room", room));
        JsonNode answer = ask(message);
        ask(JSON.createObjectNode().put("janus", "destroy").put("session_id", session));
        return answer.path("plugindata").path("data");
    }

    private static long made(JsonNode answer) {
        return answer.path("data").path("id").asLong();
    }

    private JsonNode ask(ObjectNode request) {
        String transaction = "t" + ++transactions;
        request.put("transaction", transaction).put("apisecret", JanusServer.API_SECRET);
        socket.sendText(JSON.writeValueAsString(request), true).join();
        while (true) {
            JsonNode said = JSON.readTree(next());
            if (said.path("transaction").asString("").equals(transaction)) return said;
        }
    }

    private String next() {
        try {
            String text = heard.poll(5, TimeUnit.SECONDS);
            if (text == null) throw new IllegalStateException("Janus did not answer");
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        socket.abort();
    }
}
