package earshot.engine.redis;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Cleans up after nodes that were given up: takes their sessions out of all rooms and their leases away, partition by partition (node-sweep.lua). Confined
 * to the engine's thread. Who sweeps is said by {@link NodeLife}'s heartbeat, one node at a time; were it two, or were one to die half way, each
 * session would still be told once, because whoever comes second does not find it.
 */
final class Sweeper implements NodeLife.Listener {
    private static final System.Logger LOG = System.getLogger(Sweeper.class.getName());
    private static final Script SWEEP = Script.load("node-sweep");
    private static final Script SWEPT = Script.load("node-swept");
    /** For so long a node that was given up is refused before it has asked who it is; later it is met as somebody whom nobody knows. */
    private static final long REMEMBER_MILLIS = Duration.ofMinutes(10).toMillis();

    /** What one call looks at: a few milliseconds of Redis. */
    private static final int MOST_SESSIONS = 1_000;

    private final Batcher redis;
    private final Turns turns;
    private final Partitions partitions;
    private final PresenceKeys keys;
    private final RandomGenerator random;
    private final Meter meter;
    private final String publish;

    Sweeper(RedisLink link, RandomGenerator random, Meter meter) {
        this.redis = link.batcher();
        this.turns = link.turns();
        this.partitions = link.partitions();
        this.keys = new PresenceKeys(partitions);
        this.random = random;
        this.meter = meter;
        this.publish = link.isCluster() ? "SPUBLISH" : "PUBLISH";
    }

    @Override
    public void onGivenUp(List<Long> others) {
        for (Long other : others) {
            var sweep = new Sweep(other);
            for (int partition = 0; partition < Partitions.COUNT; partition++) sweep.run(partition, "", "0");
        }
    }

    /** One node's. What fails is left for the next who is told to sweep it. */
    private final class Sweep {
        private final long owner;
        private int left = Partitions.COUNT;
        private boolean failed;

        Sweep(long owner) {
            this.owner = owner;
        }

        void run(int partition, Object room, Object cursor) {
            List<String> at = List.of(
                    keys.givenUp(partition, owner), keys.roomsOf(partition, owner), keys.leasesOf(partition, owner));
            redis.call(
                            SWEEP,
                            at,
                            publish,
                            NodeRegistry.bytes(owner),
                            NodeRegistry.bytes(random.nextLong()),
                            REMEMBER_MILLIS,
                            MOST_SESSIONS,
                            room,
                            cursor)
                    .whenComplete((reply, failure) -> turns.run(() -> onAnswer(partition, reply)));
        }

        private void onAnswer(int partition, @Nullable Reply reply) {
            failed |= reply == null;
            if (reply != null && reply.size() > 0) {
                run(partition, reply.bytes(0), reply.bytes(1));
            } else if (--left == 0 && !failed) {
                meter.add(Metric.NODES_SWEPT, 1);
                LOG.log(
                        System.Logger.Level.INFO,
                        "a node was given up and swept incarnation=" + Long.toUnsignedString(owner, 36));
                List<String> all = NodeRegistry.keys(partitions);
                var _ = redis.call(SWEPT, List.of(all.get(1), all.get(2)), (Object) NodeRegistry.bytes(owner));
            }
        }
    }
}
