package earshot.bench.page;

import earshot.bench.load.LoadResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The seconds of a run as lines. Without state. */
final class LoadCharts {
    private static final double MEGA = 1 << 20;

    private LoadCharts() {}

    static void overTime(Page page, List<LoadResult.Second> series) {
        List<String> captions = new ArrayList<>();
        List<String> drawings = new ArrayList<>();
        add(
                captions,
                drawings,
                "Deliveries a second",
                chart(series, "Deliveries a second over time", Numbers::compact)
                        .line("deliveries", values(series, s -> (double) s.delivered())));
        add(
                captions,
                drawings,
                "Latency",
                chart(series, "Latency over time", Numbers::millis)
                        .line("p99", values(series, LoadResult.Second::p99))
                        .line("median", values(series, LoadResult.Second::p50)));
        add(
                captions,
                drawings,
                "CPU",
                chart(series, "CPU over time, per cent of a core", v -> Numbers.compact(v) + " %")
                        .line("server", values(series, s -> times(s.serverCpu(), 100)))
                        .line("load generator", values(series, s -> s.loadCpu() * 100)));
        add(
                captions,
                drawings,
                "Memory of the server",
                chart(series, "Memory over time", v -> Numbers.compact(v) + " MB")
                        .line("RSS", values(series, s -> megabytes(s.rss())))
                        .line("heap", values(series, s -> megabytes(s.heap()))));
        add(
                captions,
                drawings,
                "GC pauses in a second",
                chart(series, "GC pauses over time", Numbers::millis)
                        .line("pauses", values(series, LoadResult.Second::gcPause)));
        add(
                captions,
                drawings,
                "Connections",
                chart(series, "Connections over time", Numbers::compact)
                        .line("connections", values(series, s -> (double) s.connections())));
        page.heading("Over time").figures(captions, drawings);
    }

    private static void add(List<String> captions, List<String> drawings, String caption, LineChart chart) {
        captions.add(caption);
        drawings.add(chart.isEmpty() ? Html.tag("p", "Not measured.") : chart.svg());
    }

    private static LineChart chart(List<LoadResult.Second> series, String description, DoubleFunction<String> unit) {
        LineChart chart = new LineChart(
                description, series.stream().map(LoadResult.Second::at).toList(), unit);
        double from = -1;
        double to = 0;
        double before = 0;
        for (LoadResult.Second second : series) {
            if (second.phase() == LoadResult.Phase.MEASURE) {
                if (from < 0) from = before;
                to = second.at();
            }
            before = second.at();
        }
        return from < 0 ? chart : chart.band("measured", from, to);
    }

    private static List<@Nullable Double> values(
            List<LoadResult.Second> series, Function<LoadResult.Second, @Nullable Double> value) {
        List<@Nullable Double> values = new ArrayList<>();
        for (LoadResult.Second second : series) values.add(value.apply(second));
        return values;
    }

    private static @Nullable Double times(@Nullable Double value, double factor) {
        return value == null ? null : value * factor;
    }

    private static @Nullable Double megabytes(@Nullable Long bytes) {
        return bytes == null ? null : bytes / MEGA;
    }
}
