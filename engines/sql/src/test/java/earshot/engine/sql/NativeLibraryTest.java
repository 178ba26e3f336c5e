package earshot.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the library is loaded from there, and removed, is seen at a whole process: {@code StopTest} in {@code it}. */
class NativeLibraryTest {
    @TempDir
    Path directory;

    @Test
    void clear_removesWhatTheDriverLeft_andNothingElse() throws IOException {
        Files.createFile(directory.resolve("sqlite-3.54.1.0-11111111-libsqlitejdbc.so"));
        Files.createFile(directory.resolve("sqlite-3.54.1.0-11111111-libsqlitejdbc.so.lck"));
        Files.createFile(directory.resolve("notes.txt"));
        NativeLibrary.clear(directory);
        assertThat(directory.toFile().list()).containsExactly("notes.txt");
    }
}
