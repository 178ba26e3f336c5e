package earshot.product.kaiku.sql;

import earshot.product.kaiku.Person;
import earshot.product.kaiku.store.PeopleTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@link PeopleTable} in SQL. */
record SqlPeople(Sql sql) implements PeopleTable {
    static final String COLUMNS =
            "p.id AS person_id, p.username, p.display_name, p.avatar_url, p.email, p.status, p.created_at AS person_created";
    private static final String FROM = "SELECT " + COLUMNS + ", p.password_hash FROM person p ";
    private static final int AT_ONCE = 500;

    /** From {@link #COLUMNS}. */
    static Person person(ResultSet row) throws SQLException {
        return new Person(
                Sql.id(row, "person_id"),
                row.getString("username"),
                row.getString("display_name"),
                row.getString("avatar_url"),
                row.getString("email"),
                row.getString("status"),
                row.getLong("person_created"));
    }

    @Override
    public Optional<Person> find(UUID id) {
        return sql.one(FROM + "WHERE p.id = ?", SqlPeople::person, id);
    }

    @Override
    public List<Person> all(Collection<UUID> ids) {
        List<UUID> left = List.copyOf(ids);
        List<Person> found = new ArrayList<>();
        for (int at = 0; at < left.size(); at += AT_ONCE) {
            List<UUID> some = left.subList(at, Math.min(left.size(), at + AT_ONCE));
            String where = FROM + "WHERE p.id IN (" + Sql.marks(some.size()) + ")";
            found.addAll(sql.list(where, SqlPeople::person, some.toArray()));
        }
        return found;
    }

    @Override
    public Optional<Known> byUsername(String username) {
        return sql.one(
                FROM + "WHERE p.username = ?", row -> new Known(person(row), row.getString("password_hash")), username);
    }

    @Override
    public boolean isEmpty() {
        return !sql.exists("SELECT id FROM person LIMIT 1");
    }

    @Override
    public boolean insert(Person person, @Nullable String passwordHash) {
        return sql.change(
                        """
                        INSERT INTO person (id, username, display_name, avatar_url, email, status, password_hash, created_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
                        person.id(),
                        person.username(),
                        person.displayName(),
                        person.avatarUrl(),
                        person.email(),
                        person.status(),
                        passwordHash,
                        person.createdMillis())
                == 1;
    }

    @Override
    public boolean update(Person person) {
        if (person.email() != null
                && sql.exists("SELECT id FROM person WHERE email = ? AND id <> ?", person.email(), person.id()))
            return false;
        return sql.change(
                        "UPDATE person SET display_name = ?, avatar_url = ?, email = ?, status = ? WHERE id = ?",
                        person.displayName(),
                        person.avatarUrl(),
                        person.email(),
                        person.status(),
                        person.id())
                == 1;
    }

    @Override
    public void setPassword(UUID id, String passwordHash) {
        sql.change("UPDATE person SET password_hash = ? WHERE id = ?", passwordHash, id);
    }

    @Override
    public long signedOutMillis(UUID id) {
        return sql.one("SELECT signed_out_at FROM person WHERE id = ?", row -> row.getLong("signed_out_at"), id)
                .orElse(0L);
    }

    @Override
    public void signedOut(UUID id, long atMillis) {
        sql.change("UPDATE person SET signed_out_at = ? WHERE id = ?", atMillis, id);
    }

    @Override
    public Optional<Preferences> preferences(UUID id) {
        return sql.one(
                "SELECT preferences, preferences_at FROM person WHERE id = ? AND preferences IS NOT NULL",
                row -> new Preferences(row.getString("preferences"), row.getLong("preferences_at")),
                id);
    }

    @Override
    public void putPreferences(UUID id, Preferences preferences) {
        sql.change(
                "UPDATE person SET preferences = ?, preferences_at = ? WHERE id = ?",
                preferences.json(),
                preferences.updatedMillis(),
                id);
    }
}
