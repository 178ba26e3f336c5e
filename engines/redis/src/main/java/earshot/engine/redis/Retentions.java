package earshot.engine.redis;

import earshot.core.history.Retention;
import java.time.Duration;

/** How much of a room to keep, as the scripts read it: {@code messages:milliseconds:bytes}, 0 for all. */
final class Retentions {
    private static final Duration LONGEST = Duration.ofDays(365_000);

    private Retentions() {}

    static String encode(Retention retention) {
        return limit(retention.maxMessages()) + ":" + millis(retention.maxAge()) + ":" + limit(retention.maxBytes());
    }

    private static long limit(long value) {
        return value == Retention.UNLIMITED ? 0 : value;
    }

    private static long millis(Duration age) {
        return age.compareTo(LONGEST) > 0 ? 0 : Math.max(1, age.toMillis());
    }
}
