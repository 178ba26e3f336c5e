package earshot.product.kaiku.store;

import earshot.product.kaiku.Friendship;
import earshot.product.kaiku.Person;
import earshot.product.kaiku.Relations;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Friends, requests and blocks. See {@link Tables}. */
public interface FriendshipTable {
    /** @param person the other one */
    record With(Friendship friendship, Person person) {}

    Optional<Friendship> find(UUID id);

    /** In either direction. */
    List<Friendship> between(UUID one, UUID other);

    /** By the other one's name; blocks only those that the user made. */
    List<With> of(UUID user, Friendship.State state);

    Relations relations(UUID user);

    /** False: there is one in this direction. */
    boolean insert(Friendship friendship);

    void update(Friendship friendship);

    void delete(UUID id);
}
