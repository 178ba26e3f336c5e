package earshot.it;

import earshot.gateway.testkit.RawWebSocketClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A member of a waddle channel that comes back after every end of its connection: it repeats what was not acknowledged under the same ids, and
 * syncs what it missed (dialects/waddle/WIRE.md). What it hears is checked as it comes: within a connection live messages follow each other
 * without a hole, replayed ones too, and a place in the channel's log never has two messages. Thread-safe.
 */
final class ReturningMember implements AutoCloseable, ReturningConnection.Hearer {
    private final ReturningConnection connection;
    private final String user;

    /** By number: what was published and not acknowledged. */
    private final SortedMap<Integer, String> unacknowledged = new ConcurrentSkipListMap<>();

    /** By sequence: the text of every message that was heard. */
    private final SortedMap<Long, String> heard = new ConcurrentSkipListMap<>();

    private final Map<Long, String> ids = new ConcurrentSkipListMap<>();
    private final AtomicInteger published = new AtomicInteger();
    private final ReentrantLock sending = new ReentrantLock();
    /** That has its initial state. */
    private volatile @Nullable RawWebSocketClient socket;

    private volatile boolean upToDate;

    /** Up to here nothing is missing, so that this is what a sync may begin after; 0: nothing was heard yet. Of the reading thread. */
    private long whole;

    private long snapshotTop;
    private long lastLive;
    private long lastReplayed;

    ReturningMember(InetSocketAddress address, String channel, String user) {
        this.user = user;
        this.connection = new ReturningConnection(
                user,
                address,
                "/channel/" + channel + "/websocket",
                Duration.ofMinutes(1),
                this,
                "Authorization",
                "Bearer " + TestTokens.waddle(user, user, "write"));
        connection.start();
    }

    String user() {
        return user;
    }

    /** How many messages. */
    int published() {
        return published.get();
    }

    int connections() {
        return connection.count();
    }

    /** In the order of the channel, by sequence. */
    SortedMap<Long, String> heard() {
        return new TreeMap<>(heard);
    }

    /** Connected, everything that it said acknowledged, everything that it missed replayed. */
    boolean isSettled() {
        throwIfBroken();
        return upToDate && unacknowledged.isEmpty();
    }

    void throwIfBroken() {
        connection.throwIfBroken();
    }

    /** Sent now if there is a connection, and again on the next ones until it is acknowledged. */
    void publish(String text) {
        sending.lock();
        try {
            int number = published.getAndIncrement();
            unacknowledged.put(number, text);
            RawWebSocketClient now = socket;
            if (now != null) send(now, number, text);
        } catch (IOException _) {
            // the reading thread sees the end of the connection and comes back
        } finally {
            sending.unlock();
        }
    }

    private void send(RawWebSocketClient to, int number, String text) throws IOException {
        to.text("{\"type\":\"message\",\"message\":{\"id\":\"%s-%d\",\"content\":\"%s\"}}"
                .formatted(user, number, text));
    }

    @Override
    public void onBegun(RawWebSocketClient client) {}

    @Override
    public void onEnded() {
        socket = null;
        upToDate = false;
    }

    @Override
    public void onFrame(RawWebSocketClient client, JsonNode frame) throws IOException {
        switch (frame.path("type").asString("")) {
            case "initial_state" -> onInitialState(client, frame);
            case "message" -> onMessage(frame.path("message"));
            case "ack" -> unacknowledged.remove(number(frame.path("messageId").asString()));
            case "sync_complete" -> onSynced(client, frame.path("complete").asBoolean());
            case "error" -> throw new AssertionError(frame.toString());
            default -> {}
        }
    }

    private static int number(String id) {
        return Integer.parseInt(id.substring(id.lastIndexOf('-') + 1));
    }

    private void onInitialState(RawWebSocketClient client, JsonNode frame) throws IOException {
        snapshotTop = 0;
        for (JsonNode message : frame.path("messages")) {
            know(message);
            snapshotTop = Math.max(snapshotTop, message.path("sequence").asLong());
        }
        lastLive = snapshotTop;
        if (whole == 0 && snapshotTop == frame.path("messages").size()) whole = snapshotTop;
        repeatWhatIsOpen(client);
        sync(client);
    }

    private void repeatWhatIsOpen(RawWebSocketClient client) throws IOException {
        sending.lock();
        try {
            for (Map.Entry<Integer, String> open : unacknowledged.entrySet())
                send(client, open.getKey(), open.getValue());
            socket = client;
        } finally {
            sending.unlock();
        }
    }

    private void sync(RawWebSocketClient client) throws IOException {
        lastReplayed = whole;
        if (whole == snapshotTop) {
            upToDate = true;
            return;
        }
        check(whole > 0, "it missed the channel's beginning and has no id to sync after");
        client.text("{\"type\":\"sync\",\"afterMessageId\":\"" + ids.get(whole) + "\"}");
    }

    private void onMessage(JsonNode message) {
        long sequence = message.path("sequence").asLong();
        if (sequence > snapshotTop) {
            check(sequence == lastLive + 1, "live " + sequence + " after " + lastLive);
            lastLive = sequence;
        } else {
            check(sequence == lastReplayed + 1, "replayed " + sequence + " after " + lastReplayed);
            lastReplayed = sequence;
        }
        know(message);
        if (upToDate) whole = lastLive;
        else if (sequence <= snapshotTop) whole = sequence;
    }

    private void onSynced(RawWebSocketClient client, boolean complete) throws IOException {
        if (!complete) {
            sync(client);
            return;
        }
        check(lastReplayed == snapshotTop, "synced up to " + lastReplayed + " of " + snapshotTop);
        upToDate = true;
        whole = lastLive;
    }

    private void know(JsonNode message) {
        long sequence = message.path("sequence").asLong();
        String id = message.path("id").asString();
        String before = ids.put(sequence, id);
        check(before == null || before.equals(id), "two messages at " + sequence);
        heard.put(sequence, message.path("content").asString());
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
        return connection + (upToDate ? ", up to date" : "") + ", heard " + (heard.isEmpty() ? 0 : heard.lastKey())
                + ", unacknowledged " + unacknowledged.size();
    }
}
