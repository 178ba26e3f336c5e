package earshot.product.kaiku.http;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.ManualClock;
import earshot.product.kaiku.http.RateLimits.Category;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RateLimitsTest {
    private final ManualClock clock = new ManualClock();
    private final RateLimits limits = new RateLimits(
            new RateLimits.Terms(
                    Map.of(Category.AUTH_LOGIN, 3),
                    Duration.ofSeconds(60),
                    2,
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(15)),
            clock);

    @Test
    void take_beyondTheLimit_isRefusedUntilTheWindowEnds() {
        for (int left = 2; left >= 0; left--)
            assertThat(limits.take(Category.AUTH_LOGIN, "a")).isEqualTo(new RateLimits.Verdict(true, 3, left, 60));
        clock.advance(Duration.ofMillis(20_500));
        assertThat(limits.take(Category.AUTH_LOGIN, "a")).isEqualTo(new RateLimits.Verdict(false, 3, 0, 40));
        assertThat(limits.take(Category.AUTH_LOGIN, "b").allowed()).isTrue();
        clock.advance(Duration.ofSeconds(40));
        assertThat(limits.take(Category.AUTH_LOGIN, "a").allowed()).isTrue();
    }

    @Test
    void take_ofAKindWithoutALimit_saysNothingOfLimits() {
        for (int i = 0; i < 1000; i++)
            assertThat(limits.take(Category.WRITE, "a")).isEqualTo(RateLimits.Verdict.UNLIMITED);
    }

    @Test
    void failures_shutAnAddressOut_untilTheTimeIsOver() {
        limits.failed("a");
        assertThat(limits.secondsShutOut("a")).isZero();
        limits.failed("a");
        assertThat(limits.secondsShutOut("a")).isEqualTo(900);
        assertThat(limits.secondsShutOut("b")).isZero();
        clock.advance(Duration.ofMinutes(15));
        assertThat(limits.secondsShutOut("a")).isZero();
    }

    @Test
    void failures_withASuccessBetween_doNotCount() {
        limits.failed("a");
        limits.succeeded("a");
        limits.failed("a");
        assertThat(limits.secondsShutOut("a")).isZero();
    }

    @Test
    void counted_ofIpv6_isTheNetwork() {
        assertThat(RemoteAddress.counted("2001:db8:1:2:3:4:5:6")).isEqualTo(RemoteAddress.counted("2001:db8:1:2::1"));
        assertThat(RemoteAddress.counted("192.0.2.7")).isEqualTo("192.0.2.7");
    }
}
