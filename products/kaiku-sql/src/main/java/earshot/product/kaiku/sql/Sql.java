package earshot.product.kaiku.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Statements of one transaction, in words that SQLite and PostgreSQL both understand. Confined to the thread of the transaction. */
final class Sql {
    /** The database did not do it: carried out of functions that know nothing of SQL. */
    static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final SQLException why;

        Failed(SQLException why) {
            super(why);
            this.why = why;
        }

        SQLException why() {
            return why;
        }
    }

    /** What a row is read as. */
    interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    private final Connection connection;
    private final boolean nativeIds;

    /** @param nativeIds whether the database has a type for UUIDs; else they are text */
    Sql(Connection connection, boolean nativeIds) {
        this.connection = connection;
        this.nativeIds = nativeIds;
    }

    /** How many rows it touched. */
    int change(String sql, @Nullable Object... values) {
        try (PreparedStatement statement = prepared(sql, values)) {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new Failed(e);
        }
    }

    <T> List<T> list(String sql, Row<T> row, @Nullable Object... values) {
        try (PreparedStatement statement = prepared(sql, values);
                ResultSet rows = statement.executeQuery()) {
            List<T> all = new ArrayList<>();
            while (rows.next()) all.add(row.of(rows));
            return all;
        } catch (SQLException e) {
            throw new Failed(e);
        }
    }

    /** The first row. */
    <T> Optional<T> one(String sql, Row<T> row, @Nullable Object... values) {
        return list(sql, row, values).stream().findFirst();
    }

    boolean exists(String sql, @Nullable Object... values) {
        return !list(sql, _ -> true, values).isEmpty();
    }

    private PreparedStatement prepared(String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            for (int i = 0; i < values.length; i++) set(statement, i + 1, values[i]);
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    private void set(PreparedStatement statement, int at, @Nullable Object value) throws SQLException {
        switch (value) {
            case UUID id when !nativeIds -> statement.setString(at, id.toString());
            case Boolean yes -> statement.setBoolean(at, yes);
            case Integer number -> statement.setInt(at, number);
            case Long number -> statement.setLong(at, number);
            case String text -> statement.setString(at, text);
            case null, default -> statement.setObject(at, value);
        }
    }

    /** As many question marks as there are values. */
    static String marks(int count) {
        return "?" + ", ?".repeat(count - 1);
    }

    static UUID id(ResultSet row, String column) throws SQLException {
        return UUID.fromString(row.getString(column));
    }

    static @Nullable UUID maybeId(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        return text == null ? null : UUID.fromString(text);
    }

    static @Nullable Integer maybeInt(ResultSet row, String column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? null : value;
    }
}
