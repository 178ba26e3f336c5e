package earshot.engine.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** A data directory as a crash would leave it: a copy of the files while they are in use. And a hand that changes files from outside. */
final class Copies {
    private Copies() {}

    static Path crashed(Path directory, Path to) {
        try {
            Files.createDirectories(to);
            for (String file :
                    List.of("messages.db", "messages.db-wal", "messages.db.top", "directory.db", "directory.db-wal")) {
                Path from = directory.resolve(file);
                if (Files.exists(from)) Files.copy(from, to.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            return to;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static void change(Path file, String... sqls) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String sql : sqls) statement.executeUpdate(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    static long number(Path file, String sql) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
