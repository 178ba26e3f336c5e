package earshot.engine.sql;

import static java.util.concurrent.TimeUnit.SECONDS;

import earshot.core.history.Retention;
import earshot.core.history.RoomLog.Appended;
import earshot.core.message.Change;
import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.testkit.Drafts;
import earshot.core.testkit.ManualClock;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A history in a directory, one room of it, and short words for what tests do with them. */
final class HistoryFixture {
    static final RoomId ROOM = new RoomId("test", "", "room");

    final ManualClock clock = new ManualClock();
    final MemoryMeter meter = new MemoryMeter();

    SqliteHistory open(Path directory) {
        return open(directory, SqliteSettings.DEFAULT);
    }

    SqliteHistory open(Path directory, SqliteSettings settings) {
        SqliteHistory history = SqliteHistory.open(directory, settings, clock, meter);
        await(history.open(ROOM, Retention.EVERYTHING));
        return history;
    }

    CompletableFuture<Appended> append(SqliteHistory history, String id, int chars) {
        Change post = new Change.Post(id, "x".repeat(chars), null, null, null);
        return history.append(Drafts.draft(ROOM, post, clock.millis())).toCompletableFuture();
    }

    Position stored(SqliteHistory history, String id) {
        return ((Appended.Stored) await(append(history, id, 10))).entry().position();
    }

    List<String> everything(SqliteHistory history) {
        return await(history.read(ROOM, Position.START, 100_000)).entries().stream()
                .map(KeptEvent::messageId)
                .toList();
    }

    static long epoch(SqliteHistory history) {
        return await(history.open(ROOM, Retention.EVERYTHING)).epoch();
    }

    static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, SECONDS).join();
    }

    static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) throw new AssertionError("not within 20 s: " + what);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
