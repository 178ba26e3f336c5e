package earshot.it;

import earshot.gateway.testkit.RawWebSocketClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * A reader of a threadkit page that comes back after every end of its connection, as ThreadKit's client does: it subscribes again and counts who
 * is there. Nothing is replayed in this dialect, so what is kept is what each connection heard. Thread-safe.
 */
final class ReturningCommenter implements AutoCloseable, ReturningConnection.Hearer {
    private final ReturningConnection connection;
    private final String page;
    private final String user;

    /** A list of texts for every connection. */
    private final List<List<String>> heard = new CopyOnWriteArrayList<>();

    private final Set<String> here = new ConcurrentSkipListSet<>();
    private volatile boolean subscribed;

    /** @param path with the project's key and the user's token */
    ReturningCommenter(InetSocketAddress address, String path, String user, String page) {
        this(() -> address, path, user, page);
    }

    /** @param address asked before each try */
    ReturningCommenter(Supplier<InetSocketAddress> address, String path, String user, String page) {
        this.page = page;
        this.user = user;
        this.connection = new ReturningConnection(user, address, path, Duration.ofMinutes(2), this);
        connection.start();
    }

    String user() {
        return user;
    }

    int connections() {
        return connection.count();
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
        connection.throwIfBroken();
    }

    @Override
    public void onBegun(RawWebSocketClient client) throws IOException {
        heard.add(new CopyOnWriteArrayList<>());
        client.text(Commenters.say("subscribe", page));
    }

    @Override
    public void onEnded() {
        subscribed = false;
    }

    @Override
    public void onFrame(RawWebSocketClient client, JsonNode frame) {
        JsonNode params = frame.path("params");
        switch (frame.path("method").asString("")) {
            case "presence" -> onPresence(params);
            case "user_joined" -> onJoined(params.path("user").path("id").asString());
            case "user_left" -> onLeft(params.path("user_id").asString());
            case "new_comment" -> {
                check(subscribed, "a comment before the snapshot");
                heard.getLast().add(params.path("comment").path("t").asString());
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
        connection.close();
    }

    @Override
    public String toString() {
        return connection + (subscribed ? ", subscribed" : "") + ", sees " + here.size();
    }
}
