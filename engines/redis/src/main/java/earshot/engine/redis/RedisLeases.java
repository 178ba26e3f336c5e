package earshot.engine.redis;

import earshot.core.lease.Incarnation;
import earshot.core.lease.Leases;
import earshot.core.lease.LeasesUnavailable;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Leases of one node in Redis: a key for each, without an expiry of its own, so that a thousand leases cost no more than one. What a node has is proven by
 * its heartbeat ({@link NodeLife}), and taken away by whoever sweeps it. Thread-safe; stages complete and losses are told on any thread.
 */
public final class RedisLeases implements Leases {
    private static final Script ACQUIRE = Script.load("lease-acquire");
    private static final Script RELEASE = Script.load("lease-release");
    private static final long LOOK_NANOS = Duration.ofMillis(50).toNanos();

    private final Batcher redis;
    private final Turns turns;
    private final PresenceKeys keys;
    private final NodeLife life;
    private final Meter meter;
    private final Map<String, Held> held = new HashMap<>();
    /** Names that Redis may have as this node's though nobody here has them, and whose they are there. */
    private final Map<String, Set<Long>> unsure = new HashMap<>();

    private boolean looking;

    RedisLeases(RedisLink link, NodeLife life, Meter meter) {
        this.redis = link.batcher();
        this.turns = link.turns();
        this.keys = new PresenceKeys(link.partitions());
        this.life = life;
        this.meter = meter;
        life.listen(new Life());
    }

    @Override
    public CompletionStage<Grant> acquire(String name, Runnable onLost) {
        CompletableFuture<Grant> answer = new CompletableFuture<>();
        turns.run(() -> acquire(name, onLost, answer));
        return answer;
    }

    private void acquire(String name, Runnable onLost, CompletableFuture<Grant> answer) {
        if (unsure.containsKey(name) || !life.isProven()) {
            answer.completeExceptionally(new LeasesUnavailable("this node cannot prove that it is alive"));
            return;
        }
        Incarnation node = life.self();
        int partition = Partitions.of(name);
        List<String> at = List.of(
                keys.givenUp(partition, node.id()),
                keys.lease(partition, name),
                keys.fence(partition),
                keys.leasesOf(partition, node.id()));
        redis.call(ACQUIRE, at, NodeRegistry.bytes(node.id()), NodeRegistry.who(node, ""))
                .whenComplete((reply, failure) -> turns.run(() -> {
                    if (reply == null) onNotAcquired(name, node, failure, answer);
                    else onAcquired(name, node, onLost, reply, answer);
                }));
    }

    private void onNotAcquired(
            String name, Incarnation node, @Nullable Throwable failure, CompletableFuture<Grant> answer) {
        giveBack(name, node.id());
        answer.completeExceptionally(
                failure == null
                        ? new LeasesUnavailable("Redis did not answer")
                        : new LeasesUnavailable("Redis did not answer", failure));
    }

    private void onAcquired(
            String name, Incarnation node, Runnable onLost, Reply reply, CompletableFuture<Grant> answer) {
        if (reply.number(0) < 0) {
            life.onGivenUp(node.id());
            answer.completeExceptionally(new LeasesUnavailable("this node was given up"));
            return;
        }
        Owner owner = owner(reply.bytes(1));
        if (reply.number(0) == 0) {
            answer.complete(new Grant.Taken(owner));
            return;
        }
        var lease = new Held(name, owner, onLost);
        if (!node.equals(life.self()) || !life.isProven()) {
            giveBack(name, node.id());
            answer.completeExceptionally(new LeasesUnavailable("this node cannot prove that it is alive"));
            return;
        }
        held.put(name, lease);
        meter.move(Metric.LEASES_HELD, 1);
        lookSoon();
        answer.complete(new Grant.Held(lease));
    }

    @Override
    public CompletionStage<Optional<Owner>> owner(String name) {
        return redis.get(keys.lease(Partitions.of(name), name))
                .thenApply(value -> value == null ? Optional.<Owner>empty() : Optional.of(owner(value)))
                .exceptionallyCompose(failure ->
                        CompletableFuture.failedStage(new LeasesUnavailable("Redis did not answer", failure)));
    }

    private static Owner owner(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        long id = in.getLong();
        long fence = in.getLong();
        return new Owner(new Incarnation(id, NodeRegistry.text(in), NodeRegistry.text(in)), fence);
    }

    // --- losing

    private void lookSoon() {
        if (looking) return;
        looking = true;
        turns.later(LOOK_NANOS, this::look);
    }

    /** A node that cannot prove that it is alive has nothing. */
    private void look() {
        looking = false;
        if (!life.isProven()) loseAll();
        if (!held.isEmpty()) lookSoon();
    }

    private void loseAll() {
        List<Held> lost = List.copyOf(held.values());
        for (Held lease : lost) {
            held.remove(lease.name);
            giveBack(lease.name, lease.owner.incarnation().id());
            lease.lose();
        }
    }

    /** The node ends in order: what it has is free at once. */
    void end() {
        turns.run(() -> {
            for (Held lease : List.copyOf(held.values())) {
                held.remove(lease.name);
                lease.lose();
                lease.free();
            }
        });
    }

    private final class Life implements NodeLife.Listener {
        @Override
        public void onProven() {
            for (String name : List.copyOf(unsure.keySet()))
                for (Long owner : List.copyOf(unsure.getOrDefault(name, Set.of())))
                    release(name, owner, NodeRegistry.bytes(owner));
        }

        @Override
        public void onRenewed() {
            loseAll();
        }
    }

    // --- giving back

    /** As soon as Redis is there. Nobody here gets it before. */
    private void giveBack(String name, long owner) {
        unsure.computeIfAbsent(name, _ -> new LinkedHashSet<>(1)).add(owner);
    }

    /** @param begins how the lease begins that is meant */
    private void release(String name, long owner, byte[] begins) {
        int partition = Partitions.of(name);
        List<String> at = List.of(keys.lease(partition, name), keys.leasesOf(partition, owner));
        redis.call(RELEASE, at, (Object) begins)
                .whenComplete((reply, _) -> turns.run(() -> {
                    if (reply == null) giveBack(name, owner);
                    else onGivenBack(name, owner);
                }));
    }

    private void onGivenBack(String name, long owner) {
        Set<Long> owners = unsure.get(name);
        if (owners == null) return;
        owners.remove(owner);
        if (owners.isEmpty()) unsure.remove(name);
    }

    private final class Held implements Lease {
        private final String name;
        private final Owner owner;
        private final Runnable onLost;
        private final AtomicBoolean gone = new AtomicBoolean();

        Held(String name, Owner owner, Runnable onLost) {
            this.name = name;
            this.owner = owner;
            this.onLost = onLost;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long fence() {
            return owner.fence();
        }

        @Override
        public boolean isHeld() {
            return !gone.get() && life.isProven() && life.self().equals(owner.incarnation());
        }

        @Override
        public void release() {
            if (gone.compareAndSet(false, true)) turns.run(this::giveBackNow);
        }

        private void giveBackNow() {
            if (held.remove(name, this)) meter.move(Metric.LEASES_HELD, -1);
            free();
        }

        private void free() {
            ByteBuffer begins =
                    ByteBuffer.allocate(16).putLong(owner.incarnation().id()).putLong(owner.fence());
            RedisLeases.this.release(name, owner.incarnation().id(), begins.array());
        }

        void lose() {
            meter.move(Metric.LEASES_HELD, -1);
            if (!gone.compareAndSet(false, true)) return;
            meter.add(Metric.LEASES_LOST, 1);
            onLost.run();
        }
    }
}
