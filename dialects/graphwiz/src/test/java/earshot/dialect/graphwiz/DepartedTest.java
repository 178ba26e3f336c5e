package earshot.dialect.graphwiz;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.ManualClock;
import earshot.core.testkit.ManualLoops;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DepartedTest {
    private final ManualClock clock = new ManualClock();
    private final ManualLoops loops = new ManualLoops(clock, 1);
    private final AtomicInteger empty = new AtomicInteger();
    private final Scene scene = new Scene(GraphwizConfig.DEFAULT.sizes());
    private final Departed departed =
            new Departed(Duration.ofSeconds(60), loops.loop(0), clock, empty::incrementAndGet);

    private static Member member(String user, String client) {
        return new Member(new Identity(user, client, "x").profile(""), 1);
    }

    private void there(Runnable task) {
        loops.on(loops.loop(0), task);
    }

    @Test
    void returned_hasWhatItOwned_andSomebodyElseHasNot() {
        Entity cube = new Entity("cube", "t", "alice", "c-1");
        there(() -> {
            departed.add(member("alice", "c-1"), List.of(cube), scene);
            assertThat(departed.expects("c-1", "alice")).isTrue();
            assertThat(departed.expects("c-1", "mallory")).isFalse();
            assertThat(departed.back(member("mallory", "c-1"), scene)).isEmpty();
            assertThat(departed.back(member("alice", "c-1"), scene)).containsExactly(cube);
            assertThat(scene.find("cube")).isSameAs(cube);
            assertThat(departed.isEmpty()).isTrue();
        });
    }

    @Test
    void afterAWhile_itIsForgotten() {
        there(() -> departed.add(member("alice", "c-1"), List.of(), scene));
        loops.advance(Duration.ofSeconds(61));
        assertThat(departed.isEmpty()).isTrue();
        assertThat(empty.get()).isOne();
    }

    @Test
    void moreThanAreRemembered_areForgotten() {
        there(() -> {
            for (int i = 0; i < 1001; i++) departed.add(member("u" + i, "c-" + i), List.of(), scene);
        });
        assertThat(departed.expects("c-999", "u999")).isTrue();
        assertThat(departed.expects("c-1000", "u1000")).isFalse();
    }
}
