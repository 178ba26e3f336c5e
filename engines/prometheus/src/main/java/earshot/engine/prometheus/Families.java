package earshot.engine.prometheus;

import earshot.core.telemetry.CustomNumbers;
import earshot.core.telemetry.Histogram;
import earshot.core.telemetry.MemoryMeter.Family;
import earshot.core.telemetry.MemoryMeter.Sample;
import earshot.core.telemetry.Metric;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Locale;

/** Our metrics in Prometheus' model. */
final class Families {
    /** Upper bounds of durations, in milliseconds: close where deliveries and commits are, far where only trouble is. */
    private static final double[] BOUNDS_MILLIS = {
        0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000
    };

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    private static final String CUSTOM = "custom_";

    private Families() {}

    static MetricSnapshot of(Family family) {
        Histogram.Snapshot histogram = family.histogram();
        if (histogram != null) return histogram(family.metric(), histogram);
        return switch (family.metric().kind()) {
            case COUNTER -> counter(family);
            case GAUGE -> gauge(family);
            case HISTOGRAM -> throw new IllegalArgumentException(family.metric() + ": no histogram (expected: one)");
        };
    }

    /** A product's own. */
    static MetricSnapshot of(CustomNumbers.Family family) {
        String name = CUSTOM + family.name();
        return family.kind() == CustomNumbers.Kind.COUNTER ? counter(name, family) : gauge(name, family);
    }

    private static MetricSnapshot counter(String name, CustomNumbers.Family family) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(family.help());
        for (CustomNumbers.Series series : family.series())
            counter.dataPoint(CounterDataPointSnapshot.builder()
                    .labels(labels(series))
                    .value(series.value())
                    .build());
        return counter.build();
    }

    private static MetricSnapshot gauge(String name, CustomNumbers.Family family) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(family.help());
        for (CustomNumbers.Series series : family.series())
            gauge.dataPoint(GaugeDataPointSnapshot.builder()
                    .labels(labels(series))
                    .value(series.value())
                    .build());
        return gauge.build();
    }

    private static Labels labels(CustomNumbers.Series series) {
        return Labels.of(
                series.labels().keySet().toArray(String[]::new),
                series.labels().values().toArray(String[]::new));
    }

    private static MetricSnapshot counter(Family family) {
        Metric metric = family.metric();
        CounterSnapshot.Builder counter = CounterSnapshot.builder()
                .name(withoutTotal(metric.exportName()))
                .help(metric.help());
        for (Sample sample : family.samples()) {
            counter.dataPoint(CounterDataPointSnapshot.builder()
                    .labels(labels(metric, sample))
                    .value((double) Math.max(0, sample.value()))
                    .build());
        }
        return counter.build();
    }

    private static MetricSnapshot gauge(Family family) {
        Metric metric = family.metric();
        GaugeSnapshot.Builder gauge =
                GaugeSnapshot.builder().name(metric.exportName()).help(metric.help());
        for (Sample sample : family.samples()) {
            gauge.dataPoint(GaugeDataPointSnapshot.builder()
                    .labels(labels(metric, sample))
                    .value((double) sample.value())
                    .build());
        }
        return gauge.build();
    }

    private static MetricSnapshot histogram(Metric metric, Histogram.Snapshot recorded) {
        double unit = metric.exportName().toLowerCase(Locale.ROOT).endsWith("_ms") ? NANOS_PER_MILLI : NANOS_PER_SECOND;
        return HistogramSnapshot.builder()
                .name(metric.exportName())
                .help(metric.help())
                .dataPoint(HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(buckets(recorded, unit))
                        .sum(recorded.sumNanos() / unit)
                        .build())
                .build();
    }

    /** The model wants the count of each bucket alone; the page adds them up. */
    private static ClassicHistogramBuckets buckets(Histogram.Snapshot recorded, double unit) {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        long below = 0;
        for (double bound : BOUNDS_MILLIS) {
            double nanos = bound * NANOS_PER_MILLI;
            long upTo = recorded.countUpTo((long) nanos);
            buckets.bucket(nanos / unit, upTo - below);
            below = upTo;
        }
        return buckets.bucket(Double.POSITIVE_INFINITY, recorded.count() - below)
                .build();
    }

    private static Labels labels(Metric metric, Sample sample) {
        if (sample.labels().isEmpty()) return Labels.EMPTY;
        return Labels.of(metric.labels().toArray(String[]::new), sample.labels().toArray(String[]::new));
    }

    /** The model adds it again. */
    private static String withoutTotal(String name) {
        return name.endsWith("_total") ? name.substring(0, name.length() - "_total".length()) : name;
    }
}
