package earshot.engine.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Which epoch the log is in, and whether it may have gone back since it was last open. Written by the writer, read by everybody.
 *
 * <p>A start after a clean stop goes on in the same epoch. So does a start after a crash when nothing that was answered can be missing:
 * {@code committed} after the death of the process on the same boot of the machine, {@code synced} always. Otherwise a new epoch begins.
 */
final class Generation {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private volatile long epoch;

    private Generation(long epoch) {
        this.epoch = epoch;
    }

    /** Must be committed to the disk itself before the first append: a clean flag that comes back after a power loss would be a lie. */
    static Generation begin(Connection connection, Durability durability) throws SQLException {
        return begin(connection, durability, bootId());
    }

    static Generation begin(Connection connection, Durability durability, String bootId) throws SQLException {
        SqliteFile.execute(connection, "PRAGMA synchronous=EXTRA");
        SqliteFile.execute(connection, "BEGIN IMMEDIATE");
        long epoch = next(connection, bootId);
        write(connection, "epoch", Long.toString(epoch));
        write(connection, "boot", bootId);
        write(connection, "clean", "no");
        write(connection, "durability", durability.name());
        SqliteFile.execute(connection, "COMMIT");
        SqliteFile.execute(connection, "PRAGMA synchronous=" + durability.synchronous());
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

    private static long next(Connection connection, String bootId) throws SQLException {
        String before = read(connection, "epoch", "");
        if (before.isEmpty()) return 1;
        boolean clean = read(connection, "clean", "no").equals("yes");
        String boot = read(connection, "boot", "");
        boolean machineRestarted = boot.isEmpty() || !boot.equals(bootId);
        Durability durability = Durability.valueOf(read(connection, "durability", Durability.ASYNC.name()));
        boolean goneBack = !clean && durability.mayHaveGoneBack(machineRestarted);
        return Long.parseLong(before) + (goneBack ? 1 : 0);
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
