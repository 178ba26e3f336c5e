package earshot.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.CustomNumbers.Change;
import earshot.core.telemetry.CustomNumbers.Kind;
import earshot.core.telemetry.CustomNumbers.Outcome;
import earshot.core.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CustomNumbersTest {
    private final ManualClock clock = new ManualClock();
    private final CustomNumbers numbers = new CustomNumbers(clock);

    private static Change counter(String name, double by, Map<String, String> labels) {
        return new Change(Kind.COUNTER, name, new TreeMap<>(labels), null, by, false);
    }

    private static Change gauge(String name, double value) {
        return new Change(Kind.GAUGE, name, new TreeMap<>(), "How deep.", value, true);
    }

    private List<String> shown() {
        return numbers.snapshot().stream()
                .flatMap(f -> f.series().stream()
                        .map(s -> f.kind() + " " + f.name() + s.labels() + " " + s.value() + " " + f.help()))
                .map(String::strip)
                .toList();
    }

    @Test
    void counters_addUp_byNameAndLabels() {
        numbers.apply(List.of(counter("orders", 2, Map.of("plan", "free")), counter("orders", 1, Map.of())));
        numbers.apply(List.of(counter("orders", 3, Map.of("plan", "free"))));
        assertThat(shown()).containsExactly("COUNTER orders{plan=free} 5.0", "COUNTER orders{} 1.0");
    }

    @Test
    void gauge_thatNobodyRepeats_isGone_andACounterStays() {
        numbers.apply(List.of(gauge("depth", 7), gauge("depth", 5), counter("orders", 1, Map.of())));
        assertThat(shown()).containsExactly("GAUGE depth{} 5.0 How deep.", "COUNTER orders{} 1.0");
        clock.advance(CustomNumbers.GAUGE_LIFE.plus(Duration.ofSeconds(1)));
        assertThat(shown()).containsExactly("COUNTER orders{} 1.0");
    }

    @Test
    void oneName_isACounterOrAGauge_andNothingIsDoneByHalves() {
        assertThat(numbers.apply(List.of(counter("a", 1, Map.of()), gauge("a", 1))))
                .isEqualTo(Outcome.OTHER_KIND);
        assertThat(shown()).isEmpty();
        numbers.apply(List.of(gauge("a", 1)));
        assertThat(numbers.apply(List.of(counter("b", 1, Map.of()), counter("a", 1, Map.of()))))
                .isEqualTo(Outcome.OTHER_KIND);
        assertThat(shown()).hasSize(1);
        assertThat(numbers.remove("a")).isTrue();
        assertThat(numbers.remove("a")).isFalse();
        assertThat(numbers.apply(List.of(counter("a", 1, Map.of())))).isEqualTo(Outcome.DONE);
    }

    @Test
    void series_areBounded_andRoomIsMadeByRemoving() {
        List<Change> many = new ArrayList<>();
        for (int i = 0; i < CustomNumbers.MAX_SERIES; i++) many.add(counter("c", 1, Map.of("user", "u" + i)));
        assertThat(numbers.apply(many)).isEqualTo(Outcome.DONE);
        assertThat(numbers.apply(many)).as("known ones go on").isEqualTo(Outcome.DONE);
        assertThat(numbers.apply(List.of(counter("d", 1, Map.of())))).isEqualTo(Outcome.FULL);
        numbers.remove("c");
        assertThat(numbers.apply(List.of(counter("d", 1, Map.of())))).isEqualTo(Outcome.DONE);
    }
}
