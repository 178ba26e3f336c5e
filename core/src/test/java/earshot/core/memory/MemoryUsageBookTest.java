package earshot.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.UsageBookContract;
import earshot.core.usage.Tenant;
import earshot.core.usage.UsageBook;
import earshot.core.usage.UsageChange;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryUsageBookTest extends UsageBookContract {
    private final MemoryUsageBook book = new MemoryUsageBook(Duration.ofDays(7), clock);

    @Override
    protected UsageBook book() {
        return book;
    }

    @Test
    void hours_olderThanKept_go() {
        long then = hour();
        book.add(List.of(change(then, 1, List.of(), Map.of())));
        clock.advance(Duration.ofDays(8));
        book.add(List.of(change(hour(), 1, List.of(), Map.of())));
        assertThat(await(book.hours(site, then, hour() + 1))).hasSize(1);
    }

    @Test
    void tenants_beyondTheLimit_goTheQuietestFirst() {
        for (int i = 0; i <= MemoryUsageBook.MAX_TENANTS; i++)
            book.add(List.of(new UsageChange(new Tenant("waddle", "t" + i), hour(), 1, List.of(), Map.of())));
        assertThat(await(book.tenants(hour() / 24)))
                .hasSize(MemoryUsageBook.MAX_TENANTS)
                .doesNotContain(new Tenant("waddle", "t0"));
    }
}
