package earshot.product.kaiku.sql;

import earshot.product.kaiku.store.LoginTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@link LoginTable} in SQL. */
record SqlLogins(Sql sql) implements LoginTable {
    private static final String COLUMNS = "token_hash, id, person, created_at, expires_at, remote, agent";

    private static Login login(ResultSet row) throws SQLException {
        return new Login(
                row.getString("token_hash"),
                Sql.id(row, "id"),
                Sql.id(row, "person"),
                row.getLong("created_at"),
                row.getLong("expires_at"),
                row.getString("remote"),
                row.getString("agent"));
    }

    @Override
    public void insert(Login login) {
        sql.change(
                "INSERT INTO login (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?)",
                login.tokenHash(),
                login.id(),
                login.userId(),
                login.createdMillis(),
                login.expiresMillis(),
                login.remote(),
                login.agent());
    }

    @Override
    public Optional<Login> find(String tokenHash) {
        return sql.one("SELECT " + COLUMNS + " FROM login WHERE token_hash = ?", SqlLogins::login, tokenHash);
    }

    @Override
    public Optional<Login> take(String tokenHash) {
        return sql.one("DELETE FROM login WHERE token_hash = ? RETURNING " + COLUMNS, SqlLogins::login, tokenHash);
    }

    @Override
    public List<Login> of(UUID user) {
        return sql.list(
                "SELECT " + COLUMNS + " FROM login WHERE person = ? ORDER BY created_at DESC, id",
                SqlLogins::login,
                user);
    }

    @Override
    public boolean delete(UUID user, UUID id) {
        return sql.change("DELETE FROM login WHERE person = ? AND id = ?", user, id) == 1;
    }

    @Override
    public int deleteAll(UUID user) {
        return sql.change("DELETE FROM login WHERE person = ?", user);
    }

    @Override
    public int deleteExpired(long nowMillis) {
        return sql.change("DELETE FROM login WHERE expires_at <= ?", nowMillis);
    }
}
