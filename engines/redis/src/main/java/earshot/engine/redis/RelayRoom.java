package earshot.engine.redis;

import earshot.core.message.Lane;
import earshot.core.message.RoomId;
import earshot.core.relay.Passed;
import earshot.core.relay.RoomRelay;
import earshot.core.telemetry.Metric;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One room's line to itself on other nodes: a channel. Thread-safe behind its own lock, under which the feed is told, so that it hears in order.
 *
 * <p>Who begins says hello when the channel is subscribed, and those who serve the room answer into the inbox of who asked, with their latest values.
 * So everybody knows whom there is to tell; who goes says bye. A node that ended without it is noticed by the number of those who heard.
 *
 * <p>Each word of a node has a number: one that was heard is not heard again, and one that is missing shows that something was lost. Then, and when
 * Redis did not take something, hello is said again: values are exchanged once more, and the rest is lost.
 */
final class RelayRoom implements RoomRelay.Line, Subscriber.Listener {
    static final int EVENT = 1;
    static final int HELLO = 2;
    static final int BYE = 3;

    private static final int MAX_PEERS = 1000;
    private static final int MAX_EVENT_BYTES = 1 << 20;
    private static final long HEAL_NANOS = 1_000_000_000L;
    private static final long MAX_HEAL_NANOS = 16 * HEAL_NANOS;

    private final RedisRelay relay;
    private final RoomId room;
    private final String channel;
    private final RoomRelay.Feed feed;
    private final Request.Merge merge;

    private final Map<Long, RelayPeer> peers = new HashMap<>(2);
    private Subscriber.@Nullable Subscription subscription;
    private long lastSaid;
    /** Grows whenever somebody shows that they serve the room. */
    private long heardOf;

    private boolean healing;
    private long healNanos = HEAL_NANOS;
    private boolean lost;
    private boolean valuesLost;
    private boolean closed;
    /** Until it is known that nobody else serves the room, somebody might. */
    private volatile boolean shared = true;

    /** @param serial of all lines of this node the later one's is higher */
    RelayRoom(RedisRelay relay, RoomId room, String channel, RoomRelay.Feed feed, long serial) {
        this.relay = relay;
        this.room = room;
        this.channel = channel;
        this.feed = feed;
        this.merge = new RelayMerge(relay, serial);
    }

    void open() {
        Subscriber.Subscription made = relay.subscriber().subscribe(channel, this);
        synchronized (this) {
            subscription = made;
        }
        // When it fails, the channel is heard later all the same, and onGap says so.
        made.ready().thenCompose(_ -> relay.inboxReady()).thenRun(this::hello);
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) return;
            if (shared) say(BYE, new byte[0], Lane.SPARE);
            closed = true;
            shared = false;
        }
        if (subscription != null) subscription.closeNow();
        relay.closed(room, this);
    }

    // --- telling

    @Override
    public boolean isShared() {
        return shared;
    }

    @Override
    public void tell(Passed passed) {
        Lane lane = passed.event().lane();
        byte[] bytes = RelayCodec.passed(passed);
        if (bytes == null || bytes.length > MAX_EVENT_BYTES) {
            relay.meter().add(Metric.RELAY_DROPPED, 1, lane.word(), bytes == null ? "unexpected" : "too_large");
            return;
        }
        synchronized (this) {
            if (shared && say(EVENT, bytes, lane)) relay.meter().add(Metric.RELAY_EVENTS, 1, "out");
        }
    }

    @Override
    public void ask() {
        helloAgainSoon();
    }

    private synchronized void hello() {
        long heardOfThen = heardOf;
        if (!closed && say(HELLO, new byte[0], Lane.SURE))
            relay.countListeners(channel, count -> onListeners(count, heardOfThen));
    }

    /** False: too much waits already. What is not spare has a number all the same, so that others notice. */
    private boolean say(int kind, byte[] body, Lane lane) {
        if (closed) return false;
        if (!relay.budget().enter(lane, body.length)) {
            if (lane != Lane.SPARE) lastSaid++;
            onLost(lane, "queue");
            return false;
        }
        byte[] word =
                new RelayWriter().byteOf(kind).number(++lastSaid).block(body).toBytes();
        relay.offer(channel, word, merge, new Sent(kind, lane, body.length, heardOf));
        return true;
    }

    private void onLost(Lane lane, String why) {
        relay.meter().add(Metric.RELAY_DROPPED, 1, lane.word(), why);
        if (lane == Lane.LATEST) valuesLost = true;
        if (lane != Lane.SPARE) helloAgainSoon();
    }

    /** What Redis did with a word. */
    private final class Sent implements Request.Answer {
        private final int kind;
        private final Lane lane;
        private final int size;
        private final long heardOfThen;
        private boolean answered;

        Sent(int kind, Lane lane, int size, long heardOfThen) {
            this.kind = kind;
            this.lane = lane;
            this.size = size;
            this.heardOfThen = heardOfThen;
        }

        @Override
        public void onReply(Reply reply) {
            if (!leave()) return;
            if (kind == EVENT && reply.number(0) <= 1) onNobody(heardOfThen);
            if (kind == HELLO && relay.isCluster()) onListeners(reply.number(0), heardOfThen);
        }

        @Override
        public void onFailure(RedisUnavailable failure) {
            if (!leave()) return;
            synchronized (RelayRoom.this) {
                if (!closed) onLost(lane, "redis");
            }
        }

        private synchronized boolean leave() {
            if (answered) return false;
            answered = true;
            relay.budget().leave(size);
            return true;
        }
    }

    // --- who else serves the room

    /** So many were subscribed, this node among them. */
    private void onListeners(long count, long heardOfThen) {
        if (count <= 1) {
            onNobody(heardOfThen);
            feed.onReady();
            return;
        }
        synchronized (this) {
            if (closed) return;
            shared = true;
            if (peers.isEmpty()) healSoon();
        }
    }

    /** Nobody else heard it: those who were known are gone, unless somebody came meanwhile. */
    private synchronized void onNobody(long heardOfThen) {
        if (heardOf != heardOfThen) return;
        peers.clear();
        shared = false;
    }

    private @Nullable RelayPeer peer(long node) {
        heardOf++;
        RelayPeer peer = peers.get(node);
        if (peer == null && peers.size() < MAX_PEERS) {
            peer = new RelayPeer();
            peers.put(node, peer);
        }
        shared = true;
        healNanos = HEAL_NANOS;
        return peer;
    }

    // --- hearing

    /** On the connection's thread. */
    @Override
    public void onMessage(String heardOn, byte[] payload) {
        try {
            RelayReader in = new RelayReader(payload);
            if (in.byteOf() != RedisRelay.VERSION) throw new IllegalArgumentException("relay: version");
            long from = in.number();
            if (from == relay.incarnation()) return;
            long fromSerial = in.number();
            synchronized (this) {
                while (in.hasMore()) onWord(from, fromSerial, in.byteOf(), in.number(), in.inner());
            }
        } catch (IllegalArgumentException e) {
            relay.onMalformed(e);
        }
    }

    private void onWord(long from, long fromSerial, int kind, long number, RelayReader body) {
        if (closed) return;
        RelayPeer peer = peer(from);
        if (peer == null || !isNews(peer.hear(fromSerial, number))) return;
        switch (kind) {
            case EVENT -> {
                relay.meter().add(Metric.RELAY_EVENTS, 1, "in");
                feed.onPassed(RelayCodec.passed(body, room));
            }
            case HELLO -> feed.onAsked(values -> relay.sendValues(from, room, values));
            case BYE -> {
                peers.remove(from);
                shared = !peers.isEmpty();
            }
            default -> {} // of a later version
        }
    }

    private boolean isNews(RelayPeer.Word word) {
        if (word == RelayPeer.Word.AFTER_A_GAP) {
            relay.meter().add(Metric.RELAY_GAPS, 1);
            helloAgainSoon();
        }
        return word != RelayPeer.Word.OLD;
    }

    /** The inbox brought another node's values: it serves the room. */
    synchronized void onValues(long from, List<Passed> values) {
        if (closed) return;
        var _ = peer(from);
        for (Passed value : values) feed.onPassed(value);
        feed.onReady();
    }

    /** The channel was deaf for a while. */
    @Override
    public void onGap() {
        hello();
    }

    // --- after a loss, or when nobody answered

    private synchronized void helloAgainSoon() {
        lost = true;
        healSoon();
    }

    /** Looks again after a while, which is longer each time until somebody is heard. */
    private void healSoon() {
        if (healing || closed) return;
        healing = true;
        relay.later(healNanos, this::heal);
        healNanos = Math.min(MAX_HEAL_NANOS, 2 * healNanos);
    }

    private void heal() {
        boolean tellValues;
        synchronized (this) {
            healing = false;
            if (!lost && (!shared || !peers.isEmpty())) return;
            tellValues = valuesLost && shared;
            lost = false;
            valuesLost = false;
        }
        hello();
        if (tellValues) feed.onAsked(values -> values.forEach(this::tell));
    }
}
