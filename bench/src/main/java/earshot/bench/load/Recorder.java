package earshot.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What one load generator counts. Owned by its loop; recording allocates nothing. */
final class Recorder {
    private static final int MOST_REASONS = 100;

    final Histogram handshake = Distribution.fresh();
    final Histogram ready = Distribution.fresh();
    final Histogram latency = Distribution.fresh();
    final Map<String, Long> failures = new TreeMap<>();
    final Map<String, Long> closes = new TreeMap<>();
    final Map<String, Long> refusals = new TreeMap<>();

    long opened;
    long failed;
    long published;
    long delivered;
    long bytes;
    long otherFrames;
    long typingSent;
    long typingHeard;
    long pingsSent;
    long pongsHeard;
    long unsent;
    long stalls;

    private Histogram second = Distribution.fresh();
    private Histogram spare = Distribution.fresh();
    private final List<String> events = new ArrayList<>();
    private long measuredFrom = Long.MAX_VALUE;
    private long measuredUntil = Long.MAX_VALUE;

    void measure(long fromNanos, long untilNanos) {
        measuredFrom = fromNanos;
        measuredUntil = untilNanos;
    }

    /** A message of this run arrived. Its latency counts when it was due in the measured time, however late it came. */
    void delivered(long dueNanos, long nowNanos, boolean isTimed) {
        delivered++;
        if (!isTimed) return;
        long micros = Distribution.micros(nowNanos - dueNanos);
        second.recordValue(micros);
        if (dueNanos >= measuredFrom && dueNanos < measuredUntil) latency.recordValue(micros);
    }

    /** The latencies since the last call; whoever gets them may read them until the next. */
    Histogram second() {
        Histogram full = second;
        second = spare;
        second.reset();
        spare = full;
        return full;
    }

    /** Something happened once that belongs into the result. */
    void event(String sentence) {
        events.add(sentence);
    }

    /** What a reader of the figures should know. */
    List<String> notes() {
        List<String> notes = new ArrayList<>(events);
        if (unsent > 0)
            notes.add(
                    unsent + " messages could not be sent: their publisher was gone, or the server did not read them.");
        if (stalls > 0)
            notes.add("The closed loop stood still " + stalls
                    + " times for two seconds: what it waited for did not come.");
        refusals.forEach((what, times) -> notes.add("The server refused " + times + " times: " + what));
        return notes;
    }

    void failed(String reason) {
        failed++;
        count(failures, reason);
    }

    /** Bounded: a server that makes up a new reason each time fills no memory. */
    static void count(Map<String, Long> reasons, String reason) {
        boolean isNew = !reasons.containsKey(reason);
        reasons.merge(isNew && reasons.size() >= MOST_REASONS ? "others" : reason, 1L, Long::sum);
    }
}
