package earshot.bench.page;

import earshot.bench.load.LoadPlan;
import earshot.bench.load.LoadResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One load run as a page: the verdict, the figures, how they went over time, the latencies, and under which circumstances. Without state. */
public final class LoadPage {
    private LoadPage() {}

    /** The whole file. */
    public static String html(LoadResult result) {
        LoadPlan plan = result.plan();
        Page page = new Page(plan.label() + ": " + Wording.crowd(plan));
        page.text(Wording.when(result.startedAt()) + ", " + Wording.traffic(plan) + ".");
        page.verdict(result.isFine(), Wording.verdict(result));
        if (result.endedEarly())
            page.verdict(false, "Somebody ended the run early: the figures are about what was seen until then.");
        page.tiles(tiles(result));
        if (!result.series().isEmpty()) LoadCharts.overTime(page, result.series());
        curves(page, result);
        page.heading("Circumstances").table(List.of("what", "how"), circumstances(result));
        reasons(page, "Connections that failed", result.connects().failures());
        reasons(page, "Connections that the server ended", result.connects().closes());
        if (!result.notes().isEmpty()) page.heading("Notes").list(result.notes());
        return page.html();
    }

    private static List<Page.Tile> tiles(LoadResult result) {
        List<Page.Tile> tiles = new ArrayList<>();
        LoadResult.Traffic traffic = result.traffic();
        LoadResult.Latency latency = result.latency();
        if (traffic.published() > 0) {
            tiles.add(new Page.Tile(Numbers.compact(traffic.deliveredPerSecond()), "deliveries a second"));
            tiles.add(new Page.Tile(Numbers.compact(traffic.publishedPerSecond()), "messages a second"));
        }
        Double perCpu = traffic.deliveriesPerCpuSecond();
        if (perCpu != null && traffic.published() > 0)
            tiles.add(new Page.Tile(Numbers.compact(perCpu), "deliveries per second of server CPU"));
        if (latency.count() > 0) {
            tiles.add(new Page.Tile(Numbers.millis(latency.p50()), "latency, median"));
            tiles.add(new Page.Tile(Numbers.millis(latency.p99()), "latency, p99"));
            tiles.add(new Page.Tile(Numbers.millis(latency.p999()), "latency, p99.9"));
            tiles.add(new Page.Tile(Numbers.millis(latency.max()), "latency, greatest"));
        }
        tiles.add(new Page.Tile(Numbers.compact((double) result.connects().opened()), "connections opened"));
        tiles.add(new Page.Tile(Numbers.compact(result.connects().perSecond()), "connections opened a second"));
        serverTiles(tiles, result);
        return tiles;
    }

    private static void serverTiles(List<Page.Tile> tiles, LoadResult result) {
        LoadResult.ServerUse use = result.use();
        if (use != null) {
            tiles.add(new Page.Tile(percent(use.cpuPerSecond()), "of a core used by the server"));
            tiles.add(new Page.Tile(megabytes(use.rssPeak()), "RSS of the server, greatest"));
            if (use.heapPeak() > 0) tiles.add(new Page.Tile(megabytes(use.heapPeak()), "heap of the server, greatest"));
            if (use.heapPeak() > 0) tiles.add(new Page.Tile(Numbers.millis(use.gcPauseMax()), "longest GC pause"));
        }
        LoadResult.Idle idle = result.idle();
        if (idle != null) {
            tiles.add(new Page.Tile(
                    Numbers.compact(idle.bytesPerConnection() / 1024) + " KB", "RSS per idle connection"));
            tiles.add(new Page.Tile(Numbers.compact(idle.cpuPercent()) + " %", "of a core with all of them idle"));
        }
    }

    private static void curves(Page page, LoadResult result) {
        PercentileChart chart = new PercentileChart();
        curve(chart, "message to member", result.latency());
        curve(chart, "handshake", result.connects().handshake());
        curve(chart, "until in the room", result.connects().ready());
        if (!chart.isEmpty()) page.heading("Latencies").figure("By percentile, both ways logarithmic", chart.svg());
    }

    private static void curve(PercentileChart chart, String name, LoadResult.Latency latency) {
        chart.curve(
                name,
                latency.points().stream().map(LoadResult.Point::percentile).toList(),
                latency.points().stream().map(LoadResult.Point::value).toList());
    }

    private static List<List<String>> circumstances(LoadResult result) {
        LoadPlan plan = result.plan();
        LoadResult.Machine machine = result.machine();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("profile", plan.profile()));
        rows.add(List.of("target", plan.target().url() + ", " + plan.target().dialect()));
        rows.add(List.of(
                "checked deliveries",
                String.format(Locale.ROOT, "%,d", result.checks().expected())));
        rows.add(List.of("content", plan.traffic().payloadBytes() + " bytes"));
        rows.add(List.of("warm-up and measured", Wording.timing(plan)));
        LoadResult.Server server = result.server();
        if (server != null) {
            rows.add(List.of("server", Wording.server(server)));
            if (!server.profile().isEmpty()) rows.add(List.of("limits", server.profile()));
            rows.add(List.of("its command", server.command()));
        }
        rows.add(List.of(
                "machine", machine.cpu() + ", " + machine.cores() + " cores, " + megabytes(machine.memoryBytes())));
        rows.add(List.of("system", machine.os() + ", JDK " + machine.jdk()));
        return rows;
    }

    private static void reasons(Page page, String heading, Map<String, Long> reasons) {
        if (reasons.isEmpty()) return;
        List<List<String>> rows = reasons.entrySet().stream()
                .map(e -> List.of(e.getKey(), String.format(Locale.ROOT, "%,d", e.getValue())))
                .toList();
        page.heading(heading).table(List.of("reason", "how many"), rows);
    }

    private static String megabytes(long bytes) {
        double megabytes = (double) bytes / (1 << 20);
        return megabytes >= 10 * 1024 ? Numbers.compact(megabytes / 1024) + " GB" : Numbers.compact(megabytes) + " MB";
    }

    private static String percent(double part) {
        return Numbers.compact(part * 100) + " %";
    }
}
