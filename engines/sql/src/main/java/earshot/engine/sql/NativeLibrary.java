package earshot.engine.sql;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sqlite.SQLiteJDBCLoader;

/**
 * Where the driver unpacks SQLite's native library. Its own choice is the system's directory for temporary files, where each process that is killed
 * or halted leaves a copy of a megabyte and more that nobody removes, and which a container may not let us write or execute. So a directory beside
 * the database is used, which only the process that holds the database's lock works in, and which is gone again when the library is loaded.
 */
final class NativeLibrary {
    static final String DIRECTORY = "native";

    /** The driver's own property; whoever sets it knows better. */
    private static final String PLACE = "org.sqlite.tmpdir";

    private NativeLibrary() {}

    /** Once in a process, by who holds the database's lock, before the first connection. Fails for no reason of its own. */
    static void unpackBeside(Path database) {
        if (System.getProperty(PLACE) != null) return;
        Path own = database.resolveSibling(DIRECTORY);
        try {
            Files.createDirectories(own);
            clear(own);
        } catch (IOException _) {
            return; // The driver's own place is as good, and whether the data can be written is said elsewhere.
        }
        System.setProperty(PLACE, own.toString());
        try {
            SQLiteJDBCLoader.initialize();
        } catch (Exception _) {
            // A disk that is full, or from which nothing may be executed. The driver tries again at the first
            // connection.
            System.clearProperty(PLACE);
        }
        remove(own);
    }

    /** What is loaded needs its file no more, except on Windows, where the next start removes it. */
    private static void remove(Path own) {
        try {
            clear(own);
            Files.deleteIfExists(own);
        } catch (IOException _) {
            // It is in nobody's way.
        }
    }

    /** Removes what the driver left. A library that some process has loaded all the same goes on working without its name. */
    static void clear(Path own) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(own, "sqlite-*")) {
            for (Path each : left) Files.deleteIfExists(each);
        }
    }
}
