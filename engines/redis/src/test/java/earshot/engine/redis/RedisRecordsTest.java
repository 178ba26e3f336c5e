package earshot.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.core.records.RecordCache;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.testkit.ManualClock;
import earshot.core.time.Clock;
import earshot.engine.redis.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RedisRecordsTest {
    private static final RecordCache.Terms TERMS =
            new RecordCache.Terms(1000, Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofMinutes(5));

    private final RedisServer server = RedisServer.shared();
    private final MemoryMeter meter = new MemoryMeter();
    private final String key = "record:" + UUID.randomUUID();
    private RedisLink link;
    private RedisRecords records;

    @BeforeEach
    void connect() {
        link = RedisLink.connect(RedisSettings.of(server.address()), Clock.SYSTEM, meter);
        records = new RedisRecords(link);
    }

    @AfterEach
    void close() {
        link.close();
    }

    @Test
    void text_put_isThereForItsTime() {
        assertThat(await(records.text(key))).isEmpty();
        await(records.putText(key, "{\"a\":\"ü\"}", Duration.ofMinutes(5)));
        assertThat(await(records.text(key))).contains("{\"a\":\"ü\"}");
        assertThat(Long.parseLong(server.ask("TTL", key))).isBetween(290L, 300L);
    }

    @Test
    void fields_put_leaveTheOthers() {
        assertThat(await(records.fields(key))).isEmpty();
        server.ask("HSET", key, "karma", "7", "name", "Ann");
        await(records.putFields(key, Map.of("name", "Änne", "avatar_url", "null")));
        assertThat(await(records.fields(key))).isEqualTo(Map.of("karma", "7", "name", "Änne", "avatar_url", "null"));
    }

    @Test
    void record_ofAnotherType_isAFailure() {
        server.ask("SADD", key, "x");
        assertThatThrownBy(() -> await(records.text(key))).hasRootCauseInstanceOf(RedisUnavailable.class);
        assertThatThrownBy(() -> await(records.fields(key))).hasRootCauseInstanceOf(RedisUnavailable.class);
    }

    @Test
    void fields_askedForByManyAtOnce_areAskedForOnce() {
        server.ask("HSET", key, "name", "Ann");
        long before = calls("hgetall");
        List<CompletionStage<Map<String, String>>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) all.add(records.fields(key));
        for (CompletionStage<Map<String, String>> one : all)
            assertThat(await(one)).hasSize(1);
        assertThat(calls("hgetall") - before).isBetween(1L, 3L);
    }

    @Test
    void user_put_isFoundByAnotherNode() {
        UserId user = new UserId("waddle", "ada:" + UUID.randomUUID());
        Profile ada = new Profile(user, "Ada", "/ada.png", "{\"karma\":3}");
        RedisUserBook here = new RedisUserBook(link, TERMS, new ManualClock(), meter);
        assertThat(await(here.find(user))).isEmpty();
        await(here.put(ada));
        assertThat(await(here.find(user))).as("not remembered as missing").contains(ada);
        RedisUserBook there = new RedisUserBook(link, TERMS, new ManualClock(), meter);
        assertThat(await(there.find(user))).contains(ada);
        assertThat(server.ask("HGET", "earshot:user:waddle:" + user.id(), "name"))
                .isEqualTo("Ada");
        Profile plain = Profile.named(user, "Countess");
        await(there.put(plain));
        assertThat(await(there.find(user))).isEqualTo(Optional.of(plain));
    }

    private long calls(String command) {
        String stats = server.ask("INFO", "commandstats");
        int at = stats.indexOf("cmdstat_" + command + ":calls=");
        if (at < 0) return 0;
        int from = stats.indexOf('=', at) + 1;
        return Long.parseLong(stats.substring(from, stats.indexOf(',', from)));
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }
}
