package earshot.engine.sql;

import earshot.engine.sql.DatabaseUnusable.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * One SQLite database file: who may use it, and connections to it. Opened once, closed after its connections. What is wrong with the file is
 * told as {@link DatabaseUnusable}.
 */
final class SqliteFile implements AutoCloseable {
    /** Above this size a start does not read the whole file to check it. */
    private static final long CHECKED_BYTES = 32L << 20;

    private final Path path;
    private final Schema schema;
    private final @Nullable FileChannel lock;
    private @Nullable Object databaseKey;
    private @Nullable Object walKey;

    private SqliteFile(Path path, Schema schema, @Nullable FileChannel lock) {
        this.path = path;
        this.schema = schema;
        this.lock = lock;
    }

    /** Opens the file for this process alone, made or migrated as needed. */
    static SqliteFile open(Path path, Schema schema) {
        prepare(path);
        SqliteFile file = new SqliteFile(path, schema, lock(path));
        NativeLibrary.unpackBeside(path.toAbsolutePath());
        try {
            file.migrate();
            return file;
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Opens the file beside a process that may have it open already: for a short visit of the command line. */
    static SqliteFile visit(Path path, Schema schema) {
        prepare(path);
        SqliteFile file = new SqliteFile(path, schema, null);
        file.migrate();
        return file;
    }

    /** Throws {@link DatabaseUnusable}. */
    Witness witness() {
        try {
            return Witness.beside(path);
        } catch (IOException e) {
            throw disk(path, e);
        }
    }

    Path path() {
        return path;
    }

    /** Size of the write-ahead log; 0 when there is none. */
    long walBytes() {
        return walPath().toFile().length();
    }

    /**
     * Whether the files that are open are still those with their names: SQLite writes on into files that were deleted or replaced, and all of it
     * would be gone with the process. To be asked after {@link #remember}.
     */
    boolean isInPlace() {
        return Objects.equals(key(path), databaseKey) && (walKey == null || Objects.equals(key(walPath()), walKey));
    }

    /** To be called once when the database and its write-ahead log are there. */
    void remember() {
        databaseKey = key(path);
        walKey = key(walPath());
    }

    private static @Nullable Object key(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (IOException _) {
            return null;
        }
    }

    private Path walPath() {
        return path.resolveSibling(path.getFileName() + "-wal");
    }

    Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path.toAbsolutePath());
        try {
            execute(connection, "PRAGMA busy_timeout=3000");
            // Says something to a new file only, and only before anything is in it.
            execute(connection, "PRAGMA page_size=" + schema.pageBytes());
            execute(connection, "PRAGMA journal_mode=WAL");
            execute(connection, "PRAGMA synchronous=NORMAL");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    Connection connectToRead() throws SQLException {
        Connection connection = connect();
        execute(connection, "PRAGMA query_only=ON");
        return connection;
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A connection problem while starting, said for the operator. */
    DatabaseUnusable unusable(SQLException e) {
        return explain(path, e);
    }

    @Override
    public void close() {
        if (lock == null) return;
        try {
            lock.close();
        } catch (IOException _) {
            // The lock goes with the process at the latest.
        }
    }

    private void migrate() {
        try (Connection connection = connect()) {
            checkSound(connection);
            schema.migrate(connection, path);
        } catch (SQLException e) {
            throw unusable(e);
        }
    }

    private void checkSound(Connection connection) throws SQLException {
        String check = path.toFile().length() <= CHECKED_BYTES ? "PRAGMA quick_check(1)" : "PRAGMA schema_version";
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(check)) {
            String answer = result.next() ? result.getString(1) : "";
            if (path.toFile().length() <= CHECKED_BYTES && !answer.equals("ok")) throw corrupt(path, null);
        }
    }

    private static void prepare(Path path) {
        Path directory = path.toAbsolutePath().getParent();
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new DatabaseUnusable(
                    Reason.NOT_WRITABLE,
                    "The data directory " + directory
                            + " cannot be made. Give another with --data, or make it writable.",
                    e);
        }
        if (Files.isDirectory(path) || (Files.exists(path) && !Files.isReadable(path)) || !isWritable(path)) {
            throw notWritable(path, null);
        }
    }

    private static boolean isWritable(Path path) {
        Path directory = path.toAbsolutePath().getParent();
        return Files.isWritable(directory) && (!Files.exists(path) || Files.isWritable(path));
    }

    /** Taken by the system for as long as the process lives, so that kill -9 leaves no lock behind. */
    private static FileChannel lock(Path path) {
        Path lockFile = path.resolveSibling(path.getFileName() + ".lock");
        try {
            FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isTaken(channel)) {
                channel.close();
                throw locked(path, null);
            }
            return channel;
        } catch (AccessDeniedException e) {
            throw notWritable(path, e);
        } catch (IOException e) {
            throw disk(path, e);
        }
    }

    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            FileLock taken = channel.tryLock();
            return taken == null;
        } catch (OverlappingFileLockException _) {
            return true;
        }
    }

    private static DatabaseUnusable explain(Path path, SQLException e) {
        int code = e instanceof SQLiteException known ? known.getResultCode().code & 0xff : e.getErrorCode() & 0xff;
        if (code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code)
            return corrupt(path, e);
        if (code == SQLiteErrorCode.SQLITE_BUSY.code || code == SQLiteErrorCode.SQLITE_LOCKED.code)
            return locked(path, e);
        if (code == SQLiteErrorCode.SQLITE_READONLY.code
                || code == SQLiteErrorCode.SQLITE_CANTOPEN.code
                || code == SQLiteErrorCode.SQLITE_PERM.code) return notWritable(path, e);
        return disk(path, e);
    }

    private static DatabaseUnusable corrupt(Path path, @Nullable SQLException e) {
        String message = path + " is damaged or no SQLite database. Move it and its -wal and -shm files away to start"
                + " empty, or put a backup in its place.";
        return e == null
                ? new DatabaseUnusable(Reason.CORRUPT, message)
                : new DatabaseUnusable(Reason.CORRUPT, message, e);
    }

    private static DatabaseUnusable locked(Path path, @Nullable SQLException e) {
        String message = path + " is in use by another process. Stop the other one, or give this one its own directory"
                + " with --data.";
        return e == null
                ? new DatabaseUnusable(Reason.LOCKED, message)
                : new DatabaseUnusable(Reason.LOCKED, message, e);
    }

    private static DatabaseUnusable notWritable(Path path, @Nullable Exception e) {
        String message = path + " and its directory must be readable and writable for the user who runs the server."
                + " Change their owner or mode, or give another directory with --data.";
        return e == null
                ? new DatabaseUnusable(Reason.NOT_WRITABLE, message)
                : new DatabaseUnusable(Reason.NOT_WRITABLE, message, e);
    }

    private static DatabaseUnusable disk(Path path, Exception e) {
        if (e instanceof FileSystemException f && String.valueOf(f.getReason()).contains("ead-only"))
            return notWritable(path, e);
        return new DatabaseUnusable(
                Reason.DISK, path + " cannot be opened: the disk is full or fails. Make room, then start again.", e);
    }
}
