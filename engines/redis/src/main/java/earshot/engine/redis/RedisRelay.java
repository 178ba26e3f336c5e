package earshot.engine.redis;

import earshot.core.message.RoomId;
import earshot.core.relay.NodeRelay;
import earshot.core.relay.Passed;
import earshot.core.relay.Question;
import earshot.core.relay.RoomRelay;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;

/**
 * What passes between nodes, by Redis' channels: one per room that a node serves ({@link RelayRoom}), one per node as its inbox, and one for all nodes, on
 * which questions are asked. Nothing is stored. Thread-safe.
 *
 * <p>Costs: a room that opens is one subscription and one word, both with others in one command; after that nothing while it is alone. What is told in
 * a shared room, or to one node, within one flush is one PUBLISH. Bytes on the wire begin with a version; what is not understood is counted and dropped.
 */
public final class RedisRelay implements RoomRelay, NodeRelay, AutoCloseable {
    static final int VERSION = 1;

    private static final System.Logger LOG = System.getLogger(RedisRelay.class.getName());
    private static final int VALUES = 1;
    private static final int ANSWER = 2;
    private static final int QUESTION = 3;
    private static final int MAX_VALUES_BYTES = 1 << 20;
    /** Nodes come and go; what is remembered of them is made again when needed. */
    private static final int MAX_INBOXES = 1_000;

    private final RedisLink link;
    private final Batcher batcher;
    private final Partitions partitions;
    private final Meter meter;
    private final long incarnation;
    private final RelayQuestions questions;
    private final RelayBudget budget = new RelayBudget();
    private final Map<RoomId, RelayRoom> rooms = new ConcurrentHashMap<>();
    private final AtomicLong serial = new AtomicLong();
    private final Map<Long, Request.Merge> inboxes = new ConcurrentHashMap<>();
    private final Subscriber.Subscription inbox;
    /** Done when the inbox is heard, however late. */
    private final CompletableFuture<Void> inboxHeard = new CompletableFuture<>();

    /** @param incarnation of this node; it has an inbox of that name from now on */
    public RedisRelay(RedisLink link, long incarnation, Meter meter) {
        this.link = link;
        this.batcher = link.batcher();
        this.meter = meter;
        this.incarnation = incarnation;
        String prefix = link.settings().prefix();
        this.partitions = new Partitions(prefix);
        this.questions = new RelayQuestions(this, prefix + "{nodes}:all");
        this.inbox = link.subscriber().subscribe(inbox(incarnation), new Inbox());
        inbox.ready().thenRun(() -> inboxHeard.complete(null));
    }

    private String inbox(long node) {
        return link.settings().prefix() + "{node:" + Long.toHexString(node) + "}:inbox";
    }

    /** Done when other nodes can reach this one. */
    CompletionStage<Void> ready() {
        return inboxHeard.thenCompose(_ -> questions.ready());
    }

    @Override
    public void close() {
        for (RelayRoom room : List.copyOf(rooms.values())) room.close();
        inbox.closeNow();
        questions.close();
    }

    // --- rooms

    @Override
    public Line open(RoomId room, Feed feed) {
        var line = new RelayRoom(this, room, partitions.key("relay", room), feed, serial.incrementAndGet());
        RelayRoom before = rooms.put(room, line);
        if (before != null) before.close();
        line.open();
        return line;
    }

    void closed(RoomId room, RelayRoom line) {
        rooms.remove(room, line);
    }

    /** Answers to a hello arrive from then on. */
    CompletionStage<Void> inboxReady() {
        return inboxHeard;
    }

    long incarnation() {
        return incarnation;
    }

    boolean isCluster() {
        return link.isCluster();
    }

    Meter meter() {
        return meter;
    }

    RelayBudget budget() {
        return budget;
    }

    Subscriber subscriber() {
        return link.subscriber();
    }

    void later(long nanos, Runnable task) {
        link.turns().later(nanos, task);
    }

    void offer(String channel, byte[] word, Request.Merge merge, Request.Answer answer) {
        String command = link.isCluster() ? "SPUBLISH" : "PUBLISH";
        batcher.offer(new Request(
                command, null, List.of(channel), List.of(word), false, merge, batcher.deadlineNanos(), answer));
    }

    /**
     * How many nodes hear a channel of ours. On one server PUBLISH would count those who listen to all channels of a pattern, too, as people do who
     * look for something; on a cluster there are no patterns for shard channels, and the answer to SPUBLISH says it.
     */
    void countListeners(String channel, LongConsumer then) {
        if (link.isCluster()) return;
        batcher.subscribers(channel).thenAccept(then::accept);
    }

    void onMalformed(IllegalArgumentException e) {
        meter.add(Metric.RELAY_MALFORMED, 1);
        LOG.log(System.Logger.Level.DEBUG, "another node's word was not understood", e);
    }

    /** The newest that one message can hold. */
    void sendValues(long to, RoomId room, List<Passed> values) {
        List<byte[]> newestFirst = new ArrayList<>();
        int size = 0;
        for (Passed value : values.reversed()) {
            byte[] bytes = RelayCodec.passed(value);
            if (bytes == null) continue;
            size += bytes.length;
            if (size > MAX_VALUES_BYTES) break;
            newestFirst.add(bytes);
        }
        RelayWriter out = new RelayWriter();
        RelayNames.room(out, room);
        for (byte[] bytes : newestFirst.reversed()) out.block(bytes);
        send(to, VALUES, out);
    }

    /** Into another node's inbox. If it gets lost, whoever waits for it asks again or goes on without. Completes with how many heard it. */
    private CompletionStage<Long> send(long to, int kind, RelayWriter body) {
        if (inboxes.size() >= MAX_INBOXES) inboxes.clear();
        Request.Merge merge = inboxes.computeIfAbsent(to, _ -> new RelayMerge(this, 0));
        byte[] word = new RelayWriter().byteOf(kind).block(body.toBytes()).toBytes();
        var heard = new CompletableFuture<Long>();
        offer(inbox(to), word, merge, new RelayCount(heard));
        return heard;
    }

    CompletionStage<Long> sendQuestion(long to, RelayWriter body) {
        return send(to, QUESTION, body);
    }

    void sendAnswer(long to, RelayWriter body) {
        send(to, ANSWER, body);
    }

    /** Reads one message of another node, word by word. What is not understood is counted, and what is behind it is lost. */
    void read(byte[] payload, BiConsumer<Long, RelayReader> word) {
        try {
            RelayReader in = new RelayReader(payload);
            if (in.byteOf() != VERSION) throw new IllegalArgumentException("relay: version");
            long from = in.number();
            var _ = in.number();
            if (from == incarnation) return;
            while (in.hasMore()) word.accept(from, in);
        } catch (IllegalArgumentException e) {
            onMalformed(e);
        }
    }

    // --- nodes

    @Override
    public void open(Ears ears) {
        questions.open(ears);
    }

    @Override
    public CompletionStage<Gathered> ask(Question question, Duration within) {
        return questions.ask(question, within);
    }

    @Override
    public CompletionStage<Gathered> ask(long node, Question question, Duration within) {
        return questions.ask(node, question, within);
    }

    /** Answers and values for this node. */
    private final class Inbox implements Subscriber.Listener {
        @Override
        public void onMessage(String channel, byte[] payload) {
            read(payload, (from, in) -> onWord(from, in.byteOf(), in.inner()));
        }

        private void onWord(long from, int kind, RelayReader in) {
            if (kind == VALUES) onValues(from, in);
            else if (kind == ANSWER) questions.onAnswer(in);
            else if (kind == QUESTION) questions.onQuestion(from, in);
        }

        private void onValues(long from, RelayReader in) {
            RoomId room = RelayNames.room(in);
            List<Passed> values = new ArrayList<>();
            while (in.hasMore()) values.add(RelayCodec.passed(in.inner(), room));
            RelayRoom line = rooms.get(room);
            if (line != null) line.onValues(from, values);
        }

        /** Answers that were on their way are missing when their time is up; rooms ask again by themselves. */
        @Override
        public void onGap() {
            inboxHeard.complete(null);
            for (RelayRoom line : List.copyOf(rooms.values())) line.ask();
        }
    }
}
