package earshot.bench.load;

import earshot.bench.load.LoadResult.Phase;
import earshot.bench.load.LoadResult.Second;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What happened second by second, and the waiting in between. Owned by the thread of the run, which it lets wait. */
final class Timeline {
    private static final long SAMPLE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long TICK_WITHIN_SECONDS = 10;

    private final List<Generator> generators;
    private final @Nullable ServerWatch watch;
    private final Progress progress;
    private final List<Second> seconds = new ArrayList<>();
    private final long began = System.nanoTime();
    private long lastSecond = began;
    private double loadCpu;
    private Generator.@Nullable Times times;
    private boolean measuring;
    private boolean measured;

    Timeline(List<Generator> generators, @Nullable ServerWatch watch, Progress progress) {
        this.generators = generators;
        this.watch = watch;
        this.progress = progress;
    }

    List<Second> seconds() {
        return List.copyOf(seconds);
    }

    /** From now on the phases are these. */
    void publishing(Generator.Times published) {
        times = published;
    }

    /** Waits, and goes on writing down what happens. Throws {@link IOException} when a generator fails. */
    <T> List<T> await(List<? extends CompletionStage<T>> stages, boolean endsWhenCancelled) throws IOException {
        List<CompletableFuture<T>> futures =
                stages.stream().map(CompletionStage::toCompletableFuture).toList();
        CompletableFuture<Void> all = CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
        while (!isDone(all) && !(endsWhenCancelled && progress.isCancelled())) turn();
        List<T> values = new ArrayList<>();
        for (CompletableFuture<T> future : futures) {
            if (future.isDone()) values.add(future.join());
        }
        return values;
    }

    /** Lets time go by. */
    void pause(long nanos) throws IOException {
        long until = System.nanoTime() + nanos;
        var never = new CompletableFuture<Void>();
        while (System.nanoTime() < until && !progress.isCancelled()) {
            isDone(never);
            turn();
        }
    }

    private boolean isDone(CompletableFuture<Void> all) throws IOException {
        try {
            all.get(waitNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IOException(e.getCause() == null ? "failed" : e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Until the next look, or an edge of the measured time. */
    private long waitNanos() {
        long wait = SAMPLE_NANOS;
        if (times != null) {
            long now = System.nanoTime();
            if (times.from() > now) wait = Math.min(wait, times.from() - now);
            if (times.until() > now) wait = Math.min(wait, times.until() - now);
        }
        return wait;
    }

    private void turn() throws IOException {
        long now = System.nanoTime();
        if (watch != null) watch.sample();
        if (times != null && !measuring && !measured && now >= times.from()) measureFrom();
        if (times != null && measuring && now >= times.until()) measureUntil();
        if (now - lastSecond >= SECOND_NANOS) second(now);
    }

    private void measureFrom() {
        measuring = true;
        if (watch != null) watch.measureFrom();
    }

    /** The measured time ends now, or ended before. */
    void measureUntil() {
        if (!measuring) return;
        measuring = false;
        measured = true;
        if (watch != null) watch.measureUntil();
    }

    private void second(long now) throws IOException {
        Phase phase = phase(now);
        Histogram latency = Distribution.fresh();
        long connections = 0;
        long published = 0;
        long delivered = 0;
        double cpu = 0;
        for (CompletionStage<Generator.Tick> asked :
                generators.stream().map(Generator::tick).toList()) {
            Generator.Tick tick = ticked(asked);
            connections += tick.connections();
            published += tick.published();
            delivered += tick.delivered();
            cpu += tick.cpuSeconds();
            latency.add(tick.latency());
        }
        double length = (now - lastSecond) / 1e9;
        ServerWatch.@Nullable Spent spent = watch == null ? null : watch.second(length);
        boolean isTimed = latency.getTotalCount() > 0;
        Second second = new Second(
                (now - began) / 1e9,
                phase,
                connections,
                published,
                delivered,
                isTimed ? Distribution.millis(latency, 50) : null,
                isTimed ? Distribution.millis(latency, 99) : null,
                isTimed ? Distribution.millis(latency, 100) : null,
                spent == null ? null : spent.cpuSeconds(),
                (cpu - loadCpu) / length,
                spent == null ? null : spent.rss(),
                spent == null ? null : spent.heap(),
                spent == null ? null : spent.pauseMillis());
        loadCpu = cpu;
        lastSecond = now;
        seconds.add(second);
        progress.second(second);
    }

    private static Generator.Tick ticked(CompletionStage<Generator.Tick> asked) throws IOException {
        try {
            return asked.toCompletableFuture().get(TICK_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("a load generator does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private Phase phase(long now) {
        Generator.Times published = times;
        if (published == null) return Phase.CONNECT;
        if (now < published.from()) return Phase.WARM_UP;
        return measuring || (!measured && now < published.until() + SAMPLE_NANOS) ? Phase.MEASURE : Phase.DRAIN;
    }
}
