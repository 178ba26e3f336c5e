package earshot.bench.table;

import earshot.bench.load.LoadResult;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A comparison as far as it has come; the file that an unfinished one goes on from. Immutable.
 *
 * @param format of the file; grows when a reader would misunderstand
 * @param sqlite null: not measured yet, or not asked for
 * @param notes what a reader of the figures should know, one sentence each
 */
record Table(
        int format,
        Instant startedAt,
        Setup setup,
        List<Run> runs,
        List<IdleRun> idle,
        @Nullable SqliteRun sqlite,
        List<String> notes,
        boolean finished) {
    static final int FORMAT = 1;

    /**
     * Under which circumstances.
     *
     * @param commit with {@code +} behind it when files were changed
     * @param command as it was typed
     * @param generator what made the load
     * @param serverCores what one loop is pinned to; empty: nothing is pinned
     * @param payloadBytes of a message's content
     * @param contenders who took part, by key: the version, or the command that started it
     * @param shapes by name
     * @param sqlite whether the engine alone is part of it
     */
    record Setup(
            LoadResult.Machine machine,
            String commit,
            String command,
            String generator,
            String serverCores,
            String loadCores,
            int rounds,
            double warmUpSeconds,
            double seconds,
            int payloadBytes,
            Map<String, String> contenders,
            List<String> shapes,
            int idleConnections,
            double idleSeconds,
            boolean sqlite) {}

    /**
     * One server under one load.
     *
     * @param contender by key
     * @param shape by name
     * @param figures null: it could not be measured
     * @param failure why not; empty: it could
     */
    record Run(
            int round,
            String contender,
            String shape,
            @Nullable Figures figures,
            String failure) {}

    /** @param serverCpu seconds of CPU time per second, so 1.0 is one core; times are milliseconds */
    record Figures(
            double deliveriesPerCpuSecond,
            double deliveredPerSecond,
            double serverCpu,
            double p50,
            double p99,
            long rss,
            long checked,
            long lost,
            long doubled,
            long reordered,
            long notConnected,
            long cut) {
        boolean isClean() {
            return lost == 0 && doubled == 0 && reordered == 0 && notConnected == 0 && cut == 0;
        }
    }

    /** What an idle connection costs; see {@link LoadResult.Idle}. */
    record IdleRun(String contender, LoadResult.@Nullable Idle idle, String failure) {}

    /** The SQLite engine alone. */
    record SqliteRun(double messagesPerSecond, double commitP99Millis, double rowsPerCommit, String failure) {
        boolean isMeasured() {
            return failure.isEmpty();
        }
    }

    /** Whether this run, or its failure, is there already. */
    boolean has(int round, Contender contender, Shape shape) {
        return runs.stream()
                .anyMatch(r -> r.round() == round
                        && r.contender().equals(contender.key())
                        && r.shape().equals(shape.name()));
    }

    boolean hasIdle(Contender contender) {
        return idle.stream().anyMatch(r -> r.contender().equals(contender.key()));
    }

    boolean takesPart(Contender contender) {
        return setup.contenders().containsKey(contender.key());
    }

    boolean has(Shape shape) {
        return setup.shapes().contains(shape.name());
    }
}
