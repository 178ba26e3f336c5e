package earshot.engine.redis;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.engine.redis.testkit.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class BatcherTest {
    private static final Script ADD = Script.of("add", """
            #!lua flags=
            return {redis.call('INCRBY', KEYS[1], ARGV[1])}
            """.getBytes(StandardCharsets.UTF_8));

    private final MemoryMeter meter = new MemoryMeter();
    private final RedisServer server = RedisServer.shared();
    private RedisLink link;

    @BeforeEach
    void connect() {
        server.ask("FLUSHALL");
        server.ask("SCRIPT", "FLUSH");
        server.ask("CONFIG", "RESETSTAT");
        link = RedisLink.connect(RedisSettings.of(server.address()), Clock.SYSTEM, meter);
    }

    @AfterEach
    void close() {
        link.close();
    }

    @Test
    void call_script_answersInOrder() {
        List<CompletionStage<Reply>> all = new ArrayList<>();
        for (int i = 1; i <= 500; i++) all.add(link.batcher().call(ADD, "n", 1));
        for (int i = 1; i <= 500; i++)
            assertThat(await(all.get(i - 1)).number(0)).isEqualTo(i);
        assertThat(meter.value(Metric.REDIS_ROUND_TRIPS)).isLessThan(20);
    }

    @Test
    void call_scriptThatTheServerForgot_isDoneOnce() {
        assertThat(await(link.batcher().call(ADD, "n", 1)).number(0)).isEqualTo(1);
        server.ask("SCRIPT", "FLUSH");
        assertThat(await(link.batcher().call(ADD, "n", 1)).number(0)).isEqualTo(2);
        assertThat(meter.value(Metric.REDIS_AGAIN)).isEqualTo(1);
    }

    @Test
    void get_manyOfOneKey_isOneCommand() {
        server.ask("SET", "k", "v");
        List<CompletionStage<byte[]>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) all.add(link.batcher().get("k"));
        for (CompletionStage<byte[]> one : all) assertThat(await(one)).isEqualTo("v".getBytes(StandardCharsets.UTF_8));
        // The first may leave at once, alone.
        assertThat(commands("get")).isBetween(1L, 3L);
    }

    @Test
    void get_missing_isNull() {
        assertThat(await(link.batcher().get("missing"))).isNull();
        assertThat(await(link.batcher().members("missing"))).isEmpty();
    }

    @Test
    void command_thatRedisRefuses_fails() {
        server.ask("SET", "k", "v");
        assertThatThrownBy(() -> await(link.batcher().command("INCR", "k")))
                .hasRootCauseInstanceOf(RedisUnavailable.class);
    }

    @Test
    void link_underConstantLoad_makesFewRoundTrips() {
        long before = meter.value(Metric.REDIS_ROUND_TRIPS);
        long until = System.nanoTime() + Duration.ofMillis(500).toNanos();
        while (System.nanoTime() < until) await(link.batcher().command("INCR", "n"));
        assertThat(meter.value(Metric.REDIS_ROUND_TRIPS) - before).isBetween(5L, 50L);
    }

    private long commands(String name) {
        String stats = server.ask("INFO", "commandstats");
        int at = stats.indexOf("cmdstat_" + name + ":calls=");
        if (at < 0) return 0;
        int from = stats.indexOf('=', at) + 1;
        return Long.parseLong(stats.substring(from, stats.indexOf(',', from)));
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, SECONDS).join();
    }
}
