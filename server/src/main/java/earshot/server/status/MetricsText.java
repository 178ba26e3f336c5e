package earshot.server.status;

import earshot.core.telemetry.Histogram;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import earshot.dialect.HttpResponse;
import java.util.List;

/** Every number in Prometheus' text form (version 0.0.4). Thread-safe. */
public final class MetricsText {
    private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final long[] BUCKET_MILLIS = {1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000};

    private final MemoryMeter meter;

    public MetricsText(MemoryMeter meter) {
        this.meter = meter;
    }

    /** @param accept is not looked at: there is one form */
    public HttpResponse answer(String accept) {
        StringBuilder out = new StringBuilder(16_000);
        for (MemoryMeter.Family family : meter.snapshot()) append(out, family);
        return HttpResponse.of(200, CONTENT_TYPE, out.toString()).with("cache-control", "no-store");
    }

    private static void append(StringBuilder out, MemoryMeter.Family family) {
        Metric metric = family.metric();
        String name = metric.exportName();
        out.append("# HELP ").append(name).append(' ').append(metric.help()).append('\n');
        out.append("# TYPE ").append(name).append(' ');
        out.append(metric.kind().name().toLowerCase(java.util.Locale.ROOT)).append('\n');
        for (MemoryMeter.Sample sample : family.samples()) {
            out.append(name).append(labels(metric.labels(), sample.labels()));
            out.append(' ').append(sample.value()).append('\n');
        }
        Histogram.Snapshot histogram = family.histogram();
        if (histogram != null) append(out, name, histogram);
    }

    private static void append(StringBuilder out, String name, Histogram.Snapshot histogram) {
        double nanosPerUnit = name.endsWith("_ms") ? 1e6 : 1e9;
        for (long millis : BUCKET_MILLIS) {
            out.append(name)
                    .append("_bucket{le=\"")
                    .append(millis * 1e6 / nanosPerUnit)
                    .append("\"} ");
            out.append(histogram.countUpTo(millis * 1_000_000)).append('\n');
        }
        out.append(name)
                .append("_bucket{le=\"+Inf\"} ")
                .append(histogram.count())
                .append('\n');
        out.append(name)
                .append("_sum ")
                .append(histogram.sumNanos() / nanosPerUnit)
                .append('\n');
        out.append(name).append("_count ").append(histogram.count()).append('\n');
    }

    private static String labels(List<String> names, List<String> values) {
        if (names.isEmpty()) return "";
        StringBuilder out = new StringBuilder("{");
        for (int i = 0; i < names.size(); i++) {
            String value =
                    values.get(i).replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
            out.append(i == 0 ? "" : ",")
                    .append(names.get(i))
                    .append("=\"")
                    .append(value)
                    .append('"');
        }
        return out.append('}').toString();
    }
}
