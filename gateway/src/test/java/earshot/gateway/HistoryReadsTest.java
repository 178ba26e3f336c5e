package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HistoryReadsTest {
    private final HistoryReads reads = new HistoryReads();
    private final List<Integer> begun = new ArrayList<>();

    private void ask(int number, boolean isWanted) {
        reads.ask(() -> {
            if (isWanted) begun.add(number);
            return isWanted;
        });
    }

    @Test
    void readsOfThousands_beginAFewAtOnce_inTheOrderOfAsking() {
        for (int i = 0; i < 5000; i++) ask(i, true);
        assertThat(begun).hasSize(HistoryReads.AT_ONCE);
        for (int i = 0; i < 1000; i++) reads.ended(1);
        assertThat(begun).hasSize(1000 + HistoryReads.AT_ONCE);
        reads.ended(HistoryReads.AT_ONCE);
        assertThat(begun)
                .isEqualTo(IntStream.range(0, 1000 + 2 * HistoryReads.AT_ONCE)
                        .boxed()
                        .toList());
    }

    @Test
    void readsThatNobodyWantsAnyMore_takeNoTurn() {
        for (int i = 0; i < HistoryReads.AT_ONCE; i++) ask(i, true);
        for (int i = 0; i < 100; i++) ask(1000 + i, false);
        ask(2000, true);
        reads.ended(1);
        assertThat(begun).hasSize(HistoryReads.AT_ONCE + 1).endsWith(2000);
    }

    /** An engine may answer before the call returns. */
    @Test
    void answerWithinTheAsking_isOne() {
        for (int i = 0; i < 100; i++) {
            int number = i;
            reads.ask(() -> {
                begun.add(number);
                reads.ended(1);
                return true;
            });
        }
        assertThat(begun).hasSize(100);
    }
}
