package earshot.core.time;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DeadlineHeapTest {
    private final List<Long> armed = new ArrayList<>();
    private final DeadlineHeap heap = new DeadlineHeap(armed::add);
    private final List<String> ran = new ArrayList<>();

    @Test
    void run_runsWhatIsDue_inOrderOfTime() {
        heap.at(30, () -> ran.add("c"));
        heap.at(10, () -> ran.add("a"));
        heap.at(20, () -> ran.add("b"));
        heap.run(20);
        assertThat(ran).containsExactly("a", "b");
        heap.run(30);
        assertThat(ran).containsExactly("a", "b", "c");
    }

    @Test
    void alarm_isArmedForTheNearestOnly() {
        heap.at(30, () -> {});
        heap.at(40, () -> {});
        heap.at(10, () -> {});
        assertThat(armed).containsExactly(30L, 10L);
        heap.run(10);
        assertThat(armed.getLast()).isEqualTo(30L);
    }

    @Test
    void cancelled_doesNotRun_andIsForgottenInBulk() {
        List<Deadlines.Deadline> all = new ArrayList<>();
        for (int i = 0; i < 1000; i++) all.add(heap.at(1000 + i, () -> ran.add("x")));
        all.forEach(Deadlines.Deadline::cancel);
        assertThat(heap.size()).isLessThan(200);
        heap.run(5000);
        assertThat(ran).isEmpty();
    }

    @Test
    void task_thatSetsADueDeadline_doesNotStarveTheLoop() {
        heap.at(1, () -> heap.at(1, () -> ran.add("next")));
        heap.run(1);
        assertThat(ran).isEmpty();
        heap.run(1);
        assertThat(ran).containsExactly("next");
    }

    @Test
    void heap_againstASortedMap_agrees() {
        long seed = Seeds.first();
        Random random = new Random(seed);
        TreeMap<Long, List<Integer>> model = new TreeMap<>();
        List<Integer> expected = new ArrayList<>();
        List<Integer> actual = new ArrayList<>();
        long now = Long.MAX_VALUE - 500_000; // the clock may wrap
        for (int i = 0; i < 5000; i++) {
            int id = i;
            if (random.nextInt(3) > 0) {
                long after = random.nextInt(1000);
                model.computeIfAbsent(now - Long.MIN_VALUE + after, _ -> new ArrayList<>())
                        .add(id);
                heap.at(now + after, () -> actual.add(id));
            } else {
                now += random.nextInt(400);
                var due = model.headMap(now - Long.MIN_VALUE, true);
                due.values().forEach(expected::addAll);
                due.clear();
                heap.run(now);
            }
        }
        assertThat(actual).as("seed %d", seed).isEqualTo(expected);
    }
}
