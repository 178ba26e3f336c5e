package earshot.bench.load;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.HdrHistogram.Histogram;

/**
 * One load generator: some of a plan's members on one event loop, here or in a process of its own. Called from the thread of the run; stages
 * complete on any thread. Times are {@link System#nanoTime}, which all processes of a machine share.
 */
interface Generator extends AutoCloseable {
    /** Connects its members below the index who are not connected. Completes when each is in its room or has failed. */
    CompletionStage<Void> open(int members);

    /** Ends every connection. */
    CompletionStage<Void> leave();

    /** Publishes from {@code start} until {@code until}, and completes then. */
    CompletionStage<Published> publish(Times times);

    /** Lets {@link #publish} end now. */
    CompletionStage<Void> end();

    /** Waits until its members heard what all generators published, or nothing more comes, and says what it saw. */
    CompletionStage<Report> settle(Published all);

    /** What happened since the last call. */
    CompletionStage<Tick> tick();

    @Override
    void close();

    /** What is published before {@code from} is warm-up. */
    record Times(long start, long from, long until) {}

    /** How many messages were published: an entry for each room and publisher, room by room. */
    record Published(int[] counts) {
        Published plus(Published other) {
            int[] sum = counts.clone();
            for (int i = 0; i < sum.length; i++) sum[i] += other.counts[i];
            return new Published(sum);
        }

        static Published nothing(LoadPlan plan) {
            return new Published(new int[plan.crowd().rooms() * plan.crowd().publishersPerRoom()]);
        }
    }

    /**
     * Numbers since the last tick, but {@code connections} as it is.
     *
     * @param latency the generator's until it ticks again
     * @param cpuSeconds of the generator's whole life
     */
    record Tick(long connections, long published, long delivered, double cpuSeconds, Histogram latency) {}

    /**
     * All that one generator saw. Histograms are packed; {@code published}, {@code delivered} and {@code bytes} are of the measured time.
     */
    record Report(
            long opened,
            long failed,
            Map<String, Long> failures,
            Map<String, Long> closes,
            String handshake,
            String ready,
            String latency,
            double measuredSeconds,
            long published,
            long delivered,
            long bytes,
            long otherFrames,
            long typingSent,
            long typingHeard,
            long pingsSent,
            long pongsHeard,
            LoadResult.Checks checks,
            List<String> notes) {}
}
