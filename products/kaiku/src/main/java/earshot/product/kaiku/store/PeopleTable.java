package earshot.product.kaiku.store;

import earshot.product.kaiku.Person;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Users. See {@link Tables}. */
public interface PeopleTable {
    /** A person with what proves who they are; null: they cannot log in with a password. */
    record Known(Person person, @Nullable String passwordHash) {}

    /** @param json an object */
    record Preferences(String json, long updatedMillis) {}

    Optional<Person> find(UUID id);

    /** Those of them that there are, in any order. */
    List<Person> all(Collection<UUID> ids);

    Optional<Known> byUsername(String username);

    boolean isEmpty();

    /** False: id, name or address is taken. */
    boolean insert(Person person, @Nullable String passwordHash);

    /** All but the id, the name and the time of joining. False: there is none, or the address is another one's. */
    boolean update(Person person);

    void setPassword(UUID id, String passwordHash);

    /** When all logins ended last; 0: never. */
    long signedOutMillis(UUID id);

    void signedOut(UUID id, long atMillis);

    Optional<Preferences> preferences(UUID id);

    void putPreferences(UUID id, Preferences preferences);
}
