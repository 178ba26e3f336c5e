package earshot.core.message;

/**
 * A person (or bot), however many sessions they have. The same id in two realms is two users.
 *
 * @param realm the dialect that vouches for the id
 * @param id as that dialect spells it, never empty
 */
public record UserId(String realm, String id) {
    public UserId {
        if (id.isEmpty()) throw new IllegalArgumentException("id: empty (expected: a user id)");
    }

    @Override
    public String toString() {
        return realm + ":" + id;
    }
}
