package earshot.server;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.core.records.RecordCache;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.core.usage.Span;
import earshot.core.usage.Tenant;
import earshot.core.usage.UsageArchive;
import earshot.core.usage.UsageChange;
import earshot.core.usage.UsageReport;
import earshot.core.usage.UsageRollup;
import earshot.dialect.threadkit.SharedSites;
import earshot.dialect.threadkit.SharedUsers;
import earshot.dialect.threadkit.Site;
import earshot.engine.redis.RedisLink;
import earshot.engine.redis.RedisRecords;
import earshot.engine.redis.RedisSettings;
import earshot.engine.redis.RedisUsageBook;
import earshot.engine.redis.testkit.RedisServer;
import earshot.engine.sql.SqliteDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sites, users and usage on a real redis-server, which is filled and read as the product's HTTP server and its operator do. */
class SharedRecordsTest {
    private static final Duration WEEK = Duration.ofDays(7);
    private static final RecordCache.Terms TERMS =
            new RecordCache.Terms(1000, Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofMinutes(5));

    @TempDir
    Path data;

    private final UUID site = UUID.randomUUID();
    private final String key = "tk_pub_" + site.toString().replace("-", "");
    private final RedisServer server = RedisServer.shared();
    private RedisLink link;
    private SharedSites sites;
    private SharedUsers users;

    @BeforeEach
    void connect() {
        link = RedisLink.connect(RedisSettings.of(server.address()), Clock.SYSTEM, Meter.NONE);
        sites = new SharedSites(new RedisRecords(link), TERMS, Clock.SYSTEM, Meter.NONE);
        users = new SharedUsers(new RedisRecords(link), TERMS, Clock.SYSTEM, Meter.NONE);
    }

    @AfterEach
    void close() {
        link.close();
    }

    @Test
    void site_ofTheHttpServer_isFoundAndItsKeyRememberedAsTheHttpServerDoes() {
        server.ask("SET", "apikey:" + key + ":site", site.toString());
        server.ask(
                "SET",
                "site:" + site + ":config",
                "{\"id\":\"" + site + "\",\"domain\":\"blog.example\",\"project_id_public\":\"" + key
                        + "\",\"settings\":{\"moderation\":\"none\"}}");
        assertThat(await(sites.find(key))).contains(new Site(site, "blog.example", List.of()));
        // What this connection was asked before is done when this is answered.
        await(users.find(new UserId("threadkit", UUID.randomUUID().toString())));
        assertThat(server.ask("GET", "apikey:" + key))
                .isEqualTo(
                        "{\"site_id\":\"" + site
                                + "\",\"key_type\":\"public\",\"settings\":{\"moderation\":\"none\"},\"domain\":\"blog.example\"}");
        assertThat(Long.parseLong(server.ask("TTL", "apikey:" + key))).isBetween(290L, 300L);
    }

    @Test
    void user_ofTheHttpServer_isReadAndWrittenWhereItIs() {
        UserId ann = new UserId("threadkit", UUID.randomUUID().toString());
        String key = "user:" + ann.id();
        server.ask("HSET", key, "id", ann.id(), "name", "123", "avatar_url", "null", "karma", "7", "email", "a@b.c");
        Profile found = await(users.find(ann)).orElseThrow();
        assertThat(found.name()).isEqualTo("123");
        assertThat(found.attributes()).isEqualTo("{\"karma\":7}");

        await(users.put(Profile.named(ann, "Ann")));
        assertThat(server.ask("HGET", key, "name")).isEqualTo("Ann");
        assertThat(server.ask("HGET", key, "email")).isEqualTo("a@b.c");
        assertThat(await(users.find(ann)).orElseThrow().name()).isEqualTo("Ann");
    }

    @Test
    void redis_thatIsAway_makesTheUnknownAFailure_andKeepsTheKnown() {
        try (RedisServer own = RedisServer.start()) {
            RedisSettings quick = RedisSettings.of(own.address()).withAnswerTimeout(Duration.ofMillis(300));
            try (RedisLink away = RedisLink.connect(quick, Clock.SYSTEM, Meter.NONE)) {
                own.ask("SET", "apikey:" + key, "{\"site_id\":\"" + site + "\"}");
                var shared = new SharedSites(new RedisRecords(away), TERMS, Clock.SYSTEM, Meter.NONE);
                assertThat(await(shared.find(key))).isPresent();
                own.freeze();
                assertThat(shared.find("tk_pub_other").toCompletableFuture()).failsWithin(Duration.ofSeconds(10));
                assertThat(await(shared.find(key))).isPresent();
                own.thaw();
            }
        }
    }

    @Test
    void usage_ofADay_isArchivedOnceByAnyNode_andOutlivesRedis() {
        Tenant tenant = new Tenant("threadkit", site.toString());
        long now = System.currentTimeMillis();
        long yesterday = Math.floorDiv(now, 86_400_000L) - 1;
        Instant day = Instant.ofEpochSecond(yesterday * 86_400);
        Clock afterMidnight = at(day.plus(Duration.ofDays(1)).plus(Duration.ofMinutes(6)));
        try (SqliteDirectory here = SqliteDirectory.open(data.resolve("a"), Clock.SYSTEM, Meter.NONE);
                SqliteDirectory there = SqliteDirectory.open(data.resolve("b"), Clock.SYSTEM, Meter.NONE)) {
            var one = new Storage.UsageStore(book(day), here.usage(), WEEK);
            var two = new Storage.UsageStore(book(day), there.usage(), WEEK);
            one.hours()
                    .add(List.of(new UsageChange(tenant, yesterday * 24 + 3, 5, List.of("ada", "bob"), Map.of(7, 2))));
            two.hours().add(List.of(new UsageChange(tenant, yesterday * 24 + 9, 7, List.of("bob"), Map.of(7, 4))));
            for (Storage.UsageStore node : List.of(one, two)) {
                await(node.hours().hours(tenant, yesterday * 24, yesterday * 24 + 24));
                var rollup = new UsageRollup(node.hours(), node.archive(), node.lookBack(), afterMidnight);
                assertThat(await(rollup.run())).isPositive();
                var again = new UsageRollup(node.hours(), node.archive(), node.lookBack(), afterMidnight);
                assertThat(await(again.run())).isZero();
            }
            for (long hour : new long[] {3, 9})
                for (String what : List.of("messages", "users", "connections"))
                    server.ask("DEL", "threadkit:stats:" + site + ":" + what + ":" + hour(day, hour));
            for (UsageArchive archive : List.of(here.usage(), there.usage())) {
                var report = new UsageReport(one.hours(), archive, WEEK, afterMidnight);
                var found = await(report.read(tenant, Span.DAY, day, day.plus(Duration.ofDays(1))))
                        .getFirst();
                assertThat(found.messages()).isEqualTo(12);
                assertThat(found.users().estimate()).isEqualTo(2);
                assertThat(found.peakConnections()).isEqualTo(4);
                assertThat(found.connectionMinutes()).isEqualTo(6);
            }
        }
    }

    private RedisUsageBook book(Instant at) {
        return new RedisUsageBook(link, WEEK, at(at), Meter.NONE);
    }

    private static String hour(Instant day, long hour) {
        return day.plus(Duration.ofHours(hour)).toString().substring(0, 13).replaceAll("[-T]", "");
    }

    private static Clock at(Instant instant) {
        return new Clock() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public long millis() {
                return instant.toEpochMilli();
            }
        };
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }
}
