package earshot.bench.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ScaleTest {
    @Test
    void linear_any_endsAtARoundValueAboveTheGreatest() {
        Scale scale = Scale.linear(713, 0, 100);
        assertThat(scale.most()).isEqualTo(800);
        assertThat(scale.ticks(4)).containsExactly(0.0, 200.0, 400.0, 600.0, 800.0);
        assertThat(scale.at(400)).isEqualTo(50);
    }

    @Test
    void linear_ofNothing_isNotEmpty() {
        Scale scale = Scale.linear(0, 0, 100);
        assertThat(scale.most()).isPositive();
        assertThat(scale.at(0)).isZero();
    }

    @Test
    void decades_any_surroundTheValues() {
        Scale scale = Scale.decades(0.3, 42, 0, 300);
        assertThat(scale.ticks(0)).satisfies(ticks -> assertThat(ticks).hasSize(4));
        assertThat(scale.at(1)).isCloseTo(100, within(1e-6));
        assertThat(scale.at(0)).as("below the least").isZero();
    }

    @Test
    void decades_ofOneValue_haveAWidth() {
        assertThat(Scale.decades(10, 10, 0, 1).most()).isGreaterThan(10);
    }

    @Test
    void between_ofOneSecond_hasAWidth() {
        assertThat(Scale.between(0, 0, 0, 10).ticks(5)).isEqualTo(List.of(0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0));
    }
}
