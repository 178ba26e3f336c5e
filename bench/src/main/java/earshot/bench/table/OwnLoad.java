package earshot.bench.table;

import earshot.bench.load.LoadPlan;
import earshot.bench.load.LoadResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The load generator of {@code ./earshot bench}, a process for each run. */
final class OwnLoad implements LoadSource {
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final int IDLE_MEMBERS_PER_ROOM = 10;

    private final List<String> java;
    private final Path work;

    /** @param java the command that starts a class of ours, on the cores of the load */
    OwnLoad(List<String> java, Path work) {
        this.java = List.copyOf(java);
        this.work = work;
    }

    @Override
    public String description() {
        return "the generator of `./earshot bench`, a process for each run";
    }

    private LoadResult run(LoadPlan plan, Rival rival) throws IOException, InterruptedException {
        return LoadChild.run(java, new LoadChild.Order(plan, rival.credentials()), work);
    }

    @Override
    public Table.Figures measure(Rival rival, Shape shape, double warmUpSeconds, double seconds, int payloadBytes)
            throws IOException, InterruptedException {
        LoadPlan plan = new LoadPlan(
                "comparison",
                rival.contender().label,
                rival.target(),
                new LoadPlan.Crowd(shape.connections, shape.rooms, 0, 1),
                new LoadPlan.Traffic(LoadPlan.Pace.window(shape.inFlight), payloadBytes),
                new LoadPlan.Timing(duration(warmUpSeconds), duration(seconds), DRAIN),
                LoadPlan.Disturbance.NONE,
                1);
        return figures(run(plan, rival));
    }

    static Table.Figures figures(LoadResult result) throws IOException {
        if (result.traffic().delivered() == 0) throw new IOException("nothing arrived in the measured time");
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
    public LoadResult.Idle idle(Rival rival, int connections, double restSeconds)
            throws IOException, InterruptedException {
        LoadPlan plan = new LoadPlan(
                "idle",
                rival.contender().label,
                rival.target(),
                new LoadPlan.Crowd(connections, Math.max(1, connections / IDLE_MEMBERS_PER_ROOM), 0, 1),
                new LoadPlan.Traffic(LoadPlan.Pace.idle(), LoadPlan.Traffic.LEAST_PAYLOAD),
                new LoadPlan.Timing(duration(restSeconds), duration(Math.max(1, restSeconds / 2)), DRAIN),
                LoadPlan.Disturbance.NONE,
                0);
        LoadResult result = run(plan, rival);
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
