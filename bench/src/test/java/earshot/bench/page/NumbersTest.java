package earshot.bench.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NumbersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0",
                "0.426 | 0.43",
                "3.9 | 3.9",
                "9.996 | 10",
                "12.34 | 12.3",
                "99.96 | 100",
                "713 | 713",
                "9994 | 9,994",
                "9996 | 10 k",
                "712345 | 712 k",
                "999600 | 1 M",
                "1250000 | 1.25 M",
                "-12.34 | -12.3"
            })
    void compact_any_showsThreeDigits(double value, String text) {
        assertThat(Numbers.compact(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0.35,0.35 ms", "45,45 ms", "999.4,999 ms", "1000,1 s", "1250,1.25 s", "12500,12.5 s"})
    void millis_any_choosesTheUnit(double value, String text) {
        assertThat(Numbers.millis(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0,0 s", "59.4,59 s", "59.6,1:00 min", "125,2:05 min", "3700,1:01 h"})
    void duration_any_isShort(double seconds, String text) {
        assertThat(Numbers.duration(seconds)).isEqualTo(text);
    }
}
