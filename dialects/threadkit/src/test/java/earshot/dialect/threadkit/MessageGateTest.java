package earshot.dialect.threadkit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.dialect.threadkit.MessageGate.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** WIRE.md, limits: the fixed window, and T-16. */
final class MessageGateTest {
    private static final long SECOND = 1_000_000_000L;

    private final MessageGate gate = new MessageGate(ThreadkitConfig.DEFAULT);

    @Test
    void window_takesTenAndRefusesTheEleventh() {
        assertThat(take(10, 0)).containsOnly(Verdict.TAKE);
        assertThat(gate.take(SECOND - 1)).isEqualTo(Verdict.REFUSE);
    }

    @Test
    void window_aSecondAfterItsFirstMessage_beginsAgain() {
        take(11, 5);
        assertThat(gate.take(SECOND + 4)).isEqualTo(Verdict.REFUSE);
        assertThat(gate.take(SECOND + 5)).isEqualTo(Verdict.TAKE);
    }

    @Test
    void window_isFixedAndDoesNotSlide() {
        take(1, 0);
        assertThat(take(9, SECOND - 1)).containsOnly(Verdict.TAKE);
        assertThat(take(10, SECOND)).containsOnly(Verdict.TAKE);
    }

    @Test
    void negativeClock_isNothingSpecial() {
        assertThat(take(10, Long.MIN_VALUE + 5)).containsOnly(Verdict.TAKE);
        assertThat(gate.take(Long.MIN_VALUE + 6)).isEqualTo(Verdict.REFUSE);
    }

    @Test
    void flood_isToldOnlyAFewTimesPerWindow() {
        List<Verdict> verdicts = take(60, 0);
        assertThat(verdicts.stream().filter(v -> v == Verdict.REFUSE)).hasSize(5);
        assertThat(verdicts.stream().filter(v -> v == Verdict.DROP)).hasSize(45);
    }

    @Test
    void flood_forFiveWindowsInARow_isCut() {
        for (int window = 0; window < 4; window++) {
            assertThat(take(500, window * SECOND)).doesNotContain(Verdict.CUT);
        }
        assertThat(take(101, 4 * SECOND)).endsWith(Verdict.CUT);
    }

    @Test
    void flood_withACalmWindowBetween_beginsAgain() {
        for (int window = 0; window < 20; window++) {
            int messages = window % 5 == 4 ? 11 : 500;
            assertThat(take(messages, window * SECOND)).doesNotContain(Verdict.CUT);
        }
    }

    @Test
    void flood_withAPauseBetween_beginsAgain() {
        for (int window = 0; window < 20; window++) {
            assertThat(take(500, 2L * window * SECOND)).doesNotContain(Verdict.CUT);
        }
    }

    @Test
    void slightlyTooFast_staysForEver() {
        for (int window = 0; window < 1000; window++) {
            assertThat(take(100, window * SECOND)).doesNotContain(Verdict.CUT);
        }
    }

    @Test
    void limitOfZero_isNoLimit() {
        var open = new MessageGate(ThreadkitConfig.DEFAULT.withMessagesPerSecond(0));
        for (int i = 0; i < 100_000; i++) assertThat(open.take(0)).isEqualTo(Verdict.TAKE);
    }

    private List<Verdict> take(int messages, long atNanos) {
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < messages; i++) verdicts.add(gate.take(atNanos));
        return verdicts;
    }
}
