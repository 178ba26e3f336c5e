package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.time.Clock;
import earshot.core.usage.Tenant;
import earshot.core.usage.UsageBook;
import earshot.core.usage.UsageChange;
import earshot.core.usage.UsageHour;
import earshot.dialect.Frame;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What sessions do is counted for their tenants; the time of day is set by hand. */
class UsageTest {
    private static final Tenant PLAIN = new Tenant("plain", "");

    private final AtomicLong ahead = new AtomicLong();
    private final Clock clock = new Clock() {
        private final long begun = System.nanoTime();

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        // Begins half a minute into an hour.
        @Override
        public long millis() {
            return 1_767_225_630_000L + ahead.get() + (System.nanoTime() - begun) / 1_000_000;
        }
    };
    private final FanoutWorld world = new FanoutWorld(2, SessionLimits.DEFAULT, 1 << 20, clock);
    private final Told told = new Told();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void messages_onTwoLoops_areCountedButForThoseRejected() {
        world.fanout.count(told);
        FanoutWorld.Guest ada = world.guest(0, 0, "ada", 1000);
        FanoutWorld.Guest bob = world.guest(1, 0, "bob", 1000);
        says(ada, "hello", "nope", "fail", "again");
        says(bob, "hello");
        await(() -> told.messages() == 4);
        assertThat(told.users(now())).containsExactlyInAnyOrder("ada", "bob");
        assertThat(told.all).allSatisfy(change -> assertThat(change.tenant()).isEqualTo(PLAIN));
    }

    @Test
    void users_whoStayOverTheHour_areCountedAgainWhenTheyAreSwept() {
        world.fanout.count(told);
        FanoutWorld.Guest ada = world.guest(0, 0, "ada", 1000);
        await(() -> told.users(now()).contains("ada"));
        ahead.addAndGet(Duration.ofHours(1).toMillis());
        await(() -> told.connections(now()) == 1);
        assertThat(told.users(now())).isEmpty();
        world.on(0, () -> {
            ada.client.onSweep(System.nanoTime());
            return null;
        });
        await(() -> told.users(now()).contains("ada"));
    }

    @Test
    void sessions_thatHaveEnded_areNoConnectionsAnyMore() {
        world.fanout.count(told);
        FanoutWorld.Guest ada = world.guest(0, 0, "ada", 1000);
        world.guest(0, 0, null, 1000);
        ahead.addAndGet(Duration.ofMinutes(1).toMillis());
        await(() -> told.connections(now()) == 2);
        says(ada, "quit");
        told.all.clear();
        ahead.addAndGet(Duration.ofMinutes(1).toMillis());
        await(() -> told.connections(now()) == 1);
    }

    @Test
    void tellUsage_atTheEnd_tellsWhatWasNotTold() {
        world.fanout.count(told);
        says(world.guest(0, 0, "ada", 1000), "hello");
        world.fanout.tellUsage();
        assertThat(told.messages()).isEqualTo(1);
    }

    private void says(FanoutWorld.Guest guest, String... texts) {
        world.on(guest.loop, () -> {
            for (String text : texts) guest.client.onFrame(Frame.text(text));
            return null;
        });
        world.settle();
    }

    private long now() {
        return UsageHour.at(clock.millis());
    }

    private static void await(BooleanSupplier condition) {
        long until = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > until) throw new AssertionError("not within 20 s");
            LockSupport.parkNanos(2_000_000);
        }
    }

    private static final class Told implements UsageBook {
        final ConcurrentLinkedQueue<UsageChange> all = new ConcurrentLinkedQueue<>();

        @Override
        public void add(List<UsageChange> happened) {
            all.addAll(happened);
        }

        long messages() {
            return all.stream().mapToLong(UsageChange::messages).sum();
        }

        List<String> users(long hour) {
            return all.stream()
                    .filter(change -> change.hour() == hour)
                    .flatMap(change -> change.users().stream())
                    .toList();
        }

        /** At the newest minute that was told. */
        int connections(long hour) {
            return all.stream()
                    .filter(change -> change.hour() == hour)
                    .flatMap(change -> change.connections().entrySet().stream())
                    .max(java.util.Map.Entry.comparingByKey())
                    .map(java.util.Map.Entry::getValue)
                    .orElse(0);
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
