package earshot.product.kaiku.store;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Logins that can be refreshed, by a hash of the refresh token. See {@link Tables}. */
public interface LoginTable {
    /**
     * @param tokenHash SHA-256 in hex; the token itself is nowhere
     * @param remote the client's address, for its owner to see
     * @param agent what the client called itself, at most 512 characters
     */
    record Login(
            String tokenHash,
            UUID id,
            UUID userId,
            long createdMillis,
            long expiresMillis,
            String remote,
            String agent) {}

    void insert(Login login);

    Optional<Login> find(String tokenHash);

    /** Removes and returns it, for whoever asks first. */
    Optional<Login> take(String tokenHash);

    /** The newest first. */
    List<Login> of(UUID user);

    boolean delete(UUID user, UUID id);

    int deleteAll(UUID user);

    int deleteExpired(long nowMillis);
}
