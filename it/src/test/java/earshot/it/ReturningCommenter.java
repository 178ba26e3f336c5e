package earshot.it;

import earshot.core.testkit.FaultProxy;
import earshot.gateway.testkit.RawWebSocketClient;
import earshot.gateway.testkit.RawWebSocketClient.Received;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A reader of a threadkit page that comes back after every end of its connection, as ThreadKit's client does: it subscribes again and counts who
 * is there. Nothing is replayed in this dialect, so what is kept is what each connection heard. Thread-safe.
 */
final class ReturningCommenter implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final InetSocketAddress address;
    private final String path;
    private final String page;
    private final String user;

    /** A list of texts for every connection. */
    private final List<List<String>> heard = new CopyOnWriteArrayList<>();

    private final Set<String> here = new ConcurrentSkipListSet<>();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile @Nullable RawWebSocketClient socket;
    private volatile @Nullable String broken;
    private volatile boolean subscribed;
    private volatile boolean closed;

    /** @param path with the project's key and the user's token */
    ReturningCommenter(InetSocketAddress address, String path, String user, String page) {
        this.address = address;
        this.path = path;
        this.page = page;
        this.user = user;
        Thread.ofVirtual().name(user).start(this::live);
    }

    String user() {
        return user;
    }

    int connections() {
        return connections.get();
    }

    /** What each connection heard, in its order. */
    List<List<String>> heard() {
        return heard.stream().map(List::copyOf).toList();
    }

    /** Who is on the page, as this reader counts. */
    Set<String> here() {
        return Set.copyOf(here);
    }

    boolean isSubscribed() {
        throwIfBroken();
        return subscribed;
    }

    void throwIfBroken() {
        if (broken != null) throw new AssertionError(user + ": " + broken);
    }

    private void live() {
        try {
            while (!closed) {
                try (RawWebSocketClient client = new RawWebSocketClient(address, path)) {
                    if (client.upgrade().status() == 101) converse(client);
                } catch (IOException | NumberFormatException | IndexOutOfBoundsException _) {
                    // as clients do: once more
                } finally {
                    subscribed = false;
                }
                FaultProxy.pause(20);
            }
        } catch (AssertionError | RuntimeException e) {
            broken = e.toString();
        }
    }

    private void converse(RawWebSocketClient client) throws IOException {
        connections.incrementAndGet();
        client.http().socket().setSoTimeout(120_000);
        List<String> texts = new CopyOnWriteArrayList<>();
        heard.add(texts);
        socket = client;
        client.text(Commenters.say("subscribe", page));
        Received frame = client.read();
        while (!frame.isEnd() && !closed) {
            if (frame.opcode() == RawWebSocketClient.PING)
                client.send(RawWebSocketClient.frame(RawWebSocketClient.PONG, frame.payload()));
            else if (frame.opcode() == RawWebSocketClient.TEXT) onFrame(JSON.readTree(frame.text()), texts);
            else break;
            frame = client.read();
        }
        socket = null;
    }

    private void onFrame(JsonNode frame, List<String> texts) {
        JsonNode params = frame.path("params");
        switch (frame.path("method").asString("")) {
            case "presence" -> onPresence(params);
            case "user_joined" -> onJoined(params.path("user").path("id").asString());
            case "user_left" -> onLeft(params.path("user_id").asString());
            case "new_comment" -> {
                check(subscribed, "a comment before the snapshot");
                texts.add(params.path("comment").path("t").asString());
            }
            case "error" -> throw new AssertionError(frame.toString());
            default -> {}
        }
    }

    private void onPresence(JsonNode params) {
        check(!subscribed, "a second snapshot");
        here.clear();
        params.path("users").forEach(u -> here.add(u.path("id").asString()));
        check(here.size() == params.path("users").size(), "somebody is on the page twice");
        subscribed = true;
    }

    private void onJoined(String who) {
        check(subscribed, "a join before the snapshot");
        check(here.add(who), who + " joined and was there");
    }

    private void onLeft(String who) {
        check(subscribed, "a leave before the snapshot");
        check(here.remove(who), who + " left and was not there");
    }

    private static void check(boolean holds, String what) {
        if (!holds) throw new AssertionError(what);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        RawWebSocketClient now = socket;
        if (now != null) now.close();
    }

    @Override
    public String toString() {
        return user + " on connection " + connections + (subscribed ? ", subscribed" : "") + ", sees " + here.size()
                + (broken == null ? "" : ", " + broken);
    }
}
