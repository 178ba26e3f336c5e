package earshot.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.Meter;
import earshot.core.testkit.UsageBookContract;
import earshot.core.usage.Span;
import earshot.core.usage.Tenant;
import earshot.core.usage.Usage;
import earshot.core.usage.UsageBook;
import earshot.core.usage.UsageHour;
import earshot.core.usage.UsageReport;
import earshot.core.usage.UsageRollup;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteUsageTest extends UsageBookContract {
    private static final Duration WEEK = Duration.ofDays(7);

    @TempDir
    Path data;

    private SqliteDirectory directory;

    @BeforeEach
    void openDirectory() {
        directory = SqliteDirectory.open(data, WEEK, clock, Meter.NONE);
    }

    @AfterEach
    void closeDirectory() {
        directory.close();
    }

    @Override
    protected UsageBook book() {
        return directory.usage();
    }

    @Test
    void changes_beforeARestartWithinTheHour_countWithThoseAfterIt() {
        book().add(List.of(change(hour(), 3, List.of("ada", "bob"), Map.of(7, 4))));
        restart();
        book().add(List.of(change(hour(), 2, List.of("bob", "eve"), Map.of(8, 6))));
        UsageHour found = await(book().hours(site, hour(), hour() + 1)).getFirst();
        assertThat(found.messages()).isEqualTo(5);
        assertThat(found.users().estimate()).isEqualTo(3);
        assertThat(found.connections()).isEqualTo(Map.of(7, 4, 8, 6));
    }

    @Test
    void putDay_again_isReplacedAndItsMonthIsMadeAnew() {
        Instant day = Instant.parse("2026-03-09T00:00:00Z");
        put(day.minus(Duration.ofDays(1)), 10, 5, 50, "ada");
        put(day, 100, 9, 70, "ada", "bob");
        put(day, 20, 7, 60, "ada", "eve");
        put(Instant.parse("2026-02-28T00:00:00Z"), 1, 1, 1, "zoe");
        Instant march = Instant.parse("2026-03-01T00:00:00Z");
        List<Usage> months = await(directory.usage().read(site, Span.MONTH, march, Span.MONTH.plus(march, 1)));
        assertThat(months).hasSize(1);
        Usage month = months.getFirst();
        assertThat(month.start()).isEqualTo(march);
        assertThat(month.messages()).isEqualTo(30);
        assertThat(month.users().estimate()).isEqualTo(2);
        assertThat(month.peakConnections()).isEqualTo(7);
        assertThat(month.connectionMinutes()).isEqualTo(110);
        assertThat(await(directory.usage().read(site, Span.DAY, march, day))).hasSize(1);
    }

    @Test
    void hours_olderThanKept_goOnceTheirDayIsArchived() {
        long first = hour();
        Tenant other = new Tenant("waddle", "");
        book().add(List.of(change(first, 3, List.of("ada"), Map.of(1, 1))));
        await(book().hours(site, first, first + 1));
        clock.advance(WEEK.plusDays(1));
        restart();
        assertThat(Copies.number(file(), "SELECT count(*) FROM usage_hour"))
                .as("not archived yet")
                .isEqualTo(1);

        var rollup = new UsageRollup(book(), directory.usage(), Duration.ofDays(60), clock);
        assertThat(await(rollup.run())).isEqualTo(1);
        clock.advance(Duration.ofHours(1));
        restart();
        assertThat(Copies.number(file(), "SELECT count(*) FROM usage_hour")).isZero();
        var report = new UsageReport(book(), directory.usage(), WEEK, clock);
        Instant day = Instant.ofEpochSecond(first * 3600);
        assertThat(await(report.read(site, Span.DAY, day, Span.DAY.plus(day, 2))))
                .extracting(Usage::messages)
                .containsExactly(3L, 0L);
        assertThat(await(report.read(other, Span.MONTH, day, Span.DAY.plus(day, 2))))
                .extracting(Usage::messages)
                .containsExactly(0L);
    }

    private void put(Instant day, long messages, int peak, long minutes, String... users) {
        var sketch = new earshot.core.usage.Sketch();
        for (String user : users) sketch.add(user);
        await(directory.usage().putDay(site, new Usage(day, messages, sketch, peak, minutes)));
    }

    private Path file() {
        return data.resolve("directory.db");
    }

    private void restart() {
        directory.close();
        directory = SqliteDirectory.open(data, WEEK, clock, Meter.NONE);
    }
}
