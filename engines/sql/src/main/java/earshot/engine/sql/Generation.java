package earshot.engine.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Which epoch the log is in, and whether it may have gone back since it was last open. Written by the writer, read by everybody.
 *
 * <p>A start after a clean stop goes on in the same epoch. So does a start after a crash when nothing that was answered can be missing:
 * {@code committed} after the death of the process on the same boot of the machine, {@code synced} always. Otherwise a new epoch begins. So it does
 * when the file is an older copy of what ran here last ({@link Witness}).
 */
final class Generation {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private volatile long epoch;

    private Generation(long epoch) {
        this.epoch = epoch;
    }

    /** Must be committed to the disk itself before the first append: a clean flag that comes back after a power loss would be a lie. */
    static Generation begin(Connection connection, Durability durability, Witness witness) throws SQLException {
        String bootId = bootId();
        SqliteFile.execute(connection, "PRAGMA synchronous=EXTRA");
        SqliteFile.execute(connection, "BEGIN IMMEDIATE");
        long epoch = next(connection, bootId, witness.last());
        write(connection, "epoch", Long.toString(epoch));
        write(connection, "boot", bootId);
        write(connection, "clean", "no");
        write(connection, "durability", durability.name());
        SqliteFile.execute(connection, "COMMIT");
        SqliteFile.execute(connection, "PRAGMA synchronous=" + durability.synchronous());
        witness.write(epoch, top(connection));
        return new Generation(epoch);
    }

    long epoch() {
        return epoch;
    }

    /** Answered entries were lost while running: what comes now is another history. Within a transaction. */
    void advance(Connection connection) throws SQLException {
        long next = epoch + 1;
        write(connection, "epoch", Long.toString(next));
        epoch = next;
    }

    static void endClean(Connection connection) throws SQLException {
        write(connection, "clean", "yes");
    }

    private static long next(Connection connection, String bootId, Witness.@Nullable Seen seen) throws SQLException {
        String before = read(connection, "epoch", "");
        // A file that was taken away and is made anew: those who were here before know places in the old one.
        if (before.isEmpty()) return seen == null ? 1 : seen.epoch() + 1;
        long epoch = Long.parseLong(before);
        boolean goneBack = wasCutShort(connection, bootId) || isAnOlderCopy(connection, epoch, seen);
        return Math.max(epoch, seen == null ? 0 : seen.epoch()) + (goneBack ? 1 : 0);
    }

    private static boolean wasCutShort(Connection connection, String bootId) throws SQLException {
        boolean clean = read(connection, "clean", "no").equals("yes");
        String boot = read(connection, "boot", "");
        boolean machineRestarted = boot.isEmpty() || !boot.equals(bootId);
        Durability durability = Durability.valueOf(read(connection, "durability", Durability.ASYNC.name()));
        return !clean && durability.mayHaveGoneBack(machineRestarted);
    }

    /** A backup in the place of a file that had more, or a file from elsewhere, of which nothing is known. */
    private static boolean isAnOlderCopy(Connection connection, long epoch, Witness.@Nullable Seen seen)
            throws SQLException {
        return seen == null || seen.epoch() > epoch || seen.top() > top(connection);
    }

    /** The number of the log's newest row; 0 when it is empty. */
    static long top(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT coalesce(max(seq), 0) FROM entry")) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    static String read(Connection connection, String name, String otherwise) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT value FROM state WHERE name = ?")) {
            select.setString(1, name);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getString(1) : otherwise;
            }
        }
    }

    static void write(Connection connection, String name, String value) throws SQLException {
        try (PreparedStatement upsert =
                connection.prepareStatement("INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)")) {
            upsert.setString(1, name);
            upsert.setString(2, value);
            upsert.executeUpdate();
        }
    }

    /** Empty where the system does not tell: then every crash counts as one of the machine. */
    private static String bootId() {
        try {
            return Files.readString(BOOT_ID).strip();
        } catch (IOException _) {
            return "";
        }
    }
}
