package earshot.bench.table;

import earshot.bench.load.LoadResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures what a comparison still lacks, step by step, and writes it down after each. A server lives for a round at most: it is started and
 * warmed when it is first wanted, and waits, idle, while others are measured. One thread.
 */
final class TableRun implements AutoCloseable {
    private static final double WARM_SECONDS = 3;
    private static final int MOST_WARM_UPS = 12;
    /** Of CPU time that a server must have had: a compiler that waits for its turn looks like a server that is warm. */
    private static final double WARM_CPU_SECONDS = 6;
    /** A warm-up that is not so much better than the best before has gained nothing; after two such a server is warm. */
    private static final double GAIN = 1.05;

    private final Start starter;
    private final LoadSource load;
    private final SqliteStep sqlite;
    private final TableFile file;
    private final ProgressLine progress;
    private final Map<Contender, Rival> running = new EnumMap<>(Contender.class);
    private final Map<Contender, String> broken = new EnumMap<>(Contender.class);
    private Table table;
    private int round;

    /** How a contender is started. */
    interface Start {
        Rival start(Contender contender) throws IOException, InterruptedException;
    }

    /** How the engine alone is measured. */
    interface SqliteStep {
        Table.SqliteRun measure() throws IOException, InterruptedException;
    }

    TableRun(Table begun, Start starter, LoadSource load, SqliteStep sqlite, TableFile file, ProgressLine progress) {
        this.table = begun;
        this.starter = starter;
        this.load = load;
        this.sqlite = sqlite;
        this.file = file;
        this.progress = progress;
    }

    /**
     * Goes on until everything is measured, or the next step would end too late.
     *
     * @param stopNanos {@link System#nanoTime} after which no step may end; {@link Long#MAX_VALUE}: any time
     */
    Table run(List<Step> steps, long stopNanos) throws IOException, InterruptedException {
        List<Step> left = new ArrayList<>(steps);
        while (!left.isEmpty()) {
            Step step = left.getFirst();
            double least = step.seconds(table.setup()) * progress.slowness() + 4 * WARM_SECONDS;
            if (stopNanos != Long.MAX_VALUE && System.nanoTime() + (long) (least * 1e9) - stopNanos > 0) return table;
            progress.begin(step, left, table.setup());
            String outcome = measure(step);
            progress.end(step, outcome, table.setup());
            left.removeFirst();
            file.write(table);
        }
        table = with(table.runs(), table.idle(), table.sqlite(), true);
        file.write(table);
        return table;
    }

    /** Measures it, remembers it, and says in a word what came of it. */
    private String measure(Step step) throws IOException, InterruptedException {
        return switch (step) {
            case Step.Loaded loaded -> measure(loaded);
            case Step.Resting resting -> measure(resting);
            case Step.Sqlite _ -> {
                stopAll();
                Table.SqliteRun run = sqlite.measure();
                table = with(table.runs(), table.idle(), run, false);
                yield TableWords.sqliteShort(run);
            }
        };
    }

    private String measure(Step.Loaded step) throws InterruptedException {
        if (step.round() != round) stopAll();
        round = step.round();
        Table.Run run;
        try {
            Rival rival = rival(step.contender());
            Table.Setup s = table.setup();
            Table.Figures figures = load.measure(rival, step.shape(), s.warmUpSeconds(), s.seconds(), s.payloadBytes());
            run = new Table.Run(
                    step.round(), step.contender().key(), step.shape().name(), figures, "");
        } catch (IOException e) {
            run = new Table.Run(
                    step.round(), step.contender().key(), step.shape().name(), null, sentence(e));
        }
        List<Table.Run> runs = new ArrayList<>(table.runs());
        runs.add(run);
        table = with(runs, table.idle(), table.sqlite(), false);
        return TableWords.outcome(run);
    }

    private static String sentence(IOException e) {
        return String.valueOf(e.getMessage());
    }

    /** Running and warm; one that did not start is not tried again in this round. */
    private Rival rival(Contender contender) throws IOException, InterruptedException {
        Rival known = running.get(contender);
        if (known != null && known.process().isAlive()) return known;
        if (known != null) throw new IOException("it ended by itself");
        String before = broken.get(contender);
        if (before != null) throw new IOException(before);
        try {
            progress.note("starting " + contender.label);
            Rival rival = starter.start(contender);
            running.put(contender, rival);
            warmUp(rival);
            return rival;
        } catch (IOException e) {
            broken.put(contender, sentence(e));
            throw e;
        }
    }

    /** By what it does, not by the clock: on a busy machine a JVM takes long to compile what is hot. */
    private void warmUp(Rival rival) throws IOException, InterruptedException {
        double best = 0;
        double spent = 0;
        int idle = 0;
        for (int i = 0; i < MOST_WARM_UPS && (idle < 2 || spent < WARM_CPU_SECONDS); i++) {
            progress.note("warming " + rival.contender().label + " up");
            Table.Figures now = load.measure(
                    rival, Shape.ONE_OF_100, 0, WARM_SECONDS, table.setup().payloadBytes());
            idle = now.deliveriesPerCpuSecond() > best * GAIN ? 0 : idle + 1;
            best = Math.max(best, now.deliveriesPerCpuSecond());
            spent += now.serverCpu() * WARM_SECONDS;
        }
    }

    private String measure(Step.Resting step) throws InterruptedException {
        stopAll();
        Table.Setup setup = table.setup();
        Table.IdleRun run;
        try {
            Rival rival = starter.start(step.contender());
            try (ServerProcess _ = rival.process()) {
                LoadResult.Idle idle = load.idle(rival, setup.idleConnections(), setup.idleSeconds());
                run = new Table.IdleRun(step.contender().key(), idle, "");
            }
        } catch (IOException e) {
            run = new Table.IdleRun(step.contender().key(), null, sentence(e));
        }
        List<Table.IdleRun> all = new ArrayList<>(table.idle());
        all.add(run);
        table = with(table.runs(), all, table.sqlite(), false);
        return TableWords.outcome(run);
    }

    private Table with(
            List<Table.Run> runs, List<Table.IdleRun> idle, Table.@Nullable SqliteRun engine, boolean finished) {
        return new Table(Table.FORMAT, table.startedAt(), table.setup(), runs, idle, engine, table.notes(), finished);
    }

    private void stopAll() {
        running.values().forEach(rival -> rival.process().close());
        running.clear();
        broken.clear();
    }

    @Override
    public void close() {
        stopAll();
    }
}
