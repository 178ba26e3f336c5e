package earshot.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.RoomId;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.Drafts;
import earshot.core.time.Clock;
import earshot.engine.redis.testkit.RedisCluster;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A cluster with rooms and channels on every shard, two nodes, and masters that die; the {@link Ledger} says whether the log kept its word. Every test kills
 * the master of another shard of the one cluster.
 */
final class FailoverTest {
    private static final int CHANNELS = 24;

    private static RedisCluster cluster;

    private final List<RedisLink> links = new ArrayList<>();
    private final List<RedisHistory> nodes = new ArrayList<>();
    private Ledger ledger;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void begin() {
        for (int i = 0; i < 2; i++) {
            links.add(RedisLink.connect(RedisSettings.of(cluster.addresses()), Clock.SYSTEM, Meter.NONE));
            nodes.add(new RedisHistory(links.get(i), Clock.SYSTEM));
        }
        ledger = new Ledger(nodes, roomsOnEveryShard());
        ledger.begin();
        for (int i = 0; i < 5; i++) ledger.round();
        assertThat(ledger.failed()).isZero();
    }

    @AfterEach
    void end() {
        for (RedisLink link : links) link.close();
    }

    private List<RoomId> roomsOnEveryShard() {
        List<RoomId> rooms = new ArrayList<>();
        Set<String> shards = new HashSet<>();
        while (shards.size() < 3 || rooms.size() < 9) {
            RoomId room = Drafts.freshRoom();
            rooms.add(room);
            shards.add(links.getFirst().batcher().laneName(new Partitions("earshot:").key("log", room)));
        }
        return rooms;
    }

    @Test
    void link_whenAMasterDies_asksAndHearsAllShardsAgain_andStaysWithTheNewOne() {
        List<Heard> heard = new ArrayList<>();
        for (int i = 0; i < CHANNELS; i++) {
            heard.add(new Heard());
            Ledger.await(links.getFirst()
                    .subscriber()
                    .subscribe(channel(i), heard.get(i))
                    .ready());
        }
        for (int i = 0; i < CHANNELS; i++) publish(i, "before");
        for (Heard one : heard) one.awaitSize(1);

        ledger.roundsWhile(() -> {
            cluster.master(0).kill();
            cluster.awaitPromoted(0);
        });

        ledger.awaitWorking();
        ledger.check();
        for (int i = 0; i < CHANNELS; i++) {
            int n = i;
            Heard.until(() -> publish(n, "after") && heard.get(n).messages.contains(channel(n) + "=after"));
        }
        // Who was on the dead master was told that there is a gap; the others were not.
        assertThat(heard.stream().filter(h -> h.gaps > 0).count()).isBetween(1L, (long) CHANNELS - 1);
        assertThat(links).allMatch(RedisLink::isHealthy);

        ledger.roundsWhile(() -> {
            cluster.master(0).startAgain();
            cluster.awaitWhole();
        });
        ledger.awaitWorking();
        ledger.check();
        assertThat(links).allMatch(RedisLink::isHealthy);
    }

    @Test
    void log_whenAReplicaThatLagsIsPromoted_saysThatEntriesAreGone() {
        cluster.replica(1).freeze();
        cluster.master(1).ask("CLIENT", "KILL", "TYPE", "replica");
        for (int i = 0; i < 5; i++) ledger.round();
        assertThat(ledger.failed()).isZero();
        cluster.master(1).kill();
        cluster.replica(1).thaw();
        cluster.awaitPromoted(1);
        ledger.awaitWorking();
        assertThat(ledger.check()).isPositive();
    }

    private boolean publish(int i, String what) {
        try {
            byte[] payload = what.getBytes(StandardCharsets.UTF_8);
            links.getLast()
                    .batcher()
                    .publish(channel(i), payload)
                    .toCompletableFuture()
                    .join();
            return true;
        } catch (CompletionException e) {
            return false;
        }
    }

    private static String channel(int i) {
        return "t:{" + i + "}:a";
    }
}
