package earshot.core.limit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static final long SECOND = 1_000_000_000L;

    private final long seed = Seeds.first();
    private final Random random = new Random(seed);

    @Test
    void fixedWindow_overTheLimit_refusesUntilTheWindowEnds() {
        FixedWindow window = new FixedWindow(2, SECOND);
        assertThat(window.tryTake(0)).isTrue();
        assertThat(window.tryTake(1)).isTrue();
        assertThat(window.tryTake(2)).isFalse();
        assertThat(window.refused()).isEqualTo(1);
        assertThat(window.tryTake(SECOND - 1)).isFalse();
        assertThat(window.tryTake(SECOND)).isTrue();
    }

    @Test
    void fixedWindow_restored_goesOnWhereItWas() {
        FixedWindow before = new FixedWindow(3, SECOND);
        before.tryTake(100);
        before.tryTake(200);
        FixedWindow after = new FixedWindow(3, SECOND);
        after.restore(before.count(), before.ageNanos(300), 5_000);
        assertThat(after.tryTake(5_001)).isTrue();
        assertThat(after.tryTake(5_002)).isFalse();
        assertThat(after.tryTake(5_000 - 200 + SECOND)).isTrue();
    }

    @Test
    void tokenBucket_lets_theBurstAndThenTheRate() {
        TokenBucket bucket = new TokenBucket(10, 5, 0);
        for (int i = 0; i < 5; i++) assertThat(bucket.tryTake(0)).isTrue();
        assertThat(bucket.tryTake(0)).isFalse();
        assertThat(bucket.waitNanos(0)).isEqualTo(SECOND / 10);
        assertThat(bucket.tryTake(SECOND / 10)).isTrue();
        assertThat(bucket.tryTake(SECOND / 10)).isFalse();
        assertThat(bucket.isFull(10 * SECOND)).isTrue();
    }

    @Test
    void tokenBucket_inAnySpan_letsNoMoreThanBurstPlusRate() {
        TokenBucket bucket = new TokenBucket(100, 20, 0);
        List<Long> taken = new ArrayList<>();
        long now = 0;
        for (int i = 0; i < 5000; i++) {
            now += random.nextInt(10_000_000);
            if (bucket.tryTake(now)) taken.add(now);
        }
        for (int from = 0; from < taken.size(); from += 7) {
            for (int to = from; to < taken.size(); to += 13) {
                double most = 20 + (taken.get(to) - taken.get(from)) / 1e9 * 100 + 1e-6;
                assertThat((double) (to - from + 1)).as("seed %d", seed).isLessThanOrEqualTo(most + 1);
            }
        }
    }

    @Test
    void slidingWindow_againstAListOfTimes_agrees() {
        SlidingWindow window = new SlidingWindow(7, SECOND);
        List<Long> model = new ArrayList<>();
        long now = 0;
        for (int i = 0; i < 10_000; i++) {
            now += random.nextInt(300_000_000);
            long at = now;
            model.removeIf(t -> at - t >= SECOND);
            boolean expected = model.size() < 7;
            if (expected) model.add(at);
            assertThat(window.tryTake(at)).as("seed %d step %d", seed, i).isEqualTo(expected);
        }
    }
}
