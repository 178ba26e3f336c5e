package earshot.engine.redis;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.MemoryMeter;
import earshot.core.time.Clock;
import earshot.engine.redis.testkit.RedisCluster;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The link to a cluster: every shard is reached and heard, also after one of its masters has died. */
final class ClusterTest {
    private static final int CHANNELS = 24;

    private final MemoryMeter meter = new MemoryMeter();
    private RedisCluster cluster;
    private RedisLink link;

    @BeforeEach
    void connect() {
        cluster = RedisCluster.start();
        link = RedisLink.connect(RedisSettings.of(cluster.addresses()), Clock.SYSTEM, meter);
    }

    @AfterEach
    void close() {
        link.close();
        cluster.close();
    }

    @Test
    void link_whenAMasterDies_asksAndHearsAllShardsAgain() {
        List<Heard> heard = new ArrayList<>();
        for (int i = 0; i < CHANNELS; i++) {
            heard.add(new Heard());
            await(link.subscriber().subscribe(channel(i), heard.get(i)).ready());
        }
        publishToAll("before");
        for (Heard one : heard) one.awaitSize(1);

        cluster.master(1).kill();
        cluster.awaitPromoted(1);

        for (int i = 0; i < CHANNELS; i++) {
            int n = i;
            // Whoever was on the dead master is told that there is a gap, when it hears again.
            Heard.until(() -> publishes(n) && heard.get(n).messages.contains(channel(n) + "=after"));
        }
        assertThat(heard.stream().filter(h -> h.gaps > 0).count()).isBetween(1L, (long) CHANNELS - 1);
        assertThat(link.isHealthy()).isTrue();
    }

    private boolean publishes(int i) {
        try {
            await(link.batcher().publish(channel(i), bytes("after")));
            return true;
        } catch (CompletionException e) {
            return false;
        }
    }

    private void publishToAll(String what) {
        for (int i = 0; i < CHANNELS; i++) await(link.batcher().publish(channel(i), bytes(what)));
    }

    private static String channel(int i) {
        return "t:{" + i + "}:a";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, SECONDS).join();
    }
}
