package earshot.engine.sql;

import earshot.core.history.Retention;
import earshot.core.history.RoomLog.Appended;
import earshot.core.message.Change;
import earshot.core.message.Draft;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/** A process that appends to four rooms without end, and says which appends were answered, until somebody kills it. */
final class AppendingChild {
    static final int ROOMS = 4;
    private static final int IN_FLIGHT = 64;

    private AppendingChild() {}

    static RoomId room(int i) {
        return new RoomId("crash", "", "room-" + i);
    }

    /** A write-ahead log so short that a checkpoint nearly always runs, and the writer often waits for one. */
    static SqliteSettings settings(Durability durability, boolean checkpointing) {
        SqliteSettings s = SqliteSettings.DEFAULT.with(durability);
        return checkpointing
                ? new SqliteSettings(durability, s.queueDrafts(), s.queueBytes(), s.readers(), 64 << 10, 512 << 10)
                : s;
    }

    /** @param args data directory, durability, prefix of ids, whether checkpoints run all the time */
    public static void main(String[] args) throws InterruptedException {
        SqliteSettings settings = settings(Durability.valueOf(args[1]), Boolean.parseBoolean(args[3]));
        SqliteHistory history = SqliteHistory.open(Path.of(args[0]), settings, Clock.SYSTEM, Meter.NONE);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (int i = 0; i < ROOMS; i++)
            history.open(room(i), Retention.EVERYTHING).toCompletableFuture().join();
        Profile author = Profile.named(new UserId("crash", "child"), "Child");
        Semaphore inFlight = new Semaphore(IN_FLIGHT);
        for (long n = 0; ; n++) {
            inFlight.acquire();
            String id = args[2] + "-" + n;
            Change post = new Change.Post(id, "text of " + id, null, null, null);
            Draft draft = new Draft(room((int) (n % ROOMS)), post, author, System.currentTimeMillis(), "key-" + id);
            history.append(draft).whenComplete((result, _) -> {
                inFlight.release();
                if (result instanceof Appended.Stored stored)
                    out.println(id + " " + stored.entry().position());
            });
        }
    }
}
