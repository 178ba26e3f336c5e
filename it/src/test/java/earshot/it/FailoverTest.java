package earshot.it;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.FaultProxy;
import earshot.core.testkit.Seeds;
import earshot.engine.redis.testkit.RedisCluster;
import earshot.engine.redis.testkit.RedisSentinels;
import earshot.engine.redis.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Two nodes under load on a Redis whose masters die and are replaced: a cluster with a room on every shard, and one that Sentinel watches. What is said meanwhile
 * waits; what a replica did not have is gone, and clients are told so.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class FailoverTest {
    private static final int SHARDS = 3;
    /** Longer than a failover takes on a busy machine. */
    private static final String WAIT = "redis.wait=20s";

    @TempDir
    Path directory;

    private RedisCluster cluster;
    private RedisSentinels sentinels;
    private Nodes nodes;
    private final List<NodesLoad> loads = new ArrayList<>();
    /** One for each shard, and the page of each load. */
    private final List<String> channels = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        for (NodesLoad load : loads) load.close();
        if (nodes != null) nodes.close();
        if (cluster != null) cluster.close();
        if (sentinels != null) sentinels.close();
    }

    private void startOnCluster() throws IOException {
        cluster = RedisCluster.start();
        String address = String.join(" ", cluster.addresses());
        nodes = Nodes.start(directory, List.of(address, address), "--set", WAIT);
        for (int shard = 0; shard < SHARDS; shard++) {
            channels.add(channelOn(shard));
            loads.add(load(channels.get(shard), shard));
        }
    }

    private NodesLoad load(String channel, int number) {
        return new NodesLoad(nodes, channel, "bbbbbbbb-0000-4000-8000-%012d".formatted(400 + number), 1);
    }

    /** The name of a channel whose log is on a shard. */
    private String channelOn(int shard) throws IOException {
        for (int i = 0; ; i++) {
            String name = "shard-" + shard + "-" + i;
            nodes.api(0).post("waddle", name, "the first");
            if (!((List<?>) cluster.master(shard).askFor("KEYS", "earshot:*:log:waddle//" + name)).isEmpty())
                return name;
        }
    }

    private void awaitAcknowledged(int more) {
        for (NodesLoad load : loads) load.awaitAcknowledged(more);
    }

    private void assertSocketsStayed() {
        for (NodesLoad load : loads)
            for (Wanderer writer : load.writers())
                assertThat(writer.connections()).as("%s", writer).isEqualTo(1);
    }

    @Test
    void masterOfAShard_killed_thenOneWhoseReplicaLags() throws IOException {
        startOnCluster();
        awaitAcknowledged(20);

        cluster.master(0).kill();
        for (int shard = 1; shard < SHARDS; shard++) loads.get(shard).awaitAcknowledged(20);
        cluster.awaitPromoted(0);
        awaitAcknowledged(20);
        // What was on its way to the dead master is refused, what came later waited.
        assertThat(loads.get(0).refused()).isLessThanOrEqualTo(nodes.count());
        assertThat(loads.get(1).refused() + loads.get(2).refused()).isZero();

        cluster.replica(1).freeze();
        cluster.master(1).ask("CLIENT", "KILL", "TYPE", "replica");
        loads.get(1).awaitAcknowledged(20);
        String position = nodes.api(0)
                .ok("POST", Api.messages("waddle", channels.get(1)), Api.said("no replica has this"))
                .path("position")
                .asString();
        cluster.master(1).kill();
        cluster.replica(1).thaw();
        cluster.awaitPromoted(1);
        awaitAcknowledged(20);
        for (int i = 0; i < nodes.count(); i++) {
            JsonNode after = nodes.api(i).get(Api.messages("waddle", channels.get(1)) + "?limit=10&after=" + position);
            assertThat(after.path("recovered").asBoolean(true)).as("%s", after).isFalse();
        }

        for (int shard = 0; shard < SHARDS; shard++) {
            String outcome = loads.get(shard).check(shard != 2);
            System.out.println("FailoverTest " + outcome);
            if (shard == 1) assertThat(outcome).doesNotEndWith(" 0 lost");
            loads.get(shard).sameEverywhere();
        }
        assertSocketsStayed();
    }

    @Test
    @EnabledIfSystemProperty(named = "earshot.long", matches = "true", disabledReason = "takes minutes")
    void sentinel_masterKilled_goesOnWithTheOneThatItNames() throws IOException {
        sentinels = RedisSentinels.start();
        nodes = Nodes.start(directory, List.of(sentinels.address(), sentinels.address()), "--set", WAIT);
        loads.add(load("watched", 10));
        awaitAcknowledged(100);
        sentinels.first().kill();
        sentinels.awaitPromoted();
        awaitAcknowledged(100);
        System.out.println("long: FailoverTest, Sentinel " + loads.getFirst().check(true));
        loads.getFirst().sameEverywhere();
        assertSocketsStayed();
    }

    @Test
    @EnabledIfSystemProperty(named = "earshot.long", matches = "true", disabledReason = "takes minutes")
    void shards_hurtInManyWays_nothingIsMissingInSilence() throws IOException {
        long seed = Seeds.first();
        Random random = new Random(seed);
        startOnCluster();
        int rounds = Integer.getInteger("earshot.rounds", 30);
        for (int round = 1; round <= rounds; round++) {
            awaitAcknowledged(20 + random.nextInt(60));
            hurt(random, random.nextInt(SHARDS));
            if (round % 5 == 0) System.out.println("long: FailoverTest, seed " + seed + ": hurt " + round + " times");
        }
        awaitAcknowledged(60);
        for (NodesLoad load : loads) {
            System.out.println("long: FailoverTest " + load.check(true));
            load.sameEverywhere();
        }
    }

    private void hurt(Random random, int shard) {
        boolean firstLeads = isMaster(cluster.master(shard));
        RedisServer master = firstLeads ? cluster.master(shard) : cluster.replica(shard);
        RedisServer replica = firstLeads ? cluster.replica(shard) : cluster.master(shard);
        int kind = random.nextInt(4);
        switch (kind) {
            case 0 -> master.ask("CLIENT", "PAUSE", Integer.toString(1 + random.nextInt(2000)), "ALL");
            case 1 -> master.ask("CLIENT", "KILL", "TYPE", "pubsub");
            default -> {
                if (kind == 3) {
                    replica.freeze();
                    master.ask("CLIENT", "KILL", "TYPE", "replica");
                    FaultProxy.pause(random.nextInt(500));
                }
                master.kill();
                if (kind == 3) replica.thaw();
                Await.until("the replica is promoted", nodes::output, () -> isMaster(replica));
                cluster.awaitWhole();
                master.startAgain();
                Await.until("the old master follows", nodes::output, () -> follows(master));
            }
        }
    }

    private static boolean isMaster(RedisServer server) {
        return server.ask("ROLE").startsWith("[master");
    }

    private static boolean follows(RedisServer server) {
        return server.ask("INFO", "replication").contains("master_link_status:up");
    }
}
