package earshot.it;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A client of Engine.IO 4 and Socket.IO 5 by WebSocket, in packets as text: what it says and hears begins with Socket.IO's type. Thread-safe. */
final class SocketIoClient implements AutoCloseable, WebSocket.Listener {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;

    /** @param headers names and values in turn */
    private SocketIoClient(RunningServer server, String... headers) {
        URI uri = server.ws("/socket.io/?EIO=4&transport=websocket");
        WebSocket.Builder builder = HTTP.newWebSocketBuilder().connectTimeout(Duration.ofSeconds(10));
        for (int i = 0; i < headers.length; i += 2) builder.header(headers[i], headers[i + 1]);
        try {
            socket = builder.buildAsync(uri, this).get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** In {@code /}, as a user of a tenant. */
    static SocketIoClient connect(RunningServer server, String tenant, String user, String... headers) {
        SocketIoClient client = new SocketIoClient(server, headers);
        client.say("0{\"token\":\"" + TestTokens.summit(user, tenant) + "\"}");
        client.hears("it is connected", p -> p.startsWith("2[\"connection:established\""));
        return client;
    }

    SocketIoClient join(String room) {
        say("2999[\"room:join\",{\"room\":\"" + room + "\"}]");
        hears("it is in " + room, p -> p.startsWith("3999[{\"success\":true"));
        return this;
    }

    SocketIoClient say(String packet) {
        send("4" + packet);
        return this;
    }

    private void send(String text) {
        try {
            socket.sendText(text, true).get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    List<String> heard() {
        return heard;
    }

    /** The first packet that fits, when it comes. */
    String hears(String what, Predicate<String> which) {
        Await.until(what, () -> heard, () -> heard.stream().anyMatch(which));
        return heard.stream().filter(which).findFirst().orElseThrow();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            String packet = partial.toString();
            partial.setLength(0);
            if (packet.equals("2")) {
                var _ = webSocket.sendText("3", true);
            } else if (packet.startsWith("4")) {
                heard.add(packet.substring(1));
            }
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public void close() {
        socket.abort();
    }
}
