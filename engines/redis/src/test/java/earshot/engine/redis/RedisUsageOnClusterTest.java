package earshot.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.Meter;
import earshot.core.testkit.UsageBookContract;
import earshot.core.time.Clock;
import earshot.core.usage.UsageBook;
import earshot.core.usage.UsageHour;
import earshot.engine.redis.testkit.RedisCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys of usage and records have no hash tag: they lie on all shards, and nothing may need two of them at once. */
final class RedisUsageOnClusterTest extends UsageBookContract {
    private static final RedisCluster CLUSTER = RedisCluster.shared();

    private final RedisLink link = RedisLink.connect(Hasty.of(CLUSTER.addresses()), Clock.SYSTEM, Meter.NONE);
    private final RedisUsageBook book = new RedisUsageBook(link, Duration.ofDays(7), clock, Meter.NONE);

    @AfterEach
    void close() {
        link.close();
    }

    @Override
    protected UsageBook book() {
        return book;
    }

    @Test
    void hours_ofADay_comeFromAllShards() {
        for (int i = 0; i < 20; i++) book.add(List.of(change(hour() - i, i + 1, List.of("ada"), Map.of(i, 1))));
        assertThat(await(book.hours(site, hour() - 19, hour() + 1)))
                .extracting(UsageHour::messages)
                .containsExactly(
                        20L, 19L, 18L, 17L, 16L, 15L, 14L, 13L, 12L, 11L, 10L, 9L, 8L, 7L, 6L, 5L, 4L, 3L, 2L, 1L);
    }

    @Test
    void records_onAllShards_areReadAndWritten() {
        RedisRecords records = new RedisRecords(link);
        for (int i = 0; i < 20; i++) {
            await(records.putText("apikey:" + i, "text " + i, Duration.ofMinutes(1)));
            await(records.putFields("user:" + i, Map.of("name", "Ann " + i)));
        }
        for (int i = 0; i < 20; i++) {
            assertThat(await(records.text("apikey:" + i))).contains("text " + i);
            assertThat(await(records.fields("user:" + i))).isEqualTo(Map.of("name", "Ann " + i));
        }
    }
}
