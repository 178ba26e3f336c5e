package earshot.core.history;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.history.HistoryRouter.Engine;
import earshot.core.history.MessageBook.RoomSummary;
import earshot.core.memory.MemoryHistory;
import earshot.core.message.RoomId;
import earshot.core.testkit.Drafts;
import earshot.core.testkit.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HistoryRouterTest {
    private static final RoomId KEPT = new RoomId("test", "", "b-kept");
    private static final RoomId SHORT = new RoomId("test", "", "a-short");
    private static final Retention PASSING = new Retention(100, Duration.ofMinutes(2), Retention.UNLIMITED, false);

    private final ManualClock clock = new ManualClock();
    private final MemoryHistory lasting = new MemoryHistory(clock);
    private final MemoryHistory passing = new MemoryHistory(clock);
    private final HistoryRouter router = new HistoryRouter(Engine.of(lasting), Engine.of(passing));

    @Test
    void room_goesToTheEngineOfItsRetention() {
        say(KEPT, Retention.EVERYTHING);
        say(SHORT, PASSING);
        assertThat(lasting.find(KEPT, "m1").toCompletableFuture().join()).isPresent();
        assertThat(lasting.find(SHORT, "m1").toCompletableFuture().join()).isEmpty();
        assertThat(passing.find(SHORT, "m1").toCompletableFuture().join()).isPresent();
    }

    @Test
    void room_released_isStillFoundWhereItWas() {
        say(SHORT, PASSING);
        router.release(SHORT);
        assertThat(router.find(SHORT, "m1").toCompletableFuture().join()).isPresent();
    }

    @Test
    void rooms_ofBothEngines_areListedInNameOrder() {
        say(KEPT, Retention.EVERYTHING);
        say(SHORT, PASSING);
        assertThat(router.rooms(null, 10).toCompletableFuture().join())
                .extracting(RoomSummary::room)
                .containsExactly(SHORT, KEPT);
        assertThat(router.rooms(null, 1).toCompletableFuture().join()).hasSize(1);
    }

    private void say(RoomId room, Retention retention) {
        router.open(room, retention).toCompletableFuture().join();
        router.append(Drafts.draft(room, Drafts.post("m1"), clock.millis()))
                .toCompletableFuture()
                .join();
    }
}
