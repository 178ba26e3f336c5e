package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A flood of handshakes on one loop, by a clock of the test's own. */
class HandshakePaceTest {
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long ON_TIME = 0;
    private static final long LATE = TimeUnit.MILLISECONDS.toNanos(21);

    private final GatewayConfig.Handshakes limits =
            GatewayConfig.Handshakes.DEFAULT.paced(1000, 400, Duration.ofSeconds(5));
    private final HandshakePace pace = new HandshakePace(limits, 0);
    private final List<Limit> refused = new ArrayList<>();
    private long now;
    private int begun;

    private final class Client implements HandshakePace.Turn {
        @Override
        public void begin() {
            begun++;
        }

        @Override
        public void refuse(Limit exceeded) {
            refused.add(exceeded);
        }

        @Override
        public boolean isGone() {
            return false;
        }
    }

    /** Two thousand of them; how many begin in that second. */
    private int inASecond(long lag) {
        int before = begun;
        for (int tick = 0; tick < 50; tick++) {
            now += TICK;
            pace.onTick(now, lag);
            for (int i = 0; i < 40; i++) pace.enter(new Client(), now);
        }
        return begun - before;
    }

    @Test
    void aLoopThatIsOnTime_beginsAllThatItMay_andRefusesTheRest() {
        assertThat(limits.lag()).isBetween(Duration.ofMillis(1), Duration.ofNanos(LATE - 1));
        // A tenth of a second's worth is there in the beginning.
        assertThat(inASecond(ON_TIME)).isBetween(1000, 1100);
        assertThat(inASecond(ON_TIME)).isBetween(990, 1010);
        assertThat(refused).hasSize(4000 - begun - pace.waiting()).isNotEmpty().containsOnly(Limit.HANDSHAKES_WAITING);
    }

    @Test
    void aLateLoop_beginsAQuarter_untilItIsOnTimeAgain() {
        inASecond(LATE);
        assertThat(inASecond(LATE)).isBetween(245, 255);
        assertThat(inASecond(ON_TIME)).isBetween(980, 1010);
    }

    @Test
    void whoWaitsTooLong_isRefused() {
        inASecond(LATE);
        refused.clear();
        now += TimeUnit.SECONDS.toNanos(6);
        pace.onTick(now, LATE);
        assertThat(refused).isNotEmpty().containsOnly(Limit.HANDSHAKE_WAIT);
        assertThat(pace.waiting()).isZero();
    }
}
