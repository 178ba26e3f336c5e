package earshot.bench.page;

import earshot.bench.load.LoadPlan;
import earshot.bench.load.LoadResult;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Results that were never measured. */
final class MadeUpResult {
    private static final String EVIL = "</title><img src=x onerror=\"alert(1)\">";
    private static final LoadResult.Checks CLEAN = new LoadResult.Checks(500_000, 0, 0, 0, 1000);

    private MadeUpResult() {}

    static LoadResult fine() {
        return result("earshot", CLEAN, 0, true, null, latency(), 12);
    }

    static LoadResult broken() {
        return result("earshot", new LoadResult.Checks(500_000, 3, 0, 1, 1000), 2, true, null, latency(), 12);
    }

    static LoadResult unwatched() {
        return result("earshot", CLEAN, 0, false, null, latency(), 1);
    }

    static LoadResult evil() {
        return result(EVIL, CLEAN, 0, true, null, latency(), 3);
    }

    static LoadResult idle() {
        var idle = new LoadResult.Idle(5000, 50 << 20, 15_000, 90 << 20, 3900.5, 0.42, 60);
        return result("earshot", new LoadResult.Checks(0, 0, 0, 0, 0), 0, true, idle, LoadResult.Latency.NONE, 4);
    }

    private static LoadResult.Latency latency() {
        List<LoadResult.Point> points = new ArrayList<>();
        for (double p : new double[] {0, 50, 90, 99, 99.9, 99.99, 99.995, 100})
            points.add(new LoadResult.Point(0.4 + Math.pow(p / 100, 40) * 30, p));
        return new LoadResult.Latency(500_000, 0.6, 0.5, 2, 9.3, 18, 31.5, points);
    }

    private static LoadResult result(
            String label,
            LoadResult.Checks checks,
            long failed,
            boolean watched,
            LoadResult.@Nullable Idle idle,
            LoadResult.Latency latency,
            int seconds) {
        boolean said = checks.expected() > 0;
        var connects = new LoadResult.Connects(
                1000,
                failed,
                0.5,
                2000,
                latency(),
                latency(),
                failed == 0 ? Map.of() : Map.of(label, failed),
                Map.of());
        return new LoadResult(
                LoadResult.FORMAT,
                Instant.parse("2026-11-21T16:30:00.123Z"),
                false,
                plan(label, said),
                new LoadResult.Machine("A CPU", 2, 1L << 34, "Linux 6.1", "25.0.3"),
                watched ? new LoadResult.Server("0.1.0", "bench", "memory", "java -jar " + label) : null,
                connects,
                new LoadResult.Traffic(
                        5,
                        said ? 500 : 0,
                        checks.expected(),
                        100,
                        100_000,
                        watched ? 612_345.5 : null,
                        95_000_000,
                        0,
                        0,
                        0,
                        0,
                        12),
                latency,
                checks,
                watched
                        ? new LoadResult.ServerUse(
                                4711, 1.5, 0.3, 90 << 20, 95 << 20, 99 << 20, 44 << 20, 5, 12.5, 4.25)
                        : null,
                idle,
                series(seconds, watched),
                List.of("a note"));
    }

    private static LoadPlan plan(String label, boolean said) {
        return new LoadPlan(
                "fan-1000",
                label,
                new LoadPlan.Target(URI.create("ws://127.0.0.1:9001"), "waddle"),
                new LoadPlan.Crowd(1000, 1, 0, 1),
                new LoadPlan.Traffic(said ? LoadPlan.Pace.window(4) : LoadPlan.Pace.idle(), 130),
                new LoadPlan.Timing(Duration.ofSeconds(3), Duration.ofSeconds(5), Duration.ofSeconds(2)),
                LoadPlan.Disturbance.NONE,
                1);
    }

    private static List<LoadResult.Second> series(int seconds, boolean watched) {
        List<LoadResult.Second> all = new ArrayList<>();
        for (int i = 1; i <= seconds; i++) {
            boolean measured = i > 4 && i < 11;
            boolean heard = i > 1;
            all.add(new LoadResult.Second(
                    i,
                    i < 2
                            ? LoadResult.Phase.CONNECT
                            : measured
                                    ? LoadResult.Phase.MEASURE
                                    : i < 5 ? LoadResult.Phase.WARM_UP : LoadResult.Phase.DRAIN,
                    Math.min(1000, i * 600L),
                    heard ? 600 + i % 3 * 20 : 0,
                    heard ? 600_000 + i % 3 * 20_000 : 0,
                    heard ? 0.5 + i % 4 * 0.1 : null,
                    heard && i != 7 ? 6 + i % 5 * 1.5 : null,
                    heard ? 12.0 : null,
                    watched ? 0.9 + i % 2 * 0.05 : null,
                    0.7,
                    watched ? (90L << 20) + i * 300_000L : null,
                    watched ? (30L << 20) + i % 3 * 4_000_000L : null,
                    watched ? i % 3 * 1.5 : null));
        }
        return all;
    }
}
