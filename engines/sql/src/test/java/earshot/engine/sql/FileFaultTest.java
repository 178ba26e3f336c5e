package earshot.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.core.history.HistoryUnavailable;
import earshot.core.message.Position;
import earshot.core.telemetry.Metric;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to the files while they are open. */
class FileFaultTest {
    @TempDir
    Path directory;

    private final HistoryFixture fixture = new HistoryFixture();

    private Path data() {
        return directory.resolve("data");
    }

    private Path database() {
        return data().resolve("messages.db");
    }

    private void assertRefused(SqliteHistory history, String id) {
        assertThatThrownBy(() -> HistoryFixture.await(fixture.append(history, id, 10)))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(HistoryUnavailable.class);
        assertThat(history.isHealthy()).isFalse();
    }

    /** SQLite would write on into a file that has no name any more, and all of it would be gone with the process. */
    @Test
    void databaseMovedAway_isNotWrittenAnyMore_untilItIsBack() throws IOException {
        try (SqliteHistory history = fixture.open(data())) {
            fixture.stored(history, "before");
            Path away = directory.resolve("away.db");
            Files.move(database(), away);
            assertRefused(history, "refused");
            assertThat(fixture.everything(history)).containsExactly("before");
            Files.move(away, database());
            HistoryFixture.until("it goes on by itself", history::isHealthy);
            fixture.stored(history, "after");
            assertThat(fixture.everything(history)).containsExactly("before", "after");
        }
        assertThat(Copies.number(database(), "SELECT count(*) FROM entry")).isEqualTo(2);
    }

    @Test
    void databaseReplaced_isNotWritten_andTheNextStartBeginsAnEpoch() throws IOException {
        try (SqliteHistory history = fixture.open(data())) {
            fixture.stored(history, "a");
        }
        Path backup = Files.copy(database(), directory.resolve("backup.db"));
        try (SqliteHistory history = fixture.open(data())) {
            fixture.stored(history, "b");
            Files.move(backup, database(), StandardCopyOption.REPLACE_EXISTING);
            assertRefused(history, "refused");
        }
        assertThat(Copies.number(database(), "SELECT count(*) FROM entry")).isEqualTo(1);
        Files.deleteIfExists(data().resolve("messages.db-wal"));
        Files.deleteIfExists(data().resolve("messages.db-shm"));
        try (SqliteHistory history = fixture.open(data())) {
            assertThat(fixture.everything(history)).containsExactly("a");
            assertThat(HistoryFixture.epoch(history)).isEqualTo(2);
        }
    }

    @Test
    void writeAheadLogDeleted_isNoticed() throws IOException {
        try (SqliteHistory history = fixture.open(data())) {
            fixture.stored(history, "before");
            Files.delete(data().resolve("messages.db-wal"));
            assertRefused(history, "refused");
        }
    }

    /** What is on the pages that are broken cannot be read; the rest can, and it is said and counted. */
    @Test
    void corruptPages_failTheReadsThatNeedThem_andNoOthers() throws IOException {
        try (SqliteHistory history = fixture.open(data())) {
            for (int i = 0; i < 2_000; i++) HistoryFixture.await(fixture.append(history, "m" + i, 3_000));
        }
        try (SqliteHistory history = fixture.open(data())) {
            garble(database(), 1 << 20, 32 << 10);
            assertThatThrownBy(() -> fixture.everything(history)).hasCauseInstanceOf(HistoryUnavailable.class);
            assertThat(fixture.meter.value(Metric.SQL_READS_FAILED)).isPositive();
            assertThat(history.isHealthy()).isFalse();
            assertThat(fixture.stored(history, "new")).isEqualTo(new Position(1, 2_001));
            assertThat(HistoryFixture.await(history.read(HistoryFixture.ROOM, new Position(1, 1_995), 100))
                            .entries())
                    .hasSize(6);
            fixture.clock.advance(Duration.ofMinutes(1));
            assertThat(history.isHealthy()).isTrue();
        }
    }

    private static void garble(Path file, long from, int bytes) throws IOException {
        byte[] garbage = new byte[bytes];
        for (int i = 0; i < bytes; i++) garbage[i] = (byte) (i * 31 + 7);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(garbage), from);
        }
    }
}
