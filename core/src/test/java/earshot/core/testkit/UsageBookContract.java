package earshot.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.usage.Tenant;
import earshot.core.usage.UsageBook;
import earshot.core.usage.UsageChange;
import earshot.core.usage.UsageHour;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link UsageBook} promises. */
public abstract class UsageBookContract {
    protected final ManualClock clock = new ManualClock();
    protected final Tenant site = new Tenant("threadkit", UUID.randomUUID().toString());

    protected abstract UsageBook book();

    /** The same store as another node sees it; the same object where there is one node only. */
    protected UsageBook otherNode() {
        return book();
    }

    /** Now, since 1970. */
    protected final long hour() {
        return UsageHour.at(clock.millis());
    }

    @Test
    protected void changes_ofOneHour_addUpOverLoopsAndNodes() {
        book().add(List.of(change(hour(), 3, List.of("ada", "bob"), Map.of(1, 2))));
        book().add(List.of(change(hour(), 4, List.of("ada"), Map.of(1, 5, 2, 7))));
        await(book().hours(site, hour(), hour() + 1));
        otherNode().add(List.of(change(hour(), 10, List.of("bob", "eve"), Map.of(2, 1))));
        await(otherNode().hours(site, hour(), hour() + 1));
        UsageHour found = await(book().hours(site, hour(), hour() + 1)).getFirst();
        assertThat(found.hour()).isEqualTo(hour());
        assertThat(found.messages()).isEqualTo(17);
        assertThat(found.users().estimate()).isEqualTo(3);
        assertThat(found.connections()).isEqualTo(Map.of(1, 7, 2, 8));
        assertThat(found.peak()).isEqualTo(8);
        assertThat(found.connectionMinutes()).isEqualTo(15);
    }

    @Test
    protected void changes_ofTwoHoursToldAtOnce_belongToTheirHours() {
        book().add(List.of(
                change(hour() - 1, 3, List.of("ada"), Map.of(59, 1)), change(hour(), 5, List.of("bob"), Map.of(0, 2))));
        List<UsageHour> hours = await(book().hours(site, hour() - 1, hour() + 1));
        assertThat(hours).extracting(UsageHour::messages).containsExactly(3L, 5L);
        assertThat(hours).extracting(UsageHour::peak).containsExactly(1, 2);
        assertThat(await(book().hours(site, hour(), hour() + 1))).hasSize(1);
    }

    @Test
    protected void hours_withUsersOrConnectionsOnly_areThere() {
        book().add(List.of(
                change(hour() - 2, 0, List.of("ada"), Map.of()), change(hour() - 1, 0, List.of(), Map.of(4, 4))));
        List<UsageHour> hours = await(book().hours(site, hour() - 3, hour() + 1)).stream()
                .filter(h -> h.peak() > 0 || !h.users().isEmpty())
                .toList();
        assertThat(hours).extracting(UsageHour::hour).containsExactly(hour() - 2, hour() - 1);
    }

    @Test
    protected void tenants_withTheSameNameOrNone_areApart() {
        Tenant elsewhere = new Tenant("waddle", site.name());
        Tenant nameless = new Tenant("waddle", "");
        book().add(List.of(
                change(hour(), 1, List.of("ada"), Map.of()),
                new UsageChange(elsewhere, hour(), 2, List.of(), Map.of()),
                new UsageChange(nameless, hour(), 4, List.of(), Map.of())));
        assertThat(await(book().hours(site, hour(), hour() + 1)))
                .extracting(UsageHour::messages)
                .containsExactly(1L);
        assertThat(await(book().hours(elsewhere, hour(), hour() + 1)))
                .extracting(UsageHour::messages)
                .containsExactly(2L);
        assertThat(await(book().tenants(hour() / 24))).contains(nameless, elsewhere, site);
        assertThat(await(book().tenants(hour() / 24 - 3))).doesNotContain(nameless, elsewhere, site);
    }

    @Test
    protected void tenant_unknown_usedNothing() {
        assertThat(await(book().hours(new Tenant("threadkit", "nobody"), hour() - 5, hour())))
                .allSatisfy(h -> assertThat(h.messages()).isZero());
    }

    protected final UsageChange change(
            long hour, long messages, List<String> users, Map<Integer, Integer> connections) {
        return new UsageChange(site, hour, messages, users, connections);
    }

    protected static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }
}
