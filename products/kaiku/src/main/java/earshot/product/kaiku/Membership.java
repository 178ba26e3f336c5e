package earshot.product.kaiku;

import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * That somebody is in a guild.
 *
 * @param roles those that were given; that of everybody is not among them
 */
public record Membership(
        UUID guildId, UUID userId, @Nullable String nickname, long joinedMillis, Set<UUID> roles) {
    public Membership {
        roles = Set.copyOf(roles);
    }
}
