package earshot.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.Seeds;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MemoryMeterTest {
    private final MemoryMeter meter = new MemoryMeter();

    @Test
    void snapshot_hasEveryMetric() {
        assertThat(meter.snapshot()).extracting(MemoryMeter.Family::metric).containsExactly(Metric.values());
    }

    @Test
    void labels_beyondTheBound_areCountedTogether() {
        for (int i = 0; i < 500; i++) meter.add(Metric.CONNECTIONS_TOTAL, 1, "waddle", "tenant-" + i);
        var family = meter.snapshot().stream()
                .filter(f -> f.metric() == Metric.CONNECTIONS_TOTAL)
                .findFirst()
                .orElseThrow();
        assertThat(family.samples()).hasSizeLessThanOrEqualTo(101);
        assertThat(meter.value(Metric.CONNECTIONS_TOTAL)).isEqualTo(500);
    }

    @Test
    void histogram_quantiles_areWithinABucketOfTheTruth() {
        long seed = Seeds.first();
        Random random = new Random(seed);
        long[] values = LongStream.generate(() -> (long) Math.exp(random.nextDouble() * 25))
                .limit(20_000)
                .sorted()
                .toArray();
        for (long v : values) meter.observe(Metric.APPEND_LATENCY, v);
        Histogram.Snapshot snapshot = meter.histogram(Metric.APPEND_LATENCY).snapshot();
        for (double q : new double[] {0.01, 0.5, 0.9, 0.99, 0.999}) {
            long truth = values[(int) Math.ceil(q * values.length) - 1];
            assertThat((double) snapshot.quantile(q))
                    .as("seed %d, q %s", seed, q)
                    .isBetween(truth * 1.0, truth * 1.13 + 1);
        }
        assertThat(snapshot.count()).isEqualTo(values.length);
        assertThat(snapshot.sumNanos()).isEqualTo(LongStream.of(values).sum());
    }
}
