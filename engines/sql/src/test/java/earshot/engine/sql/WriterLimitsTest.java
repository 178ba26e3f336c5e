package earshot.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.history.HistoryUnavailable;
import earshot.core.history.RoomLog.Appended;
import earshot.core.telemetry.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the writer takes on, and what becomes of what is beyond it. Somebody from outside holds the file, as a disk does that is too slow. */
class WriterLimitsTest {
    @TempDir
    Path directory;

    private final HistoryFixture fixture = new HistoryFixture();

    private static SqliteSettings settings(int drafts, long bytes, long softWal, long hardWal) {
        return new SqliteSettings(Durability.COMMITTED, drafts, bytes, 1, softWal, hardWal);
    }

    private Connection transaction(String begin) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("messages.db"));
        try (Statement statement = connection.createStatement()) {
            statement.execute(begin);
            statement.execute("SELECT count(*) FROM entry");
        }
        return connection;
    }

    @Test
    void queue_whenFull_refuses_andGoesOn() throws SQLException {
        floods(settings(10, 1 << 20, 1 << 20, 1 << 20), 10, 100);
    }

    @Test
    void queue_whenFullOfBytes_refuses_andGoesOn() throws SQLException {
        floods(settings(10_000, 100_000, 1 << 20, 1 << 20), 20, 9_000);
    }

    private void floods(SqliteSettings settings, int mostTaken, int chars) throws SQLException {
        try (SqliteHistory history = fixture.open(directory, settings)) {
            List<CompletableFuture<Appended>> asked = new ArrayList<>();
            int refused = 0;
            try (Connection _ = transaction("BEGIN IMMEDIATE")) {
                asked.add(fixture.append(history, "first", chars));
                HistoryFixture.until("the writer holds it", () -> fixture.meter.value(Metric.SQL_QUEUE) == 0);
                for (int i = 0; i < 200; i++) asked.add(fixture.append(history, "m" + i, chars));
                for (CompletableFuture<Appended> each : asked) if (each.isCompletedExceptionally()) refused++;
                assertThat(asked.size() - refused).isBetween(2, mostTaken + 1);
                assertThat(fixture.meter.value(Metric.APPENDS_FAILED))
                        .as("counted by the room that asked")
                        .isZero();
            }
            List<String> stored = new ArrayList<>();
            for (int i = 0; i < asked.size(); i++) {
                if (asked.get(i).isCompletedExceptionally()) {
                    assertThat(HistoryUnavailable.codeOf(asked.get(i).exceptionNow()))
                            .isEqualTo("queue_full");
                } else {
                    HistoryFixture.await(asked.get(i));
                    stored.add(i == 0 ? "first" : "m" + (i - 1));
                }
            }
            fixture.stored(history, "after");
            stored.add("after");
            assertThat(fixture.everything(history)).isEqualTo(stored);
        }
    }

    @Test
    void wal_overTheSoftLimit_isCheckpointed() throws IOException {
        try (SqliteHistory history = fixture.open(directory, settings(10_000, 1 << 24, 64 << 10, 64 << 20))) {
            for (int i = 0; i < 200; i++) HistoryFixture.await(fixture.append(history, "m" + i, 10_000));
            // The log begins anew with the first commit after a checkpoint that moved all of it.
            HistoryFixture.until("the log is short", () -> {
                HistoryFixture.await(fixture.append(history, "n" + System.nanoTime(), 10));
                return wal() < 1 << 20;
            });
            HistoryFixture.until("its size is shown", () -> shownWal() > 0 && shownWal() < 1 << 20);
            assertThat(Files.size(directory.resolve("messages.db"))).isGreaterThan(1_500_000);
        }
    }

    @Test
    void wal_overTheHardLimit_slowsTheWriter_andLosesNothing() throws SQLException {
        List<String> stored = new ArrayList<>();
        try (SqliteHistory history = fixture.open(directory, settings(10_000, 1 << 24, 64 << 10, 256 << 10))) {
            // As long as somebody reads from the beginning the log cannot begin anew.
            try (Connection _ = transaction("BEGIN")) {
                for (int i = 0; i < 100; i++) {
                    HistoryFixture.await(fixture.append(history, "m" + i, 10_000));
                    stored.add("m" + i);
                }
                assertThat(wal()).isGreaterThan(256 << 10);
                HistoryFixture.until("its size is shown", () -> shownWal() > 256 << 10);
            }
            HistoryFixture.until("the log is short", () -> wal() <= 256 << 10);
            fixture.stored(history, "after");
            stored.add("after");
            assertThat(fixture.everything(history)).isEqualTo(stored);
        }
    }

    private long shownWal() {
        return fixture.meter.value(Metric.SQL_WAL_BYTES);
    }

    private long wal() {
        return directory.resolve("messages.db-wal").toFile().length();
    }
}
