package earshot.engine.redis;

import java.time.Duration;

/** Settings for tests that ask one thing after the other: nobody waits for a flush, whose interval is for load. */
final class Hasty {
    private Hasty() {}

    static RedisSettings of(String... servers) {
        return RedisSettings.of(servers).withFlushes(Duration.ofMillis(1), 1000);
    }
}
