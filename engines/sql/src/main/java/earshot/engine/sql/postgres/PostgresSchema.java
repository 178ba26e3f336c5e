package earshot.engine.sql.postgres;

import earshot.engine.sql.DatabaseUnusable;
import earshot.engine.sql.DatabaseUnusable.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The tables in a schema ({@code earshot}, and one for each product's tables) of a database that others may use too, and the steps that led there. Steps are never changed after a release,
 * only added. Several nodes may start at once: one does the work, the others wait for it and find it done.
 */
final class PostgresSchema {
    /** Under {@code /migrations/postgres}, without {@code .sql}, in order. */
    private static final List<String> STEPS = List.of("0001-archive", "0002-people");

    /** "earshot" in ASCII: the advisory lock that whoever migrates has. */
    private static final long LOCK = 0x65617273686f74L;

    private final String schema;
    private final List<String> steps;
    private final String shown;

    PostgresSchema(String shown) {
        this("earshot", STEPS, shown);
    }

    /** @param schema a name of PostgreSQL's that needs no quotes */
    PostgresSchema(String schema, List<String> steps, String shown) {
        this.schema = schema;
        this.steps = steps;
        this.shown = shown;
    }

    /** Brings the tables to the newest step, in one transaction. Throws {@link DatabaseUnusable} when they are newer. */
    void migrate(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try {
            // Ends with the transaction, however that ends.
            execute(connection, "SELECT pg_advisory_xact_lock(" + LOCK + ")");
            int version = version(connection);
            if (version > steps.size()) throw newer(version);
            for (int next = version + 1; next <= steps.size(); next++) apply(connection, next);
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        }
    }

    private int version(Connection connection) throws SQLException {
        if (number(connection, "SELECT count(*) FROM pg_namespace WHERE nspname = '" + schema + "'") == 0)
            execute(connection, "CREATE SCHEMA " + schema);
        execute(
                connection,
                "CREATE TABLE IF NOT EXISTS " + schema
                        + ".schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL)");
        return (int) number(connection, "SELECT coalesce(max(version), 0) FROM " + schema + ".schema_version");
    }

    private void apply(Connection connection, int version) throws SQLException {
        String name = steps.get(version - 1);
        execute(connection, text(name));
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO " + schema + ".schema_version (version, name) VALUES (?, ?)")) {
            insert.setInt(1, version);
            insert.setString(2, name);
            insert.executeUpdate();
        }
    }

    private static String text(String name) {
        String resource = "/migrations/postgres/" + name + ".sql";
        try (InputStream in = PostgresSchema.class.getResourceAsStream(resource)) {
            if (in == null) throw new IllegalStateException("resource: " + resource + " (expected: a migration)");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DatabaseUnusable newer(int version) {
        return new DatabaseUnusable(
                Reason.NEWER,
                shown + " was used by a newer Earshot (its schema is " + version + ", this one knows " + steps.size()
                        + "). Start the newer version, or put back the backup from before the update.");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.next() ? result.getLong(1) : 0;
        }
    }
}
