package earshot.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class CheckerTest {
    private final Checker checker = new Checker(2, 2);

    @Test
    void stream_inOrder_isClean() {
        hear(0, 0, 1, 2, 3);
        hear(0, 1, 1, 2);
        hear(1, 0, 1, 2, 3);
        assertChecks(8, 0, 0, 0);
        assertThat(checker.behind(1, 1, 2)).isEqualTo(2);
        assertThat(checker.behind(0, 0, 3)).isZero();
    }

    @Test
    void message_thatNeverComes_isLost() {
        hear(0, 0, 1, 2, 5);
        assertChecks(5, 2, 0, 0);
    }

    @Test
    void end_thatNeverComes_isLost() {
        hear(0, 0, 1, 2);
        checker.endedBehind(checker.behind(0, 0, 4));
        assertChecks(4, 2, 0, 0);
    }

    @Test
    void firstMessage_missing_isLost() {
        hear(0, 0, 2, 3);
        assertChecks(3, 1, 0, 0);
    }

    @Test
    void message_twice_isDoubled() {
        hear(0, 0, 1, 2, 2, 1, 3);
        assertChecks(3, 0, 2, 0);
    }

    @Test
    void message_late_isReorderedAndNotLost() {
        hear(0, 0, 1, 3, 4, 2, 5);
        assertChecks(5, 0, 0, 1);
    }

    @Test
    void message_lateAndThenAgain_isReorderedAndDoubled() {
        hear(0, 0, 1, 3, 2, 2);
        assertChecks(3, 0, 1, 1);
    }

    @Test
    void members_ofOneStream_areCheckedApart() {
        hear(0, 0, 1, 2);
        hear(1, 0, 2);
        assertChecks(4, 1, 0, 0);
    }

    @Test
    void lateJoin_withoutSnapshot_beginsWithTheFirst() {
        hear(0, 0, 1);
        checker.left(0);
        hear(0, 0, 9, 10);
        assertChecks(3, 0, 0, 0);
    }

    @Test
    void lateJoin_withSnapshot_goesOnAfterIt() {
        checker.left(0);
        checker.shown(0, 0, 7);
        checker.shown(0, 0, 8);
        hear(0, 0, 9);
        assertChecks(1, 0, 0, 0);
    }

    @Test
    void lateJoin_withAHoleAfterTheSnapshot_isLost() {
        checker.left(0);
        checker.shown(0, 0, 8);
        hear(0, 0, 10);
        assertChecks(2, 1, 0, 0);
    }

    @Test
    void lateJoin_thatHearsWhatTheSnapshotHad_isDoubled() {
        checker.left(0);
        checker.shown(0, 0, 8);
        hear(0, 0, 8, 9);
        assertChecks(1, 0, 1, 0);
    }

    @Test
    void memberWhoIsAway_isNotBehind() {
        checker.left(0);
        assertThat(checker.behind(0, 0, 100)).isZero();
    }

    @Test
    void shuffledStream_losesNothing() {
        long seed = Long.getLong("earshot.seed", 20_261_122);
        Random random = new Random(seed);
        int[] stream = random.ints(0, 500).distinct().limit(400).toArray();
        boolean[] heard = new boolean[501];
        int newest = 0;
        int reordered = 0;
        int doubled = 0;
        for (int i : stream) {
            int sequence = i + 1;
            for (int times = random.nextInt(10) == 0 ? 2 : 1; times > 0; times--) {
                if (heard[sequence]) doubled++;
                else if (sequence < newest) reordered++;
                heard[sequence] = true;
                newest = Math.max(newest, sequence);
                checker.heard(0, 0, sequence);
            }
        }
        int lost = newest - stream.length;
        assertThat(checker.result(1))
                .as("seed %d", seed)
                .isEqualTo(new LoadResult.Checks(newest, lost, doubled, reordered, 1));
    }

    private void hear(int member, int publisher, int... sequences) {
        for (int sequence : sequences) checker.heard(member, publisher, sequence);
    }

    private void assertChecks(long expected, long lost, long doubled, long reordered) {
        assertThat(checker.result(4)).isEqualTo(new LoadResult.Checks(expected, lost, doubled, reordered, 4));
    }
}
