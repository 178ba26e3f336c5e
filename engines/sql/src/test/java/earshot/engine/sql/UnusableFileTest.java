package earshot.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import earshot.core.telemetry.Meter;
import earshot.core.testkit.ManualClock;
import earshot.engine.sql.DatabaseUnusable.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnusableFileTest {
    @TempDir
    Path data;

    private final ManualClock clock = new ManualClock();

    @Test
    void open_noDatabase_saysCorrupt() throws IOException {
        Files.writeString(file(), "this is a text, and long enough to be taken for a header of a file of its own");
        assertUnusable(Reason.CORRUPT, "backup");
    }

    @Test
    void open_damagedPages_saysCorrupt() throws IOException {
        openHistory().close();
        byte[] bytes = Files.readAllBytes(file());
        for (int i = 100; i < bytes.length; i++) bytes[i] = (byte) (bytes[i] ^ 0x5a);
        Files.write(file(), bytes);
        assertUnusable(Reason.CORRUPT, "backup");
    }

    @Test
    void open_foreignDatabase_saysForeign() {
        Copies.change(file(), "CREATE TABLE recipe (name TEXT)");
        assertUnusable(Reason.FOREIGN, "something else");
        assertThat(Copies.number(file(), "SELECT count(*) FROM recipe")).isZero();
    }

    @Test
    void open_twice_saysLocked() {
        try (SqliteHistory _ = openHistory()) {
            assertUnusable(Reason.LOCKED, "another process");
        }
        openHistory().close();
    }

    @Test
    void open_newerSchema_saysNewer() {
        openHistory().close();
        Copies.change(file(), "INSERT INTO schema_version (version, name) VALUES (99, 'from the future')");
        assertUnusable(Reason.NEWER, "newer Earshot");
    }

    @Test
    void open_directoryInItsPlace_saysNotWritable() throws IOException {
        Files.createDirectory(file());
        assertUnusable(Reason.NOT_WRITABLE, "readable and writable");
    }

    @Test
    void open_fileWhereTheDirectoryShouldBe_saysNotWritable() throws IOException {
        Path place = data.resolve("taken");
        Files.writeString(place, "");
        DatabaseUnusable error = catchThrowableOfType(
                DatabaseUnusable.class,
                () -> SqliteHistory.open(place.resolve("below"), SqliteSettings.DEFAULT, clock, Meter.NONE));
        assertThat(error.reason()).isEqualTo(Reason.NOT_WRITABLE);
    }

    @Test
    void open_again_appliesNoMigrationTwice() {
        openHistory().close();
        openHistory().close();
        assertThat(Copies.number(file(), "SELECT count(*) FROM schema_version"))
                .isEqualTo(Schema.MESSAGES.steps().size());
    }

    private void assertUnusable(Reason reason, String advice) {
        DatabaseUnusable error =
                catchThrowableOfType(DatabaseUnusable.class, () -> openHistory().close());
        assertThat(error.reason()).isEqualTo(reason);
        assertThat(error).hasMessageContaining(file().toString()).hasMessageContaining(advice);
    }

    private SqliteHistory openHistory() {
        return SqliteHistory.open(data, SqliteSettings.DEFAULT, clock, Meter.NONE);
    }

    private Path file() {
        return data.resolve("messages.db");
    }
}
