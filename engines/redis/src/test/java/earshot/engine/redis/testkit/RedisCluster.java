package earshot.engine.redis.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Three masters with a third of the slots each, and a replica of each. A master that is gone for half a second is replaced. {@code master(i)} and
 * {@code replica(i)} name them as they began.
 */
public final class RedisCluster implements AutoCloseable {
    private static final int SHARDS = 3;
    private static final int SLOTS = 16_384;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final List<RedisServer> servers = new ArrayList<>();

    private RedisCluster() {}

    public static RedisCluster start(String... options) {
        RedisCluster cluster = new RedisCluster();
        try {
            cluster.begin(options);
            return cluster;
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    /** One for all tests of this JVM that kill nobody. */
    public static RedisCluster shared() {
        return Shared.CLUSTER;
    }

    private static final class Shared {
        static final RedisCluster CLUSTER = start();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(CLUSTER::close));
        }
    }

    private void begin(String... options) {
        List<String> all = new ArrayList<>(List.of(
                "cluster-enabled",
                "yes",
                "cluster-node-timeout",
                "500",
                "cluster-replica-validity-factor",
                "0",
                "repl-diskless-sync-delay",
                "0"));
        all.addAll(List.of(options));
        for (int i = 0; i < 2 * SHARDS; i++) servers.add(RedisServer.start(all.toArray(String[]::new)));
        for (int i = 0; i < SHARDS; i++) {
            int first = SLOTS * i / SHARDS;
            int last = SLOTS * (i + 1) / SHARDS - 1;
            master(i).ask("CLUSTER", "ADDSLOTSRANGE", "" + first, "" + last);
            master(i).ask("CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1));
        }
        for (RedisServer server : servers) master(0).ask("CLUSTER", "MEET", "127.0.0.1", "" + server.port());
        for (int i = 0; i < SHARDS; i++) {
            RedisServer replica = replica(i);
            String master = master(i).ask("CLUSTER", "MYID");
            await(() -> replica.ask("CLUSTER", "NODES").contains(master), "the replica knows its master");
            replica.ask("CLUSTER", "REPLICATE", master);
        }
        awaitWhole();
        for (int i = 0; i < SHARDS; i++) {
            RedisServer replica = replica(i);
            await(() -> replica.ask("INFO", "replication").contains("master_link_status:up"), "the replica follows");
        }
    }

    /** Every server that runs says that all slots are served. */
    public void awaitWhole() {
        for (RedisServer server : servers) {
            if (!server.isRunning()) continue;
            await(() -> server.ask("CLUSTER", "INFO").contains("cluster_state:ok"), "the cluster is whole");
        }
    }

    public RedisServer master(int shard) {
        return servers.get(shard);
    }

    public RedisServer replica(int shard) {
        return servers.get(SHARDS + shard);
    }

    public List<RedisServer> servers() {
        return List.copyOf(servers);
    }

    /** What a client is configured with: two of the nodes. */
    public String[] addresses() {
        return new String[] {master(0).address(), replica(1).address()};
    }

    /** Waits until the replica of a shard has taken its slots over. */
    public void awaitPromoted(int shard) {
        await(() -> replica(shard).ask("ROLE").startsWith("[master"), "the replica is promoted");
        awaitWhole();
    }

    /** Gives a slot, with all that is in it, to the next master, as a resharding does. */
    public void moveSlot(int slot) {
        int at = slot * SHARDS / SLOTS;
        RedisServer from = master(at);
        RedisServer to = master((at + 1) % SHARDS);
        String fromId = from.ask("CLUSTER", "MYID");
        String toId = to.ask("CLUSTER", "MYID");
        to.ask("CLUSTER", "SETSLOT", "" + slot, "IMPORTING", fromId);
        from.ask("CLUSTER", "SETSLOT", "" + slot, "MIGRATING", toId);
        while (true) {
            List<?> keys = (List<?>) from.askFor("CLUSTER", "GETKEYSINSLOT", "" + slot, "100");
            if (keys.isEmpty()) break;
            List<String> migrate =
                    new ArrayList<>(List.of("MIGRATE", "127.0.0.1", "" + to.port(), "", "0", "5000", "KEYS"));
            for (Object key : keys) migrate.add((String) key);
            from.ask(migrate.toArray(String[]::new));
        }
        for (RedisServer server : List.of(to, from)) server.ask("CLUSTER", "SETSLOT", "" + slot, "NODE", toId);
    }

    static void await(BooleanSupplier condition, String what) {
        long until = System.nanoTime() + LIMIT.toNanos();
        while (!holds(condition)) {
            if (System.nanoTime() > until) throw new AssertionError("in vain: " + what);
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    private static boolean holds(BooleanSupplier condition) {
        try {
            return condition.getAsBoolean();
        } catch (RuntimeException e) {
            return false;
        }
    }

    @Override
    public void close() {
        for (RedisServer server : servers) server.close();
    }
}
