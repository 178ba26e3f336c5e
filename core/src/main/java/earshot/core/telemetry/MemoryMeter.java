package earshot.core.telemetry;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The numbers in this process. Thread-safe; adding to a number without labels is one {@link LongAdder}. Of each metric at most {@value #MAX_SERIES}
 * label sets are kept apart, the rest is counted under {@value #OTHER}.
 */
public final class MemoryMeter implements Meter {
    public static final String OTHER = "other";
    private static final int MAX_SERIES = 100;

    /** All that is kept of one metric. Which of the three is used depends on its kind and labels. */
    private record Kept(LongAdder plain, Map<List<String>, LongAdder> labelled, Histogram histogram) {}

    private final Map<Metric, Kept> kept = new EnumMap<>(Metric.class);
    private final Map<Metric, LongSupplier> probes = new ConcurrentHashMap<>();

    public MemoryMeter() {
        for (Metric metric : Metric.values())
            kept.put(metric, new Kept(new LongAdder(), new ConcurrentHashMap<>(), new Histogram()));
    }

    /** The map is filled by the constructor and never changed: safe to read from any thread. */
    @SuppressWarnings("NullAway") // every constant is in the map
    private Kept of(Metric metric) {
        return kept.get(metric);
    }

    @Override
    public void add(Metric metric, long amount) {
        of(metric).plain().add(amount);
    }

    @Override
    public void add(Metric metric, long amount, String label) {
        series(metric, List.of(label)).add(amount);
    }

    @Override
    public void add(Metric metric, long amount, String label1, String label2) {
        series(metric, List.of(label1, label2)).add(amount);
    }

    @Override
    public void move(Metric metric, long delta) {
        add(metric, delta);
    }

    @Override
    public void move(Metric metric, long delta, String label) {
        add(metric, delta, label);
    }

    @Override
    public void move(Metric metric, long delta, String label1, String label2) {
        add(metric, delta, label1, label2);
    }

    @Override
    public void observe(Metric metric, long nanos) {
        of(metric).histogram().record(nanos);
    }

    /** A gauge without labels that is asked for when somebody looks, instead of being moved. */
    public void probe(Metric gauge, LongSupplier value) {
        probes.put(gauge, value);
    }

    private LongAdder series(Metric metric, List<String> labels) {
        Map<List<String>, LongAdder> series = of(metric).labelled();
        LongAdder known = series.get(labels);
        if (known != null) return known;
        List<String> key = series.size() < MAX_SERIES
                ? labels
                : labels.stream().map(_ -> OTHER).toList();
        return series.computeIfAbsent(key, _ -> new LongAdder());
    }

    /** The value of a number without labels, or the sum over all label sets. */
    public long value(Metric metric) {
        LongSupplier probe = probes.get(metric);
        if (probe != null) return probe.getAsLong();
        return of(metric).plain().sum()
                + of(metric).labelled().values().stream()
                        .mapToLong(LongAdder::sum)
                        .sum();
    }

    /** The value of one label set. */
    public long valueOf(Metric metric, String... labels) {
        LongAdder known = of(metric).labelled().get(List.of(labels));
        return known == null ? 0 : known.sum();
    }

    public Histogram histogram(Metric metric) {
        return of(metric).histogram();
    }

    /** Every number as it is now, in the order of {@link Metric}; each has at least one sample. */
    public List<Family> snapshot() {
        List<Family> families = new ArrayList<>(kept.size());
        for (Metric metric : Metric.values()) families.add(family(metric));
        return families;
    }

    private Family family(Metric metric) {
        if (metric.kind() == Metric.Kind.HISTOGRAM)
            return new Family(metric, List.of(), of(metric).histogram().snapshot());
        if (metric.labels().isEmpty()) return new Family(metric, List.of(new Sample(List.of(), value(metric))), null);
        List<Sample> samples = of(metric).labelled().entrySet().stream()
                .map(e -> new Sample(e.getKey(), e.getValue().sum()))
                .toList();
        return new Family(metric, samples, null);
    }

    /**
     * One metric.
     *
     * @param samples of a counter or gauge; with labels there may be none yet
     * @param histogram of a histogram; null otherwise
     */
    public record Family(Metric metric, List<Sample> samples, Histogram.@Nullable Snapshot histogram) {}

    /** @param labels values, in the order of {@link Metric#labels} */
    public record Sample(List<String> labels, long value) {}
}
