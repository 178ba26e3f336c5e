package earshot.core.usage;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.memory.MemoryUsageBook;
import earshot.core.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Hours in memory, days and months in a little archive; the clock begins on 2026-01-01. */
class UsageReportTest {
    private static final Tenant SITE = new Tenant("threadkit", "site");
    private static final Duration WEEK = Duration.ofDays(7);

    private final ManualClock clock = new ManualClock();
    private final MemoryUsageBook book = new MemoryUsageBook(WEEK, clock);
    private final Days archive = new Days();
    private final UsageReport report = new UsageReport(book, archive, WEEK, clock);
    private final UsageRollup rollup = new UsageRollup(book, archive, WEEK, clock);

    @Test
    void hours_withNothing_areZero() {
        use(5, "ada");
        clock.advance(Duration.ofHours(2));
        use(3, "bob");
        List<Usage> hours = read(Span.HOUR, "2025-12-31T23:30:00Z", "2026-01-01T04:00:00Z");
        assertThat(hours).extracting(Usage::messages).containsExactly(0L, 5L, 0L, 3L, 0L);
        assertThat(hours.getFirst().start()).isEqualTo("2025-12-31T23:00:00Z");
    }

    @Test
    void days_areHoursTogether_andUsersOfADayCountOnce() {
        use(5, "ada", "bob");
        clock.advance(Duration.ofHours(2));
        use(3, "bob");
        clock.advance(Duration.ofDays(1));
        use(1, "eve");
        List<Usage> days = read(Span.DAY, "2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z");
        assertThat(days).extracting(Usage::messages).containsExactly(8L, 1L);
        assertThat(days).extracting(u -> u.users().estimate()).containsExactly(2L, 1L);
    }

    @Test
    void rollup_wholeDays_keepsThemWhenTheHoursAreGone() {
        use(5, "ada");
        clock.advance(Duration.ofDays(1));
        use(7, "ada", "bob");
        assertThat(rolledUp()).isEqualTo(0);
        clock.advance(UsageRollup.SETTLED);
        assertThat(rolledUp()).isEqualTo(1);
        assertThat(rolledUp()).as("again").isEqualTo(0);
        List<Usage> before = read(Span.DAY, "2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z");
        assertThat(before).extracting(Usage::messages).containsExactly(5L, 7L);

        clock.advance(Duration.ofDays(3));
        assertThat(rolledUp()).isEqualTo(1);
        clock.advance(Duration.ofDays(20));
        use(1, "eve");
        List<Usage> after = read(Span.DAY, "2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z");
        assertThat(after).extracting(Usage::messages).containsExactly(5L, 7L);
        assertThat(after.getLast().users().estimate()).isEqualTo(2);
    }

    @Test
    void months_areArchivedDaysAndTheHoursOfTheOthers() {
        use(5, "ada");
        clock.advance(Duration.ofDays(1).plusMinutes(10));
        assertThat(rolledUp()).isEqualTo(1);
        use(7, "ada", "bob");
        List<Usage> months = read(Span.MONTH, "2025-12-01T00:00:00Z", "2026-02-01T00:00:00Z");
        assertThat(months).extracting(Usage::messages).containsExactly(0L, 12L);
        assertThat(months.getLast().users().estimate()).isEqualTo(2);
        assertThat(months.getLast().start()).isEqualTo("2026-01-01T00:00:00Z");
    }

    @Test
    void connections_byMinute_areCountsInTheirPlaces() {
        long hour = UsageHour.at(clock.millis());
        book.add(List.of(
                new UsageChange(SITE, hour - 1, 0, List.of(), Map.of(59, 4)),
                new UsageChange(SITE, hour, 0, List.of(), Map.of(0, 2, 2, 3))));
        var counts = report.connections(
                        SITE, Instant.parse("2025-12-31T23:58:00Z"), Instant.parse("2026-01-01T00:04:00Z"))
                .toCompletableFuture()
                .join();
        assertThat(counts).extracting(UsageReport.Connections::count).containsExactly(0, 4, 2, 0, 3, 0);
        assertThat(counts.getFirst().at()).isEqualTo("2025-12-31T23:58:00Z");
    }

    @Test
    void tenants_areThoseOfTheLastWeek() {
        use(1, "ada");
        clock.advance(Duration.ofDays(6));
        assertThat(report.tenants().toCompletableFuture().join()).containsExactly(SITE);
        clock.advance(Duration.ofDays(3));
        assertThat(report.tenants().toCompletableFuture().join()).isEmpty();
    }

    private void use(long messages, String... users) {
        book.add(List.of(new UsageChange(
                SITE, UsageHour.at(clock.millis()), messages, List.of(users), Map.of(0, users.length))));
    }

    private int rolledUp() {
        return rollup.run().toCompletableFuture().join();
    }

    private List<Usage> read(Span span, String from, String to) {
        return report.read(SITE, span, Instant.parse(from), Instant.parse(to))
                .toCompletableFuture()
                .join();
    }

    /** Days in a map; months are made when somebody asks. */
    private static final class Days implements UsageArchive {
        private final TreeMap<Instant, Usage> days = new TreeMap<>();

        @Override
        public CompletionStage<Void> putDay(Tenant tenant, Usage day) {
            days.put(day.start(), day);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<List<Usage>> read(Tenant tenant, Span span, Instant from, Instant to) {
            List<Usage> found = new ArrayList<>(days.subMap(from, to).values());
            if (span == Span.MONTH) {
                TreeMap<Instant, Usage> months = new TreeMap<>();
                for (Usage day : found)
                    months.merge(
                            Span.MONTH.startOf(day.start()),
                            Usage.none(Span.MONTH.startOf(day.start())).plus(day),
                            Usage::plus);
                found = List.copyOf(months.values());
            }
            return CompletableFuture.completedStage(found);
        }
    }
}
