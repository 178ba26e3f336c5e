package earshot.it;

import earshot.core.testkit.FaultProxy;
import earshot.gateway.testkit.RawWebSocketClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * A member of a waddle channel that comes back after every end of its connection, wherever it is let in: it says again, in order and under the same ids,
 * what was not acknowledged, and asks for what it missed (dialects/waddle/WIRE.md). It keeps what each connection heard; {@link WandererCheck} says in the
 * end whether that is right. Thread-safe; speaks on the thread that reads.
 */
final class Wanderer implements AutoCloseable, ReturningConnection.Hearer {
    private static final int REFUSED_PAUSE_MILLIS = 50;

    private final ReturningConnection connection;
    private final String user;
    private final int atOnce;
    private final List<Visit> visits = new CopyOnWriteArrayList<>();
    private final List<Integer> acknowledged = new CopyOnWriteArrayList<>();

    /** Of the reading thread: what was said and not acknowledged. */
    private final SortedMap<Integer, String> open = new TreeMap<>();

    /** Of the reading thread: ids after which nothing was missing when they were the newest. */
    private final List<String> anchors = new ArrayList<>();

    private int next;
    private volatile boolean loaded = true;
    private volatile boolean quiet;
    private volatile boolean settled;
    private final AtomicInteger refused = new AtomicInteger();

    /** What one connection heard. */
    static final class Visit {
        /** Ids, oldest first. */
        final List<String> snapshot = new CopyOnWriteArrayList<>();

        /** Ids of live and replayed messages, as they came. */
        final List<String> heard = new CopyOnWriteArrayList<>();
        /** The message after which it asked for the rest; empty: it did not ask. */
        volatile String after = "";

        /** Everything between that message and the snapshot's end was replayed. */
        volatile boolean synced;
    }

    /** @param atOnce how many messages it says before the first of them is acknowledged; 0: it only reads */
    Wanderer(Supplier<InetSocketAddress> addresses, String channel, String user, int atOnce) {
        this.user = user;
        this.atOnce = atOnce;
        this.connection = new ReturningConnection(
                user,
                addresses,
                "/channel/" + channel + "/websocket",
                Duration.ofMinutes(2),
                this,
                "Authorization",
                Nodes.bearer(user));
        connection.start();
    }

    String user() {
        return user;
    }

    List<Visit> visits() {
        return visits;
    }

    /** Numbers of messages, in the order of their acknowledgements. */
    List<Integer> acknowledged() {
        return acknowledged;
    }

    int connections() {
        return connection.count();
    }

    /** How often it was told that a message may not have been stored. */
    int refused() {
        return refused.get();
    }

    /** It says nothing new any more. */
    void finish() {
        loaded = false;
    }

    /** Connected, everything that it missed replayed, and all that it said acknowledged. */
    boolean isSettled() {
        connection.throwIfBroken();
        return settled && quiet;
    }

    String text(int number) {
        return user + " " + number;
    }

    @Override
    public void onBegun(RawWebSocketClient client) {
        visits.add(new Visit());
    }

    @Override
    public void onEnded() {
        settled = false;
    }

    @Override
    public void onFrame(RawWebSocketClient client, JsonNode frame) throws IOException {
        switch (frame.path("type").asString("")) {
            case "initial_state" -> onSnapshot(client, frame);
            case "message" -> onMessage(frame.path("message").path("id").asString());
            case "sync_complete" -> onSynced(client, frame);
            case "ack" -> onAck(client, frame);
            case "error" -> onError(client, frame);
            default -> {}
        }
    }

    private void onSnapshot(RawWebSocketClient client, JsonNode frame) throws IOException {
        Visit visit = visits.getLast();
        frame.path("messages").forEach(m -> visit.snapshot.add(m.path("id").asString()));
        for (var each : open.entrySet()) say(client, each.getKey(), each.getValue());
        sayMore(client);
        sync(client, visit);
    }

    private void sync(RawWebSocketClient client, Visit visit) throws IOException {
        if (anchors.isEmpty()) {
            visit.after = "";
            arrive(visit);
            return;
        }
        visit.after = anchors.getLast();
        client.text("{\"type\":\"sync\",\"afterMessageId\":\"" + visit.after + "\"}");
    }

    /** From here on what comes is live. */
    private void arrive(Visit visit) {
        visit.synced = true;
        if (!visit.snapshot.isEmpty()) anchors.add(visit.snapshot.getLast());
        settled = true;
    }

    private void onMessage(String id) {
        Visit visit = visits.getLast();
        visit.heard.add(id);
        if (visit.synced) anchors.add(id);
    }

    private void onSynced(RawWebSocketClient client, JsonNode frame) throws IOException {
        Visit visit = visits.getLast();
        if (frame.path("complete").asBoolean()) {
            arrive(visit);
        } else if (frame.path("replayed").asInt() > 0) {
            client.text("{\"type\":\"sync\",\"afterMessageId\":\""
                    + frame.path("lastMessageId").asString() + "\"}");
        } else {
            // Nobody knows that message any more, or the history does not answer.
            FaultProxy.pause(REFUSED_PAUSE_MILLIS);
            if (isUnknown(visit)) anchors.removeLast();
            sync(client, visit);
        }
    }

    /** The server does not say why it has nothing: a message in the snapshot it knows. */
    private static boolean isUnknown(Visit visit) {
        return !visit.snapshot.contains(visit.after);
    }

    private void onAck(RawWebSocketClient client, JsonNode frame) throws IOException {
        String id = frame.path("messageId").asString();
        int number = Integer.parseInt(id.substring(id.lastIndexOf('-') + 1));
        if (open.remove(number) != null) acknowledged.add(number);
        sayMore(client);
    }

    /** Who says one at a time may say it again here; of several the order would change, so it begins anew. */
    private void onError(RawWebSocketClient client, JsonNode frame) throws IOException {
        String told = frame.path("message").asString();
        if (!told.equals("Message may not have been stored") && !told.equals("Too busy, try again"))
            throw new AssertionError(frame.toString());
        refused.incrementAndGet();
        if (atOnce > 1) throw new IOException(told);
        FaultProxy.pause(REFUSED_PAUSE_MILLIS);
        for (var each : open.entrySet()) say(client, each.getKey(), each.getValue());
    }

    private void sayMore(RawWebSocketClient client) throws IOException {
        while (loaded && open.size() < atOnce) {
            open.put(next, text(next));
            say(client, next, text(next));
            next++;
        }
        quiet = open.isEmpty();
    }

    private void say(RawWebSocketClient client, int number, String text) throws IOException {
        client.text("{\"type\":\"message\",\"message\":{\"id\":\"%s-%d\",\"content\":\"%s\"}}"
                .formatted(user, number, text));
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }

    @Override
    public String toString() {
        return connection + (settled ? ", settled, " : ", ") + acknowledged.size() + " acknowledged, " + refused
                + " refused, " + (quiet ? "quiet" : "saying");
    }
}
