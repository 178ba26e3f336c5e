package earshot.bench.load;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One run from the first connection to the result: connect, publish, wait for the rest; or the levels of an idle run. One thread. */
final class LoadRun implements AutoCloseable {
    /** Files that a process has open beside its connections. */
    private static final int OTHER_FILES = 300;

    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** From the order to publish until all generators have it. */
    private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final LoadPlan plan;
    private final Progress progress;
    private final Optional<LoadResult.Server> server;
    private final @Nullable ServerWatch watch;
    private final List<Generator> generators = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Instant startedAt = Instant.now();
    private final Timeline timeline;
    /** Of the first ramp. */
    private double connectSeconds;

    private LoadRun(LoadPlan plan, Progress progress, Optional<LoadResult.Server> server, @Nullable ServerWatch watch) {
        this.plan = plan;
        this.progress = progress;
        this.server = server;
        this.watch = watch;
        this.timeline = new Timeline(generators, watch, progress);
    }

    static LoadRun prepare(LoadPlan asked, Credentials credentials, Progress progress) throws IOException {
        LoadPlan plan = watched(asked);
        Long pid = plan.target().pid();
        Optional<LoadResult.Server> server = HttpPage.server(plan.target(), pid == null ? "" : Proc.command(pid));
        LoadRun run = new LoadRun(plan, progress, server, pid == null ? null : new ServerWatch(pid));
        try {
            run.makeGenerators(credentials);
            return run;
        } catch (IOException e) {
            run.close();
            throw e;
        }
    }

    /** A server on this machine is found by its port. */
    private static LoadPlan watched(LoadPlan asked) {
        if (asked.target().pid() != null || !asked.target().isLoopback()) return asked;
        return Proc.listener(asked.target().port())
                .map(pid -> asked.with(asked.target().watching(pid)))
                .orElse(asked);
    }

    private void makeGenerators(Credentials credentials) throws IOException {
        int perProcess = Math.max(1, Proc.openFiles() - OTHER_FILES);
        int needed = (plan.crowd().connections() + perProcess - 1) / perProcess;
        int processes = plan.processes() == 0 ? needed : plan.processes();
        if (processes < needed)
            throw new IOException(plan.crowd().connections() + " connections need " + needed
                    + " processes where each may have " + Proc.openFiles()
                    + " files open; leave out --processes, or raise the limit (ulimit -n)");
        int run = ThreadLocalRandom.current().nextInt(1 << 24);
        if (processes == 1) {
            generators.add(new LoadLoop(plan, credentials, run, 0, 1));
            return;
        }
        progress.note(processes + " load generators, a process each");
        for (int index = 0; index < processes; index++)
            generators.add(new ChildGenerator(new LoadWorker.Order(plan, credentials, run, index, processes)));
    }

    LoadResult result() throws IOException {
        boolean isIdle = plan.traffic().pace().isIdle();
        LoadResult.@Nullable Idle idle = isIdle ? idle() : null;
        if (!isIdle) connect(plan.crowd().connections());
        Generator.Published said = isIdle || progress.isCancelled() ? Generator.Published.nothing(plan) : publish();
        progress.note("waiting for the last deliveries");
        List<Generator.Report> reports = timeline.await(each(generator -> generator.settle(said)), false);
        boolean endedEarly = progress.isCancelled();
        if (endedEarly) notes.add("Ended early by who ran it.");
        Summary summary = new Summary(plan, reports);
        if (summary.opened() == 0) throw new IOException(summary.nobodyGotIn());
        return new LoadResult(
                LoadResult.FORMAT,
                startedAt,
                endedEarly,
                plan,
                Proc.machine(),
                server.orElse(null),
                summary.connects(connectSeconds),
                summary.traffic(
                        watch == null || idle != null ? null : watch.use(1).cpuSeconds()),
                summary.latency(),
                summary.checks(),
                watch == null || idle != null ? null : watch.use(summary.seconds()),
                idle,
                timeline.seconds(),
                notes(summary));
    }

    private List<String> notes(Summary summary) {
        List<String> all = new ArrayList<>(notes);
        all.addAll(summary.notes());
        if (watch != null && !watch.seesJvm())
            all.add("The server's heap and pauses are not known: its JVM counters cannot be read.");
        if (watch == null) all.add("The server's process was not watched; --pid names it when it is on this machine.");
        if (isLoadTheLimit())
            all.add("The load generator used a whole core: the server may be able to do more than it was asked."
                    + " More processes with --processes.");
        return all;
    }

    /** Whether a generator had no time left, on average of the measured seconds. */
    private boolean isLoadTheLimit() {
        double cpu = timeline.seconds().stream()
                .filter(second -> second.phase() == LoadResult.Phase.MEASURE)
                .collect(Collectors.averagingDouble(LoadResult.Second::loadCpu));
        return cpu > 0.97 * generators.size();
    }

    private void connect(int members) throws IOException {
        progress.note("connecting " + members + " members");
        long began = System.nanoTime();
        timeline.await(each(generator -> generator.open(members)), true);
        if (connectSeconds == 0) connectSeconds = (System.nanoTime() - began) / 1e9;
        timeline.pause(QUIET_NANOS);
    }

    private Generator.Published publish() throws IOException {
        progress.note("publishing: " + plan.traffic().pace());
        long start = System.nanoTime() + LEAD_NANOS;
        long from = start + plan.timing().warmUp().toNanos();
        var times =
                new Generator.Times(start, from, from + plan.timing().measured().toNanos());
        timeline.publishing(times);
        List<? extends CompletionStage<Generator.Published>> ends = each(generator -> generator.publish(times));
        List<Generator.Published> said = timeline.await(ends, true);
        if (said.size() < generators.size()) {
            timeline.measureUntil();
            timeline.await(each(Generator::end), false);
            said = timeline.await(ends, false);
        }
        timeline.measureUntil();
        return said.stream().reduce(Generator.Published.nothing(plan), Generator.Published::plus);
    }

    /** Everybody once, so that the process is warm; then two levels, and the rest between them is what connections cost. */
    private LoadResult.Idle idle() throws IOException {
        int high = plan.crowd().connections();
        int low = high / 3;
        connect(high);
        timeline.await(each(Generator::leave), false);
        timeline.pause(QUIET_NANOS * 4);
        connect(low);
        long lowRss = rested();
        connect(high);
        long highRss = rested();
        double cpu = watch == null ? 0 : watch.cpuSeconds();
        long began = System.nanoTime();
        progress.note("nothing is said for " + plan.timing().measured().toSeconds() + " s");
        timeline.pause(plan.timing().measured().toNanos());
        double seconds = (System.nanoTime() - began) / 1e9;
        double spent = watch == null ? 0 : watch.cpuSeconds() - cpu;
        return new LoadResult.Idle(
                low,
                lowRss,
                high,
                highRss,
                high == low ? 0 : (double) (highRss - lowRss) / (high - low),
                spent / seconds * 100,
                seconds);
    }

    private long rested() throws IOException {
        timeline.pause(plan.timing().warmUp().toNanos());
        return watch == null ? 0 : watch.rss();
    }

    private <T> List<T> each(Function<Generator, T> call) {
        return generators.stream().map(call).toList();
    }

    @Override
    public void close() {
        generators.forEach(Generator::close);
    }
}
