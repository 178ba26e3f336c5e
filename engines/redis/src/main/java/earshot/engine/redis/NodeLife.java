package earshot.engine.redis;

import earshot.core.lease.Incarnation;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The life of this node among the others: a heartbeat that goes with the flush (node-beat.lua), and who else is alive. Reading on any thread, the rest
 * confined to the engine's thread.
 *
 * <p>A node that was given up (it was paused, or cut off from Redis for longer than {@link NodeSettings#timeout}) finds out with its next heartbeat, or
 * when it changes something in a partition that was swept; it goes on as another incarnation. When Redis heard of nobody for a while nobody is given up:
 * it was Redis that was away.
 */
final class NodeLife {
    private static final System.Logger LOG = System.getLogger(NodeLife.class.getName());
    private static final Script BEAT = Script.load("node-beat");
    private static final int BEATS_PER_TIMEOUT = 5;
    private static final long SWEEP_MILLIS = 10_000;
    private static final int MAX_SUSPECTS = 100;

    /** Hears what becomes of this node. On the engine's thread. */
    interface Listener {
        /** Redis answered: this node is alive, and was when the heartbeat was sent. */
        default void onProven() {}

        /** Redis did not answer. */
        default void onUnproven(Throwable why) {}

        /** This node was given up, and is another incarnation from now on. */
        default void onRenewed() {}

        /** Nodes have stopped in order, begun anew, or were given up: {@link #hasEnded}. */
        default void onEnded() {}

        /** These were given up, and this node shall sweep them. */
        default void onGivenUp(List<Long> others) {}
    }

    private final NodeSettings settings;
    private final Batcher redis;
    private final Turns turns;
    private final Clock clock;
    private final RandomGenerator random;
    private final Meter meter;
    private final List<String> keys;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Set<Long> own = new LinkedHashSet<>();
    private final Set<Long> suspects = new LinkedHashSet<>();
    private volatile Incarnation self;
    private volatile Set<Long> owned = Set.of();
    private volatile NodeRegistry others = NodeRegistry.EMPTY;
    private volatile long provenNanos;
    private volatile boolean proven;
    private final CompletableFuture<Void> first = new CompletableFuture<>();
    private volatile boolean begun;
    private boolean beating;
    private boolean closed;
    private int alive;

    NodeLife(
            NodeSettings settings,
            Partitions partitions,
            Batcher redis,
            Turns turns,
            Clock clock,
            RandomGenerator random,
            Meter meter) {
        this.settings = settings;
        this.redis = redis;
        this.turns = turns;
        this.clock = clock;
        this.random = random;
        this.meter = meter;
        keys = NodeRegistry.keys(partitions);
        self = born();
    }

    private Incarnation born() {
        Incarnation born = new Incarnation(random.nextLong() | 1, settings.name(), settings.address());
        own.add(born.id());
        owned = Set.copyOf(own);
        begun = false;
        return born;
    }

    void listen(Listener listener) {
        listeners.add(listener);
    }

    /** Done when Redis knows of this node for the first time. */
    CompletableFuture<Void> begun() {
        return first;
    }

    void start() {
        turns.run(this::beat);
    }

    // --- any thread

    Incarnation self() {
        return self;
    }

    /** Whether Redis knows of this incarnation: before that it must not own anything. */
    boolean hasBegun() {
        return begun;
    }

    /** Whether the incarnation is, or was, this node. */
    boolean isOwn(long id) {
        return owned.contains(id);
    }

    /** Whether it stopped in an orderly way, or began anew: who was there comes back. */
    boolean hasEnded(long id) {
        return others.ended().contains(id);
    }

    /** Everybody who was not given up, this node included. */
    List<Incarnation> living() {
        NodeRegistry now = others;
        return now.known().values().stream()
                .filter(node -> !now.ended().contains(node.id()))
                .toList();
    }

    /** Until when this node is surely not given up, in the clock's nanoseconds; a tenth of the time is kept for clocks that run apart. */
    boolean isProven() {
        return proven && clock.nanos() - provenNanos < settings.timeout().toNanos() / 10 * 9;
    }

    /** Somebody has entries in a room and is known to nobody: perhaps Redis forgot. Whoever turns out not to live is swept. */
    void suspect(Set<Long> ids) {
        NodeRegistry now = others;
        List<Long> unknown =
                ids.stream().filter(id -> !now.known().containsKey(id)).toList();
        if (unknown.isEmpty()) return;
        turns.run(() -> {
            for (Long id : unknown) if (suspects.size() < MAX_SUSPECTS) suspects.add(id);
        });
    }

    // --- the heartbeat

    private void beat() {
        if (closed) return;
        turns.later(settings.timeout().toNanos() / BEATS_PER_TIMEOUT, this::beat);
        beatNow();
    }

    /** Asks at once whether Redis answers. */
    void beatNow() {
        if (beating || closed) return;
        beating = true;
        Incarnation node = self;
        long sentNanos = clock.nanos();
        redis.call(BEAT, keys, words(begun ? "beat" : "start", node))
                .whenComplete((reply, failure) -> turns.run(() -> onAnswer(node, sentNanos, reply, failure)));
    }

    private Object[] words(String what, Incarnation node) {
        List<Object> words = new ArrayList<>(List.of(
                what,
                NodeRegistry.bytes(node.id()),
                NodeRegistry.who(node, what.equals("end") ? NodeRegistry.ENDED : ""),
                node.node(),
                settings.timeout().toMillis(),
                settings.returnWithin().toMillis(),
                SWEEP_MILLIS));
        for (Long suspect : suspects) words.add(NodeRegistry.bytes(suspect));
        return words.toArray();
    }

    private void onAnswer(Incarnation node, long sentNanos, @Nullable Reply reply, @Nullable Throwable failure) {
        beating = false;
        if (!node.equals(self)) beatNow();
        if (closed || !node.equals(self)) return;
        if (reply == null) {
            Throwable why = failure == null ? new IllegalStateException("no answer") : failure;
            for (Listener listener : listeners) listener.onUnproven(why);
        } else if (reply.number(0) == 0) {
            onGivenUp(node.id());
        } else {
            onAlive(sentNanos, reply);
        }
    }

    private void onAlive(long sentNanos, Reply reply) {
        begun = true;
        first.complete(null);
        provenNanos = sentNanos;
        proven = true;
        suspects.clear();
        NodeRegistry before = others;
        others = NodeRegistry.read(reply.list(2), reply.list(3));
        if (!before.ended().containsAll(others.ended())) for (Listener listener : listeners) listener.onEnded();
        meter.move(Metric.NODES_ALIVE, living().size() - alive);
        meter.move(Metric.CLUSTER_NODES, living().size() - alive);
        alive = living().size();
        for (Listener listener : listeners) listener.onProven();
        Reply jobs = reply.list(1);
        List<Long> given = new ArrayList<>(jobs.size());
        for (int i = 0; i < jobs.size(); i++) given.add(NodeRegistry.id(jobs.bytes(i)));
        if (!given.isEmpty()) for (Listener listener : listeners) listener.onGivenUp(given);
    }

    /** Somebody says that the node was given up. */
    void onGivenUp(long id) {
        if (closed || id != self.id()) return;
        self = born();
        proven = false;
        meter.add(Metric.INCARNATIONS_LOST, 1);
        LOG.log(
                System.Logger.Level.WARNING,
                "Redis does not know this node any more: it was cut off for too long, or Redis lost its data;"
                        + " it goes on as another node=" + self);
        for (Listener listener : listeners) listener.onRenewed();
        beatNow();
    }

    // --- the end

    /** The node stops in an orderly way: its users are expected back. Completes when Redis knows, or does not answer. */
    CompletionStage<Void> end() {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        turns.run(() -> {
            closed = true;
            redis.call(BEAT, keys, words("end", self)).whenComplete((_, _) -> ended.complete(null));
        });
        return ended;
    }

    /** Says nothing any more, as a node that was killed. */
    void abandon() {
        turns.run(() -> closed = true);
    }
}
