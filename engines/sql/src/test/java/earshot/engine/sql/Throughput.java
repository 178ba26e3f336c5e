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
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many messages of 190 bytes a second go into 1,000 rooms, closed loop; not a test, started by hand: data directory, seconds, in flight,
 * durability. The appending thread and the engine share the machine.
 */
final class Throughput {
    private static final int ROOMS = 1_000;
    private static final int TEXT_CHARS = 190;

    private Throughput() {}

    public static void main(String[] args) throws InterruptedException {
        int seconds = Integer.parseInt(args[1]);
        int inFlight = Integer.parseInt(args[2]);
        MemoryMeter meter = new MemoryMeter();
        SqliteSettings settings = SqliteSettings.DEFAULT.with(Durability.valueOf(args[3]));
        try (SqliteHistory history = SqliteHistory.open(Path.of(args[0]), settings, Clock.SYSTEM, meter)) {
            RoomId[] rooms = new RoomId[ROOMS];
            for (int i = 0; i < ROOMS; i++) {
                rooms[i] = new RoomId("bench", "", "room-" + i);
                history.open(rooms[i], Retention.EVERYTHING)
                        .toCompletableFuture()
                        .join();
            }
            run(history, rooms, 3, inFlight, meter, false);
            run(history, rooms, seconds, inFlight, meter, true);
        }
    }

    private static void run(
            SqliteHistory history, RoomId[] rooms, int seconds, int inFlight, MemoryMeter meter, boolean told)
            throws InterruptedException {
        Profile author = Profile.named(new UserId("bench", "ada"), "Ada");
        String text = "x".repeat(TEXT_CHARS);
        Semaphore slots = new Semaphore(inFlight);
        LongAdder stored = new LongAdder();
        LongAdder failed = new LongAdder();
        var ids = new TimeUuid(Clock.SYSTEM, new java.util.SplittableRandom());
        long[] before = counts(meter);
        long started = System.nanoTime();
        long end = started + seconds * 1_000_000_000L;
        for (int n = 0; System.nanoTime() < end; n++) {
            slots.acquire();
            Change post = new Change.Post(ids.nextText(), text, null, null, null);
            history.append(new Draft(rooms[n % rooms.length], post, author, System.currentTimeMillis(), null))
                    .whenComplete((_, problem) -> {
                        slots.release();
                        (problem == null ? stored : failed).increment();
                    });
        }
        slots.acquire(inFlight);
        double took = (System.nanoTime() - started) / 1e9;
        if (!told) return;
        long[] after = counts(meter);
        var commits = meter.histogram(Metric.SQL_COMMIT).snapshot();
        System.out.printf(
                "stored %d, failed %d in %.1f s: %.0f messages/s; %.0f rows a commit; commit p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms (warm-up included)%n",
                stored.sum(),
                failed.sum(),
                took,
                stored.sum() / took,
                (double) (after[0] - before[0]) / (after[1] - before[1]),
                commits.quantile(0.5) / 1e6,
                commits.quantile(0.99) / 1e6,
                commits.quantile(0.999) / 1e6);
    }

    private static long[] counts(MemoryMeter meter) {
        return new long[] {meter.value(Metric.SQL_ROWS), meter.value(Metric.SQL_COMMITS)};
    }
}
