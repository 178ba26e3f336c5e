package earshot.core.telemetry;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Durations in buckets that grow by powers of two, each split in {@value #SPLIT}: any value is known to about 6 %. Thread-safe, no allocation.
 */
public final class Histogram {
    private static final int SPLIT_BITS = 3;
    private static final int SPLIT = 1 << SPLIT_BITS;
    private static final int BUCKETS = (64 - SPLIT_BITS) * SPLIT;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
    private final LongAdder sum = new LongAdder();

    /** A negative duration counts as 0. */
    public void record(long nanos) {
        long value = Math.max(0, nanos);
        counts.incrementAndGet(bucket(value));
        sum.add(value);
    }

    private static int bucket(long value) {
        if (value < SPLIT) return (int) value;
        int exponent = 63 - Long.numberOfLeadingZeros(value);
        int shift = exponent - SPLIT_BITS;
        return (shift + 1) * SPLIT + (int) ((value >>> shift) & (SPLIT - 1));
    }

    /** The greatest value that falls into a bucket. */
    private static long upper(int bucket) {
        if (bucket < SPLIT) return bucket;
        int shift = bucket / SPLIT - 1;
        long lower = (long) (SPLIT + bucket % SPLIT) << shift;
        return lower + (1L << shift) - 1;
    }

    public Snapshot snapshot() {
        long[] copy = new long[BUCKETS];
        long total = 0;
        for (int i = 0; i < BUCKETS; i++) {
            copy[i] = counts.get(i);
            total += copy[i];
        }
        return new Snapshot(copy, total, sum.sum());
    }

    /** What was recorded until some moment. */
    public static final class Snapshot {
        private final long[] counts;
        private final long total;
        private final long sumNanos;

        private Snapshot(long[] counts, long total, long sumNanos) {
            this.counts = counts;
            this.total = total;
            this.sumNanos = sumNanos;
        }

        public long count() {
            return total;
        }

        public long sumNanos() {
            return sumNanos;
        }

        /** How many were not above a value, to the bucket. */
        public long countUpTo(long nanos) {
            long n = 0;
            for (int i = 0; i < BUCKETS && upper(i) <= nanos; i++) n += counts[i];
            return n;
        }

        /** The value below which a part (0..1) of all lies, in nanoseconds; 0 when nothing was recorded. */
        public long quantile(double part) {
            if (total == 0) return 0;
            long wanted = Math.max(1, (long) Math.ceil(part * total));
            long seen = 0;
            for (int i = 0; i < BUCKETS; i++) {
                seen += counts[i];
                if (seen >= wanted) return upper(i);
            }
            return upper(BUCKETS - 1);
        }
    }
}
