package earshot.engine.sql;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import earshot.core.history.HistoryUnavailable;
import earshot.core.history.Retention;
import earshot.core.history.RoomLog.Appended;
import earshot.core.message.Change;
import earshot.core.message.Draft;
import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import earshot.core.testkit.Drafts;
import earshot.core.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system of 8 MB, filled and emptied under the writer. Needs the right to mount one; skipped without it. */
class DiskFullTest {
    private static final RoomId ROOM = new RoomId("test", "", "full");

    @TempDir
    Path place;

    private final ManualClock clock = new ManualClock();
    private final MemoryMeter meter = new MemoryMeter();
    private boolean mounted;

    @BeforeEach
    void mount() throws IOException, InterruptedException {
        mounted = runs("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", place.toString());
        assumeThat(mounted).as("may mount a tmpfs (root only)").isTrue();
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        if (mounted) assertThat(runs("umount", place.toString())).isTrue();
    }

    @Test
    void append_onAFullDisk_failsAndRecoversWithTheDisk() throws IOException {
        List<String> stored = new ArrayList<>();
        try (SqliteHistory history = SqliteHistory.open(place, SqliteSettings.DEFAULT, clock, meter)) {
            history.open(ROOM, Retention.EVERYTHING).toCompletableFuture().join();
            append(history, "before", stored);
            assertThat(history.isHealthy()).isTrue();
            Path filler = place.resolve("filler");
            fill(filler);
            int failed = 0;
            for (int i = 0; i < 40; i++) if (!append(history, "during-" + i, stored)) failed++;
            assertThat(failed).isPositive();
            assertThat(meter.value(Metric.APPENDS_FAILED))
                    .as("counted by the room that asked")
                    .isZero();
            assertThat(history.isHealthy()).isFalse();
            Files.delete(filler);
            awaitHealth(history);
            assertThat(append(history, "after", stored)).isTrue();
            assertThat(history.read(ROOM, Position.START, 1000)
                            .toCompletableFuture()
                            .join()
                            .entries())
                    .extracting(KeptEvent::messageId)
                    .containsExactlyElementsOf(stored);
        }
    }

    /** What was answered before the commit, and lost with it, is another history from then on. */
    @Test
    void async_onAFullDisk_beginsAnEpoch_whenItLostWhatWasAnswered() throws IOException {
        List<String> answered = new ArrayList<>();
        try (SqliteHistory history =
                SqliteHistory.open(place, SqliteSettings.DEFAULT.with(Durability.ASYNC), clock, meter)) {
            Position before = history.open(ROOM, Retention.EVERYTHING)
                    .toCompletableFuture()
                    .join();
            append(history, "before", answered);
            Path filler = place.resolve("filler");
            fill(filler);
            for (int i = 0; i < 40; i++) append(history, "during-" + i, answered);
            assertThat(history.isHealthy()).isFalse();
            Files.delete(filler);
            awaitHealth(history);
            append(history, "after", answered);
            List<KeptEvent> kept = history.read(ROOM, Position.START, 1000)
                    .toCompletableFuture()
                    .join()
                    .entries();
            assertThat(kept).hasSizeLessThan(answered.size());
            assertThat(kept.getLast().messageId()).isEqualTo("after");
            assertThat(kept.getLast().position().epoch()).isGreaterThan(before.epoch());
        }
    }

    /** The log is there, the database cannot grow: checkpoints fail, what is answered stays, and they succeed when there is room. */
    @Test
    void checkpoint_onAFullDisk_isTriedAgain_andLosesNothing() throws IOException {
        List<String> stored = new ArrayList<>();
        SqliteSettings small = new SqliteSettings(Durability.COMMITTED, 1000, 1 << 24, 1, 1 << 20, 1 << 22);
        try (SqliteHistory history = SqliteHistory.open(place, small, clock, meter)) {
            history.open(ROOM, Retention.EVERYTHING).toCompletableFuture().join();
            for (int i = 0; i < 15; i++) append(history, "small-" + i, stored);
            Path filler = place.resolve("filler");
            fill(filler);
            for (int i = 0; i < 40; i++) append(history, "during-" + i, stored);
            Files.delete(filler);
            awaitHealth(history);
            for (int i = 0; i < 20; i++) append(history, "after-" + i, stored);
            long deadline = System.nanoTime() + SECONDS.toNanos(20);
            while (Files.size(place.resolve("messages.db")) < 500_000) {
                assertThat(System.nanoTime()).as("a checkpoint within 20 s").isLessThan(deadline);
                Thread.onSpinWait();
            }
            assertThat(history.read(ROOM, Position.START, 1000)
                            .toCompletableFuture()
                            .join()
                            .entries())
                    .extracting(KeptEvent::messageId)
                    .containsExactlyElementsOf(stored);
        }
    }

    private boolean append(SqliteHistory history, String id, List<String> stored) {
        Change post = new Change.Post(id, "x".repeat(50_000), null, null, null);
        Draft draft = Drafts.draft(ROOM, post, clock.millis());
        try {
            Appended result = history.append(draft)
                    .toCompletableFuture()
                    .orTimeout(20, SECONDS)
                    .join();
            assertThat(result).isInstanceOf(Appended.Stored.class);
            stored.add(id);
            return true;
        } catch (CompletionException e) {
            assertThat(HistoryUnavailable.codeOf(e)).isEqualTo("disk_full");
            return false;
        }
    }

    /** Nobody appends meanwhile: a server that is not ready is sent nothing. */
    private static void awaitHealth(SqliteHistory history) {
        long deadline = System.nanoTime() + SECONDS.toNanos(20);
        while (!history.isHealthy()) {
            assertThat(System.nanoTime()).as("healthy within 20 s").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static void fill(Path file) throws IOException {
        try (var out = Files.newOutputStream(file)) {
            byte[] block = new byte[64 << 10];
            while (true) out.write(block);
        } catch (IOException _) {
            assertThat(Files.size(file)).isPositive();
        }
    }

    private static boolean runs(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).start().waitFor() == 0;
    }
}
