package earshot.server;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.ManualClock;
import earshot.core.testkit.ManualLoops;
import earshot.engine.redis.Echo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RedisPulseTest {
    private final ManualClock clock = new ManualClock();
    private final ManualLoops loops = new ManualLoops(clock, 1);
    private final List<Boolean> told = new ArrayList<>();
    private boolean answers = true;
    private int shardsDown;
    private final RedisPulse pulse = RedisPulse.begin(
            () -> CompletableFuture.completedStage(new Echo(3, answers ? 3 - shardsDown : 0, Duration.ofMillis(2))),
            Duration.ofSeconds(10),
            loops.loop(0),
            clock,
            told::add);

    private void pass(double seconds) {
        loops.advance(Duration.ofMillis((long) (seconds * 1000)));
    }

    @Test
    void health_whileRedisAnswers_isConnected() {
        pass(20);
        assertThat(pulse.health(2).connected()).isTrue();
        assertThat(pulse.isLongAway()).isFalse();
        assertThat(told).isEmpty();
    }

    @Test
    void away_forAMoment_isToldToNobody() {
        pass(1);
        answers = false;
        pass(2.5);
        assertThat(pulse.health(2).connected()).isFalse();
        answers = true;
        pass(10);
        assertThat(pulse.health(2).connected()).isTrue();
        assertThat(told).isEmpty();
    }

    @Test
    void away_forSeconds_isToldOnce_andThatItIsBack() {
        pass(1);
        answers = false;
        pass(5);
        assertThat(told).containsExactly(true);
        assertThat(pulse.isLongAway()).isFalse();
        pass(10);
        assertThat(told).containsExactly(true);
        assertThat(pulse.isLongAway()).isTrue();
        answers = true;
        pass(3);
        assertThat(told).containsExactly(true, false);
        assertThat(pulse.isLongAway()).isFalse();
        answers = false;
        pass(5);
        assertThat(told).containsExactly(true, false, true);
    }

    @Test
    void aShardAway_isTold_butTheNodeStaysReady() {
        pass(1);
        shardsDown = 1;
        pass(5);
        assertThat(told).containsExactly(true);
        assertThat(pulse.health(2).connected()).isFalse();
        pass(60);
        assertThat(pulse.isLongAway()).as("rooms of the others go on").isFalse();
        answers = false;
        pass(12);
        assertThat(pulse.isLongAway()).isTrue();
        answers = true;
        pass(2);
        assertThat(pulse.isLongAway()).isFalse();
        assertThat(told).containsExactly(true);
        shardsDown = 0;
        pass(3);
        assertThat(told).containsExactly(true, false);
        assertThat(pulse.health(2).connected()).isTrue();
    }

    @Test
    void away_withAnAnswerInBetween_isOneOutage() {
        answers = false;
        pass(6);
        answers = true;
        pass(1);
        answers = false;
        pass(5);
        answers = true;
        pass(5);
        assertThat(told).containsExactly(true, false);
    }
}
