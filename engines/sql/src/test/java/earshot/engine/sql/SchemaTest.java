package earshot.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.engine.sql.DatabaseUnusable.Reason;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of an older version is brought to the newest step, whole or not at all. */
class SchemaTest {
    private static final Schema OLD = new Schema("sample", 7, 4096, List.of("0001-first"));
    private static final Schema NEW = new Schema("sample", 7, 4096, List.of("0001-first", "0002-second"));
    private static final Schema BROKEN =
            new Schema("sample", 7, 4096, List.of("0001-first", "0002-second", "0003-broken"));

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("sample.db");
    }

    private void open(Schema schema) {
        SqliteFile.open(file(), schema).close();
    }

    @Test
    void olderFile_isMigrated_andKeepsItsRows() {
        open(OLD);
        Copies.change(file(), "INSERT INTO thing (name) VALUES ('one')");
        open(NEW);
        assertThat(Copies.number(file(), "SELECT size FROM thing WHERE name = 'one'"))
                .isEqualTo(1);
        assertThat(Copies.number(file(), "SELECT max(version) FROM schema_version"))
                .isEqualTo(2);
    }

    @Test
    void step_thatFails_leavesTheFileAsItWas_forTheVersionBefore() {
        open(OLD);
        Copies.change(file(), "INSERT INTO thing (name) VALUES ('one')");
        assertThatThrownBy(() -> open(BROKEN)).isInstanceOf(DatabaseUnusable.class);
        assertThat(Copies.number(file(), "SELECT max(version) FROM schema_version"))
                .isEqualTo(1);
        assertThat(Copies.number(file(), "SELECT count(*) FROM sqlite_schema WHERE name IN ('other', 'thing_size')"))
                .isZero();
        open(NEW);
        assertThat(Copies.number(file(), "SELECT count(*) FROM thing")).isEqualTo(1);
    }

    @Test
    void newerFile_isRefusedByTheOlderVersion_andNotTouched() {
        open(NEW);
        assertThatThrownBy(() -> open(OLD))
                .isInstanceOfSatisfying(
                        DatabaseUnusable.class, e -> assertThat(e.reason()).isEqualTo(Reason.NEWER));
        open(NEW);
    }
}
