package earshot.bench.table;

import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The middle and the ends of some measurements of one thing. */
record Spread(double median, double least, double most, int count) {

    /** Null when there is nothing. */
    static @Nullable Spread of(Collection<Double> values) {
        if (values.isEmpty()) return null;
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1], sorted.length);
    }
}
