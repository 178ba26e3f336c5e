package earshot.bench.load;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Results that were never measured, for tests. */
final class SampleResult {
    private SampleResult() {}

    static LoadPlan plan() {
        return new LoadPlan(
                "fan-1000",
                "earshot",
                new LoadPlan.Target(URI.create("ws://127.0.0.1:9001"), "waddle").watching(4711),
                new LoadPlan.Crowd(1000, 1, 0, 1),
                new LoadPlan.Traffic(LoadPlan.Pace.window(4), 130),
                new LoadPlan.Timing(Duration.ofSeconds(3), Duration.ofSeconds(5), Duration.ofSeconds(2)),
                new LoadPlan.Disturbance(100, Duration.ofMillis(1500), 5),
                1);
    }

    static LoadResult full() {
        var latency = new LoadResult.Latency(
                10, 1.5, 1, 2, 3, 4, 5.25, List.of(new LoadResult.Point(1, 50), new LoadResult.Point(5.25, 100)));
        return new LoadResult(
                LoadResult.FORMAT,
                Instant.parse("2026-11-21T16:30:00.123Z"),
                false,
                plan(),
                new LoadResult.Machine("A CPU", 2, 1L << 34, "Linux 6.1", "25.0.3"),
                new LoadResult.Server("0.1.0", "bench", "memory", "java -jar earshot.jar"),
                new LoadResult.Connects(
                        1000, 2, 0.5, 2000, latency, latency, Map.of("401 Unauthorized", 2L), Map.of("cut", 1L)),
                new LoadResult.Traffic(5, 500, 500_000, 100, 100_000, 612_345.5, 95_000_000, 0, 0, 30, 29, 12),
                latency,
                new LoadResult.Checks(500_000, 0, 0, 0, 1000),
                new LoadResult.ServerUse(4711, 1.5, 0.3, 100, 200, 300, 400, 5, 12.5, 4.25),
                new LoadResult.Idle(100, 1000, 1000, 4_000_000, 3900.5, 0.25, 60),
                List.of(new LoadResult.Second(
                        1,
                        LoadResult.Phase.MEASURE,
                        1000,
                        100,
                        100_000,
                        1.0,
                        2.0,
                        3.0,
                        0.5,
                        0.25,
                        1L << 27,
                        1L << 25,
                        3.5)),
                List.of("a note"));
    }

    static LoadResult bare() {
        LoadResult full = full();
        return new LoadResult(
                full.format(),
                full.startedAt(),
                true,
                plan(),
                full.machine(),
                null,
                full.connects(),
                full.traffic(),
                LoadResult.Latency.NONE,
                full.checks(),
                null,
                null,
                List.of(new LoadResult.Second(
                        1, LoadResult.Phase.DRAIN, 1, 0, 0, null, null, null, null, 0.25, null, null, null)),
                List.of());
    }
}
