package earshot.engine.sql;

import earshot.core.history.Retention;
import earshot.core.message.Change;
import earshot.core.message.Draft;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.core.time.TimeUuid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The history engine alone: messages of 190 bytes over rooms in turn, in a closed loop, checkpoints included. An operation is one append that was
 * answered. {@code commitP99Millis} is of all commits since the engine was opened.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 4, time = 5)
@Fork(1)
public class SqliteBenchmark {
    static final int MESSAGES = 10_000;
    private static final String TEXT = "x".repeat(190);

    @Param("1000")
    public int rooms;

    /** Appends without an answer. */
    @Param("4000")
    public int inFlight;

    @Param("COMMITTED")
    public Durability durability = Durability.COMMITTED;

    private final MemoryMeter meter = new MemoryMeter();
    private final TimeUuid ids = new TimeUuid(Clock.SYSTEM, new SplittableRandom());
    private final Profile author = Profile.named(new UserId("bench", "ada"), "Ada");
    private final AtomicLong failed = new AtomicLong();
    private RoomId[] names = {};
    private @Nullable Path directory;
    private @Nullable SqliteHistory history;
    private Semaphore slots = new Semaphore(0);
    private int next;

    /** Beside the rate. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Commits {
        public double commitP99Millis;
        public double rowsPerCommit;
    }

    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("earshot-jmh");
        history = SqliteHistory.open(directory, SqliteSettings.DEFAULT.with(durability), Clock.SYSTEM, meter);
        slots = new Semaphore(inFlight);
        names = new RoomId[rooms];
        for (int i = 0; i < rooms; i++) {
            names[i] = new RoomId("bench", "", "room-" + i);
            history.open(names[i], Retention.EVERYTHING).toCompletableFuture().join();
        }
    }

    @TearDown
    public void close() throws IOException {
        if (history != null) history.close();
        if (directory == null) return;
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
        }
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void append(Commits commits) throws InterruptedException {
        SqliteHistory into = history;
        if (into == null) throw new IllegalStateException("history: not opened");
        for (int i = 0; i < MESSAGES; i++) append(into);
        if (failed.get() > 0) throw new IllegalStateException("appends failed: " + failed);
        commits.commitP99Millis = meter.histogram(Metric.SQL_COMMIT).snapshot().quantile(0.99) / 1e6;
        commits.rowsPerCommit = (double) meter.value(Metric.SQL_ROWS) / meter.value(Metric.SQL_COMMITS);
    }

    private void append(SqliteHistory into) throws InterruptedException {
        slots.acquire();
        var post = new Change.Post(ids.nextText(), TEXT, null, null, null);
        next = next + 1 == rooms ? 0 : next + 1;
        into.append(new Draft(names[next], post, author, System.currentTimeMillis(), null))
                .whenComplete((_, problem) -> {
                    if (problem != null) failed.incrementAndGet();
                    slots.release();
                });
    }
}
