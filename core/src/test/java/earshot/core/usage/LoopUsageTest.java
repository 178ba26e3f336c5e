package earshot.core.usage;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import earshot.core.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class LoopUsageTest {
    private static final Tenant SITE = new Tenant("threadkit", "site-1");
    private static final Tenant OTHER = new Tenant("threadkit", "site-2");

    private final ManualClock clock = new ManualClock();
    private final MemoryMeter meter = new MemoryMeter();
    private final Told told = new Told();
    private final LoopUsage usage = new LoopUsage(told, clock, meter);
    /** Midnight: the clock begins a second after it. */
    private final long hour = UsageHour.at(clock.millis());

    @Test
    void messages_aroundTheTurnOfTheHour_belongToTheHourInWhichTheyWereHeard() {
        TenantUsage site = open(SITE, "ada");
        clock.advance(Duration.ofMinutes(59));
        usage.tick();
        told.clear();
        say(site, 3);
        clock.advance(Duration.ofMinutes(1));
        say(site, 2);
        usage.tick();
        assertThat(told.messages(hour)).isEqualTo(3);
        assertThat(told.messages(hour + 1)).isEqualTo(2);
    }

    @Test
    void messages_beforeTheTurnOfTheHour_areToldAsSuchAlsoWhenNothingFollows() {
        TenantUsage site = open(SITE, null);
        say(site, 4);
        clock.advance(Duration.ofHours(3));
        usage.tick();
        assertThat(told.messages(hour)).isEqualTo(4);
        assertThat(told.messages(hour + 3)).isZero();
    }

    @Test
    void user_whoComesOften_isToldOncePerHour() {
        for (int i = 0; i < 3; i++) usage.closed(open(SITE, "ada"), "ada");
        usage.tick();
        assertThat(told.users(hour)).containsExactly("ada");
    }

    @Test
    void user_whoStaysOverTheHour_isOneOfTheNewHourToo() {
        TenantUsage site = open(SITE, "ada");
        clock.advance(Duration.ofHours(1));
        usage.tick();
        assertThat(usage.hour()).isEqualTo((int) hour + 1);
        usage.present(site, "ada");
        usage.tick();
        assertThat(told.users(hour)).containsExactly("ada");
        assertThat(told.users(hour + 1)).containsExactly("ada");
    }

    @Test
    void user_whoGoesRightAfterTheHour_isOneOfItsUsers() {
        TenantUsage site = open(SITE, "ada");
        clock.advance(Duration.ofHours(1));
        usage.closed(site, "ada");
        usage.tick();
        assertThat(told.users(hour + 1)).containsExactly("ada");
    }

    @Test
    void connections_areCountedWhenAMinuteBegins_anonymousOnesToo() {
        TenantUsage site = open(SITE, "ada");
        open(SITE, null);
        open(OTHER, null);
        clock.advance(Duration.ofMinutes(1));
        usage.tick();
        usage.tick();
        usage.closed(site, "ada");
        clock.advance(Duration.ofMinutes(1));
        usage.tick();
        assertThat(told.connections(SITE, hour)).isEqualTo(Map.of(1, 2, 2, 1));
        assertThat(told.connections(OTHER, hour)).isEqualTo(Map.of(1, 1, 2, 1));
    }

    @Test
    void connections_atTheTurnOfTheHour_areMinuteZeroOfTheNewHour() {
        open(SITE, null);
        clock.advance(Duration.ofHours(1));
        usage.tick();
        assertThat(told.connections(SITE, hour + 1)).isEqualTo(Map.of(0, 1));
    }

    @Test
    void tenants_whoAreGoneSinceTheLastHour_areForgotten() {
        usage.closed(open(SITE, "ada"), "ada");
        TenantUsage other = open(OTHER, null);
        clock.advance(Duration.ofHours(1));
        usage.tick();
        clock.advance(Duration.ofMinutes(1));
        usage.tick();
        List<Tenant> held = new ArrayList<>();
        usage.forEachTenant(held::add);
        assertThat(held).containsExactly(OTHER);
        say(other, 1);
        usage.tick();
        assertThat(told.messages(hour + 1)).isEqualTo(1);
    }

    @Test
    void tenants_beyondTheLimit_areLostAndCounted() {
        for (int i = 0; i < LoopUsage.MAX_TENANTS; i++) open(new Tenant("threadkit", "t" + i), null);
        assertThat(usage.opened(SITE, "ada")).isNull();
        assertThat(meter.value(Metric.USAGE_LOST)).isEqualTo(1);
    }

    @Test
    void nothing_isToldWhenNothingHappened() {
        usage.tick();
        usage.endTurn();
        usage.tell();
        assertThat(told.all).isEmpty();
    }

    private TenantUsage open(Tenant tenant, @org.jspecify.annotations.Nullable String user) {
        return Objects.requireNonNull(usage.opened(tenant, user));
    }

    private void say(TenantUsage at, int messages) {
        for (int i = 0; i < messages; i++) usage.message(at);
        usage.endTurn();
    }

    private static final class Told implements UsageBook {
        final List<UsageChange> all = new ArrayList<>();

        @Override
        public void add(List<UsageChange> happened) {
            all.addAll(happened);
        }

        void clear() {
            all.clear();
        }

        long messages(long hour) {
            return all.stream()
                    .filter(c -> c.hour() == hour)
                    .mapToLong(UsageChange::messages)
                    .sum();
        }

        List<String> users(long hour) {
            return all.stream()
                    .filter(c -> c.hour() == hour)
                    .flatMap(c -> c.users().stream())
                    .toList();
        }

        Map<Integer, Integer> connections(Tenant tenant, long hour) {
            Map<Integer, Integer> sums = new java.util.HashMap<>();
            all.stream()
                    .filter(c -> c.hour() == hour && c.tenant().equals(tenant))
                    .forEach(c -> c.connections().forEach((minute, n) -> sums.merge(minute, n, Integer::sum)));
            return sums;
        }

        @Override
        public CompletionStage<List<UsageHour>> hours(Tenant tenant, long from, long to) {
            throw new UnsupportedOperationException("hours");
        }

        @Override
        public CompletionStage<List<Tenant>> tenants(long day) {
            throw new UnsupportedOperationException("tenants");
        }
    }
}
