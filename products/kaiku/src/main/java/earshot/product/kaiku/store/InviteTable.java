package earshot.product.kaiku.store;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Invitations to guilds. See {@link Tables}. */
public interface InviteTable {
    /** @param expiresMillis {@link Long#MAX_VALUE}: never */
    record Invite(
            UUID id, UUID guildId, String code, UUID createdBy, long expiresMillis, int useCount, long createdMillis) {}

    /** False: the code is taken. */
    boolean insert(Invite invite);

    Optional<Invite> find(String code);

    /** Those that still count, the newest first. */
    List<Invite> of(UUID guild, long nowMillis);

    void countUse(UUID id);

    boolean delete(UUID guild, String code);
}
