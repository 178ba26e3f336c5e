package earshot.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class StampClockTest {
    private final ManualClock clock = new ManualClock();
    private final StampClock stamps = new StampClock(clock);

    @Test
    void next_always_isHigherThanAllBefore() {
        long last = stamps.next();
        for (int i = 0; i < 100_000; i++) {
            long next = stamps.next();
            assertThat(next).isGreaterThan(last);
            last = next;
        }
        clock.jump(Duration.ofDays(-1));
        assertThat(stamps.next()).isGreaterThan(last);
        clock.jump(Duration.ofDays(2));
        assertThat(stamps.next() >> 16).isEqualTo(clock.millis());
    }

    @Test
    void observe_ofAnotherNodeThatIsAhead_isFollowed() {
        long theirs = (clock.millis() + 60_000) << 16;
        assertThat(stamps.observe(theirs)).isTrue();
        assertThat(stamps.next()).isEqualTo(theirs + 1);
        assertThat(stamps.observe(5)).isTrue();
        assertThat(stamps.next()).isEqualTo(theirs + 2);
    }

    @Test
    void observe_ofAClockThatIsWrong_isNotFollowed() {
        assertThat(stamps.observe(Long.MAX_VALUE)).isFalse();
        assertThat(stamps.observe((clock.millis() + 2 * 3_600_000) << 16)).isFalse();
        assertThat(stamps.next() >> 16).isEqualTo(clock.millis());
    }
}
