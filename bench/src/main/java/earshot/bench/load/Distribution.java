package earshot.bench.load;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** Times as histograms: microseconds, three digits, up to five minutes (HdrHistogram). */
final class Distribution {
    private static final long LONGEST = TimeUnit.MINUTES.toMicros(5);
    private static final double MICROS_PER_MILLI = 1000;
    private static final double[] DRAWN = {
        0, 1, 5, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92, 94, 95, 96, 97, 98, 99, 99.5, 99.9, 99.95, 99.99,
        99.999, 100
    };

    private Distribution() {}

    static Histogram fresh() {
        return new Histogram(LONGEST, 3);
    }

    /** What a histogram takes; clocks of two processes may differ by a hair, so never below zero. */
    static long micros(long nanos) {
        return Math.clamp(nanos / 1000, 0, LONGEST);
    }

    static LoadResult.Latency of(Histogram times) {
        if (times.getTotalCount() == 0) return LoadResult.Latency.NONE;
        List<LoadResult.Point> points = new ArrayList<>();
        for (double percentile : DRAWN) points.add(new LoadResult.Point(millis(times, percentile), percentile));
        return new LoadResult.Latency(
                times.getTotalCount(),
                times.getMean() / MICROS_PER_MILLI,
                millis(times, 50),
                millis(times, 95),
                millis(times, 99),
                millis(times, 99.9),
                times.getMaxValue() / MICROS_PER_MILLI,
                List.copyOf(points));
    }

    /** Never above the largest value: a histogram answers with the upper edge of a bucket. */
    static double millis(Histogram times, double percentile) {
        return Math.min(times.getValueAtPercentile(percentile), times.getMaxValue()) / MICROS_PER_MILLI;
    }

    /** As text, to be sent to another process. */
    static String pack(Histogram times) {
        ByteBuffer buffer = ByteBuffer.allocate(times.getNeededByteBufferCapacity());
        int length = times.encodeIntoCompressedByteBuffer(buffer);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
    }

    static Histogram unpack(String text) {
        try {
            return Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(text)), LONGEST);
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("no histogram", e);
        }
    }
}
