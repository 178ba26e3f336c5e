package earshot.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import earshot.core.testkit.UsageBookContract;
import earshot.core.time.Clock;
import earshot.core.usage.LoopUsage;
import earshot.core.usage.Tenant;
import earshot.core.usage.TenantUsage;
import earshot.core.usage.UsageBook;
import earshot.core.usage.UsageHour;
import earshot.engine.redis.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes on one real server; what is there is read as seed 000 reads it. */
final class RedisUsageBookTest extends UsageBookContract {
    private static final Duration WEEK = Duration.ofDays(7);

    private final RedisServer server = RedisServer.shared();
    private final MemoryMeter meter = new MemoryMeter();
    private RedisLink link;
    private RedisLink otherLink;
    private RedisUsageBook book;
    private RedisUsageBook otherBook;

    @BeforeEach
    void connect() {
        link = RedisLink.connect(Hasty.of(server.address()), Clock.SYSTEM, meter);
        otherLink = RedisLink.connect(Hasty.of(server.address()), Clock.SYSTEM, meter);
        book = new RedisUsageBook(link, WEEK, clock, meter);
        otherBook = new RedisUsageBook(otherLink, WEEK, clock, meter);
    }

    @AfterEach
    void close() {
        link.close();
        otherLink.close();
    }

    @Override
    protected UsageBook book() {
        return book;
    }

    @Override
    protected UsageBook otherNode() {
        return otherBook;
    }

    @Test
    void keys_areThoseOfTheSeed_andItsQueriesReadThem() {
        clock.advance(Duration.ofHours(18).plusMinutes(7));
        LoopUsage here = new LoopUsage(book, clock, meter);
        LoopUsage there = new LoopUsage(otherBook, clock, meter);
        TenantUsage ours = open(here, "ada");
        open(here, "bob");
        TenantUsage theirs = open(there, "bob");
        for (int i = 0; i < 3; i++) here.message(ours);
        there.message(theirs);
        here.endTurn();
        there.endTurn();
        clock.advance(Duration.ofMinutes(1));
        here.tick();
        there.tick();
        settle();

        assertThat(server.ask("GET", stats("messages", "2026010118"))).isEqualTo("4");
        assertThat(server.ask("PFCOUNT", stats("users", "2026010118"))).isEqualTo("2");
        assertThat(server.askFor("ZRANGE", stats("connections", "2026010118"), "0", "-1", "WITHSCORES"))
                .isEqualTo(List.of("8", "3"));
        for (String what : List.of("messages", "users", "connections"))
            assertThat(Long.parseLong(server.ask("TTL", stats(what, "2026010118"))))
                    .as(what)
                    .isBetween(WEEK.toSeconds() - 60, WEEK.toSeconds());
    }

    @Test
    void messages_overTheTurnOfTheHourOnTwoNodes_areInTheirHours() {
        clock.advance(Duration.ofMinutes(59));
        LoopUsage here = new LoopUsage(book, clock, meter);
        LoopUsage there = new LoopUsage(otherBook, clock, meter);
        TenantUsage ours = open(here, "ada");
        TenantUsage theirs = open(there, "eve");
        say(here, ours, 5);
        say(there, theirs, 7);
        clock.advance(Duration.ofMinutes(1));
        say(here, ours, 2);
        here.tick();
        there.tick();
        here.present(ours, "ada");
        here.tick();
        settle();

        assertThat(server.ask("GET", stats("messages", "2026010100"))).isEqualTo("12");
        assertThat(server.ask("GET", stats("messages", "2026010101"))).isEqualTo("2");
        assertThat(server.ask("PFCOUNT", stats("users", "2026010100"))).isEqualTo("2");
        assertThat(server.ask("PFCOUNT", stats("users", "2026010101"))).isEqualTo("1");
        assertThat(server.askFor("ZRANGE", stats("connections", "2026010101"), "0", "-1", "WITHSCORES"))
                .isEqualTo(List.of("0", "2"));
        List<UsageHour> hours = await(book.hours(site, hour() - 1, hour() + 1));
        assertThat(hours).extracting(UsageHour::messages).containsExactly(12L, 2L);
        assertThat(hours).extracting(h -> h.users().estimate()).containsExactly(2L, 1L);
    }

    @Test
    void users_ofRedis_areReadAsItCountsThem() {
        book.add(List.of(change(hour(), 1, List.of(), Map.of())));
        for (int i = 0; i < 200; i++) {
            String[] words = new String[102];
            words[0] = "PFADD";
            words[1] = stats("users", "2026010100");
            for (int j = 0; j < 100; j++) words[j + 2] = "user-" + i + "-" + j;
            server.ask(words);
            if (i == 5 || i == 199)
                assertThat(await(book.hours(site, hour(), hour() + 1))
                                .getFirst()
                                .users()
                                .estimate())
                        .isEqualTo(Long.parseLong(server.ask("PFCOUNT", words[1])));
        }
    }

    @Test
    void changes_ofYesterdayToldFirst_doNotHideToday() {
        clock.advance(Duration.ofMinutes(1));
        book.add(List.of(change(hour() - 1, 1, List.of(), Map.of())));
        book.add(List.of(change(hour(), 2, List.of(), Map.of())));
        assertThat(await(book.hours(site, hour() - 1, hour() + 1)))
                .extracting(UsageHour::messages)
                .containsExactly(1L, 2L);
    }

    @Test
    void hours_ofTenantsThatAreNone_costOneQuestionADay() {
        await(book.hours(site, hour() - 48, hour() + 1));
        long before = meter.value(Metric.REDIS_COMMANDS);
        await(book.hours(new Tenant("waddle", "made up"), hour() - 48, hour() + 1));
        assertThat(meter.value(Metric.REDIS_COMMANDS) - before).isLessThanOrEqualTo(4);
    }

    @Test
    void hours_thatAreOver_areReadOnce() {
        for (int i = 1; i <= 20; i++) book.add(List.of(change(hour() - 1 - i, i, List.of("ada"), Map.of(3, 1))));
        assertThat(await(book.hours(site, hour() - 24, hour() - 1))).hasSize(20);
        long before = meter.value(Metric.REDIS_COMMANDS);
        assertThat(await(book.hours(site, hour() - 24, hour() - 1))).hasSize(20);
        assertThat(meter.value(Metric.REDIS_COMMANDS) - before).isLessThanOrEqualTo(2);
    }

    @Test
    void users_ofASketch_countForRedis() {
        for (int i = 0; i < 3; i++) book.add(List.of(change(hour(), 0, users(i * 1500, 1500), Map.of())));
        settle();
        long counted = Long.parseLong(server.ask("PFCOUNT", stats("users", "2026010100")));
        assertThat((double) counted).isBetween(4500 * 0.97, 4500 * 1.03);
    }

    @Test
    void tenant_ofAnotherRealm_hasKeysOfOurs() {
        Tenant lounge = new Tenant("waddle", "");
        book.add(List.of(new earshot.core.usage.UsageChange(lounge, hour(), 3, List.of(), Map.of())));
        settle();
        assertThat(server.ask("GET", "earshot:stats:waddle::messages:2026010100"))
                .isNotEqualTo("null");
        server.ask("DEL", "earshot:stats:waddle::messages:2026010100");
    }

    @Test
    void changes_whileRedisIsAway_areSaidWhenItIsBack() {
        try (RedisServer own = RedisServer.start();
                RedisLink away = RedisLink.connect(Hasty.of(own.address()), Clock.SYSTEM, meter)) {
            RedisUsageBook patient = new RedisUsageBook(away, WEEK, clock, meter);
            own.kill();
            awaitTrue(() -> !away.isHealthy());
            patient.add(List.of(change(hour(), 3, List.of("ada"), Map.of(1, 2))));
            own.startAgain();
            awaitTrue(away::isHealthy);
            clock.advance(Duration.ofSeconds(3));
            patient.add(List.of(change(hour(), 4, List.of("bob"), Map.of())));
            UsageHour found = await(patient.hours(site, hour(), hour() + 1)).getFirst();
            assertThat(found.messages()).isEqualTo(7);
            assertThat(found.users().estimate()).isEqualTo(2);
            assertThat(found.connections()).isEqualTo(Map.of(1, 2));
            assertThat(meter.value(Metric.USAGE_LOST)).isZero();
        }
    }

    private static List<String> users(int from, int count) {
        return java.util.stream.IntStream.range(from, from + count)
                .mapToObj(i -> "user-" + i)
                .toList();
    }

    private String stats(String what, String hour) {
        return "threadkit:stats:" + site.name() + ":" + what + ":" + hour;
    }

    private TenantUsage open(LoopUsage on, String user) {
        return Objects.requireNonNull(on.opened(site, user));
    }

    private static void say(LoopUsage on, TenantUsage at, int messages) {
        for (int i = 0; i < messages; i++) on.message(at);
        on.endTurn();
    }

    /** Commands of a connection are done in their order. */
    private void settle() {
        await(link.batcher().command("PING", "any"));
        await(otherLink.batcher().command("PING", "any"));
    }

    private static void awaitTrue(java.util.function.BooleanSupplier condition) {
        long until = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > until) throw new AssertionError("not within 20 s");
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
        }
    }
}
