package earshot.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.history.Retention;
import earshot.core.message.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A backup that is older than what was answered takes the database's place: a new epoch, so that nobody who knows places in what is gone goes on
 * as if nothing had happened (DESIGN 4, positions).
 */
class OlderCopyTest {
    @TempDir
    Path directory;

    private final HistoryFixture fixture = new HistoryFixture();

    private Path data() {
        return directory.resolve("data");
    }

    private Path database() {
        return data().resolve("messages.db");
    }

    private Path backup() {
        return directory.resolve("backup.db");
    }

    private void backUp() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database());
                Statement statement = connection.createStatement()) {
            statement.execute("VACUUM INTO '" + backup() + "'");
        }
    }

    private void putBack() throws IOException {
        Files.deleteIfExists(data().resolve("messages.db-wal"));
        Files.deleteIfExists(data().resolve("messages.db-shm"));
        Files.copy(backup(), database(), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void backupOfAStoppedServer_beginsAnEpoch() throws Exception {
        try (SqliteHistory history = fixture.open(data())) {
            fixture.stored(history, "a");
        }
        backUp();
        try (SqliteHistory history = fixture.open(data())) {
            assertThat(fixture.stored(history, "b")).isEqualTo(new Position(1, 2));
        }
        putBack();
        try (SqliteHistory history = fixture.open(data())) {
            assertThat(fixture.everything(history)).containsExactly("a");
            assertThat(fixture.stored(history, "c")).isEqualTo(new Position(2, 1));
        }
    }

    @Test
    void backupOfARunningServer_afterItsStop_beginsAnEpoch() throws Exception {
        try (SqliteHistory history = fixture.open(data())) {
            fixture.stored(history, "a");
            backUp();
            fixture.stored(history, "b");
        }
        putBack();
        assertEpoch(2);
    }

    @Test
    void backupOfARunningServer_afterItsCrash_beginsAnEpoch() throws Exception {
        Path crashed = directory.resolve("crashed");
        try (SqliteHistory history = fixture.open(data())) {
            fixture.stored(history, "a");
            backUp();
            fixture.stored(history, "b");
            Copies.crashed(data(), crashed);
        }
        Files.deleteIfExists(crashed.resolve("messages.db-wal"));
        Files.copy(backup(), crashed.resolve("messages.db"), StandardCopyOption.REPLACE_EXISTING);
        try (SqliteHistory history = fixture.open(crashed)) {
            assertThat(HistoryFixture.epoch(history)).isEqualTo(2);
        }
    }

    @Test
    void backupThatHasEverything_keepsTheEpoch() throws Exception {
        try (SqliteHistory history = fixture.open(data())) {
            fixture.stored(history, "a");
        }
        backUp();
        putBack();
        assertEpoch(1);
    }

    @Test
    void databaseThatIsGone_beginsAnEpoch() throws Exception {
        try (SqliteHistory history = fixture.open(data())) {
            fixture.stored(history, "a");
        }
        Files.delete(database());
        assertEpoch(2);
    }

    @Test
    void databaseFromElsewhere_beginsAnEpoch() throws Exception {
        try (SqliteHistory history = fixture.open(data())) {
            fixture.stored(history, "a");
        }
        Files.delete(data().resolve("messages.db.top"));
        assertEpoch(2);
        assertEpoch(2);
    }

    @Test
    void backupOfAnEarlierEpoch_beginsOneThatNobodyKnows() throws Exception {
        try (SqliteHistory history = fixture.open(data())) {
            fixture.stored(history, "a");
        }
        backUp();
        for (int i = 0; i < 3; i++) {
            Files.delete(data().resolve("messages.db.top"));
            assertEpoch(2 + i);
        }
        putBack();
        assertEpoch(5);
    }

    /** The newest row went by retention: the witness must not take that for a loss. */
    @Test
    void newestRowThatWasTrimmed_keepsTheEpoch_alsoAfterACrash() throws Exception {
        Path crashed = directory.resolve("crashed");
        try (SqliteHistory history = fixture.open(data())) {
            fixture.stored(history, "a");
            HistoryFixture.await(history.open(
                    HistoryFixture.ROOM,
                    new Retention(Retention.UNLIMITED, Duration.ofHours(1), Retention.UNLIMITED, true)));
            fixture.clock.advance(Duration.ofHours(2));
            while (HistoryFixture.await(history.trimNow())) {
                // Again: a look finds a bounded number of rooms.
            }
            assertThat(fixture.everything(history)).isEmpty();
            Copies.crashed(data(), crashed);
        }
        try (SqliteHistory history = fixture.open(crashed)) {
            assertThat(HistoryFixture.epoch(history)).isEqualTo(1);
        }
        assertEpoch(1);
    }

    private void assertEpoch(long epoch) {
        try (SqliteHistory history = fixture.open(data())) {
            assertThat(HistoryFixture.epoch(history)).isEqualTo(epoch);
        }
    }
}
