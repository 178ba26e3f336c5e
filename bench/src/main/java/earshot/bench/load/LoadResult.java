package earshot.bench.load;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a run saw. Immutable; {@link LoadJson} writes and reads it. Times are milliseconds, sizes bytes, unless the name says otherwise.
 *
 * @param format of the file; grows when a reader would misunderstand
 * @param endedEarly somebody stopped the run; the figures are about what was seen until then
 * @param server null: nothing is known of it
 * @param use null: the server's process was not watched
 * @param idle null: no idle profile
 * @param series one entry per second, from the first connection to the last delivery
 * @param notes what a reader of the figures should know, one sentence each
 */
public record LoadResult(
        int format,
        Instant startedAt,
        boolean endedEarly,
        LoadPlan plan,
        Machine machine,
        @Nullable Server server,
        Connects connects,
        Traffic traffic,
        Latency latency,
        Checks checks,
        @Nullable ServerUse use,
        @Nullable Idle idle,
        List<Second> series,
        List<String> notes) {
    public static final int FORMAT = 1;

    /** @param cpu as the system names it */
    public record Machine(String cpu, int cores, long memoryBytes, String os, String jdk) {}

    /** @param profile {@code bench} when numeric limits were raised; empty when the server does not say */
    public record Server(String version, String profile, String history, String command) {}

    /**
     * How the members came in, reconnects included.
     *
     * @param seconds from the first attempt to the last answer
     * @param handshake from the first SYN to the upgrade's answer
     * @param ready until the member is in its room: the dialect's first frame was read
     * @param failures by reason, in words
     * @param closes of open connections by the server: reason to number, such as {@code 1013 slow reader} or {@code cut}
     */
    public record Connects(
            long opened,
            long failed,
            double seconds,
            double perSecond,
            Latency handshake,
            Latency ready,
            Map<String, Long> failures,
            Map<String, Long> closes) {}

    /**
     * What went in and came out during the measured time.
     *
     * @param deliveriesPerCpuSecond per second of the server's CPU time; null: not watched
     * @param pingsSent events that nobody else is told of ({@link LoadPlan.Traffic#pingsPerSecond}); {@code pongsHeard} their answers, where there are any
     * @param otherFrames everything that was no message of this run: history, presence, typing
     */
    public record Traffic(
            double seconds,
            long published,
            long delivered,
            double publishedPerSecond,
            double deliveredPerSecond,
            @Nullable Double deliveriesPerCpuSecond,
            long bytesReceived,
            long typingSent,
            long typingHeard,
            long pingsSent,
            long pongsHeard,
            long otherFrames) {}

    /**
     * A distribution. From the scheduled time of a message, so that a stall counts for all that waited in it.
     *
     * @param points value against percentile, enough to draw the curve
     */
    public record Latency(
            long count, double mean, double p50, double p95, double p99, double p999, double max, List<Point> points) {
        public static final Latency NONE = new Latency(0, 0, 0, 0, 0, 0, 0, List.of());
    }

    /** @param percentile 0 to 100 */
    public record Point(double value, double percentile) {}

    /**
     * The promise of the server, over the whole run: warm-up and drain included, for every (room, publisher, member).
     *
     * @param expected deliveries to members that were connected throughout
     * @param lost never came, although their member stayed
     * @param doubled came again
     * @param reordered came after a later one
     * @param pairs of a publisher and a member that were checked
     */
    public record Checks(long expected, long lost, long doubled, long reordered, long pairs) {
        public boolean isClean() {
            return lost == 0 && doubled == 0 && reordered == 0;
        }
    }

    /**
     * The server's process during the measured time.
     *
     * @param heapPeak largest seen; 0 when the JVM's counters cannot be read, as are the three after it
     * @param gcPauses stop-the-world collections
     */
    public record ServerUse(
            long pid,
            double cpuSeconds,
            double cpuPerSecond,
            long rssBefore,
            long rssAfter,
            long rssPeak,
            long heapPeak,
            int gcPauses,
            double gcPauseTotal,
            double gcPauseMax) {}

    /**
     * What an idle connection costs: the slope between two levels on a warm process, after everybody had been there once.
     *
     * @param cpuPercent of one core, with all connected and nothing said
     */
    public record Idle(
            int lowConnections,
            long lowRss,
            int highConnections,
            long highRss,
            double bytesPerConnection,
            double cpuPercent,
            double seconds) {}

    /**
     * One second of the run. A number that was not measured is null.
     *
     * @param at seconds since the run began, at its end
     * @param phase what was going on
     * @param serverCpu seconds of CPU time per second, so 1.0 is one core; {@code loadCpu} the same for the load generator
     * @param gcPause total of the second
     */
    public record Second(
            double at,
            Phase phase,
            long connections,
            long published,
            long delivered,
            @Nullable Double p50,
            @Nullable Double p99,
            @Nullable Double max,
            @Nullable Double serverCpu,
            double loadCpu,
            @Nullable Long rss,
            @Nullable Long heap,
            @Nullable Double gcPause) {}

    /** The parts of a run, in their order. */
    public enum Phase {
        CONNECT,
        WARM_UP,
        MEASURE,
        DRAIN
    }

    /** Nothing lost, doubled or reordered, and everybody got in. */
    public boolean isFine() {
        return checks.isClean() && connects.failed() == 0;
    }
}
