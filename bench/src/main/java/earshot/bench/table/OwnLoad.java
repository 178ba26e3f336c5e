package earshot.bench.table;

import earshot.bench.load.Load;
import earshot.bench.load.LoadPlan;
import earshot.bench.load.LoadResult;
import earshot.bench.load.Progress;
import java.io.IOException;
import java.time.Duration;

/** The load generator of {@code ./earshot bench}, in this process. */
final class OwnLoad implements LoadSource {
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final int IDLE_MEMBERS_PER_ROOM = 10;

    @Override
    public String description() {
        return "`./earshot bench`, in the process of the comparison";
    }

    @Override
    public Table.Figures measure(Rival rival, Shape shape, double warmUpSeconds, double seconds, int payloadBytes)
            throws IOException {
        LoadPlan plan = new LoadPlan(
                "comparison",
                rival.contender().label,
                rival.target(),
                new LoadPlan.Crowd(shape.connections, shape.rooms, 0, 1),
                new LoadPlan.Traffic(LoadPlan.Pace.window(shape.inFlight), payloadBytes, 0),
                new LoadPlan.Timing(duration(warmUpSeconds), duration(seconds), DRAIN),
                LoadPlan.Disturbance.NONE,
                1);
        return figures(Load.run(plan, rival.credentials(), Progress.SILENT));
    }

    static Table.Figures figures(LoadResult result) throws IOException {
        Double perCpu = result.traffic().deliveriesPerCpuSecond();
        LoadResult.ServerUse use = result.use();
        if (perCpu == null || use == null) throw new IOException("the server's CPU time could not be read");
        LoadResult.Checks checks = result.checks();
        long cut = result.connects().closes().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        return new Table.Figures(
                perCpu,
                result.traffic().deliveredPerSecond(),
                use.cpuPerSecond(),
                result.latency().p50(),
                result.latency().p99(),
                use.rssAfter(),
                checks.expected(),
                checks.lost(),
                checks.doubled(),
                checks.reordered(),
                result.connects().failed(),
                cut);
    }

    @Override
    public LoadResult.Idle idle(Rival rival, int connections, double restSeconds) throws IOException {
        LoadPlan plan = new LoadPlan(
                "idle",
                rival.contender().label,
                rival.target(),
                new LoadPlan.Crowd(connections, Math.max(1, connections / IDLE_MEMBERS_PER_ROOM), 0, 1),
                new LoadPlan.Traffic(LoadPlan.Pace.idle(), LoadPlan.Traffic.LEAST_PAYLOAD, 0),
                new LoadPlan.Timing(duration(restSeconds), duration(Math.max(1, restSeconds / 2)), DRAIN),
                LoadPlan.Disturbance.NONE,
                0);
        LoadResult result = Load.run(plan, rival.credentials(), Progress.SILENT);
        LoadResult.Idle idle = result.idle();
        if (idle == null || idle.highRss() == 0) throw new IOException("the server's memory could not be read");
        if (result.connects().failed() > 0)
            throw new IOException(result.connects().failed() + " connections failed: "
                    + result.connects().failures());
        return idle;
    }

    private static Duration duration(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }
}
