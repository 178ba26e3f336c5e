package earshot.engine.sql;

import earshot.engine.sql.DatabaseUnusable.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * What tables a file has, and the steps that led there. Steps are never changed after a release, only added.
 *
 * @param folder under {@code /migrations/sqlite}
 * @param applicationId written into the file's header, so that one database is not taken for another
 * @param pageBytes of a new file, 512..65,536
 * @param steps resource names without {@code .sql}, in order
 */
record Schema(String folder, int applicationId, int pageBytes, List<String> steps) {
    /** A commit changes a page of the index for each room in it, and all of each goes into the log: small pages make it a third. */
    static final Schema MESSAGES = new Schema("messages", 0x45736d31, 1024, List.of("0001-entries"));

    static final Schema DIRECTORY =
            new Schema("directory", 0x45736431, 4096, List.of("0001-people", "0002-usage", "0003-resume"));

    /** Brings the file to the newest step, in one transaction each. */
    void migrate(Connection connection, Path path) throws SQLException {
        SqliteFile.execute(connection, "BEGIN IMMEDIATE");
        try {
            int version = version(connection, path);
            if (version > steps.size()) throw newer(path, version);
            for (int next = version + 1; next <= steps.size(); next++) apply(connection, next);
            SqliteFile.execute(connection, "COMMIT");
        } catch (SQLException | RuntimeException e) {
            SqliteFile.execute(connection, "ROLLBACK");
            throw e;
        }
    }

    private int version(Connection connection, Path path) throws SQLException {
        long id = number(connection, "PRAGMA application_id");
        boolean empty = number(connection, "SELECT count(*) FROM sqlite_schema") == 0;
        if (!empty && id != applicationId) {
            throw new DatabaseUnusable(
                    Reason.FOREIGN,
                    path + " is a database of something else. Move it away, or give another directory with --data.");
        }
        if (empty) {
            SqliteFile.execute(connection, "PRAGMA application_id=" + applicationId);
            SqliteFile.execute(
                    connection, "CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL)");
        }
        return (int) number(connection, "SELECT coalesce(max(version), 0) FROM schema_version");
    }

    private void apply(Connection connection, int version) throws SQLException {
        String name = steps.get(version - 1);
        for (String sql : statements(name)) SqliteFile.execute(connection, sql);
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO schema_version (version, name) VALUES (?, ?)")) {
            insert.setInt(1, version);
            insert.setString(2, name);
            insert.executeUpdate();
        }
    }

    private List<String> statements(String name) {
        String resource = "/migrations/sqlite/" + folder + "/" + name + ".sql";
        try (InputStream in = Schema.class.getResourceAsStream(resource)) {
            if (in == null) throw new IllegalStateException("resource: " + resource + " (expected: a migration)");
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return all.lines()
                    .filter(line -> !line.startsWith("--"))
                    .collect(java.util.stream.Collectors.joining("\n"))
                    .transform(text -> List.of(text.split(";\\s*\\n")).stream()
                            .map(String::strip)
                            .filter(sql -> !sql.isEmpty())
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DatabaseUnusable newer(Path path, int version) {
        return new DatabaseUnusable(
                Reason.NEWER,
                path + " was written by a newer Earshot (its schema is " + version + ", this one knows " + steps.size()
                        + "). Start the newer version, or put back the backup from before the update.");
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.next() ? result.getLong(1) : 0;
        }
    }
}
