package earshot.product.kaiku;

import java.util.Set;
import java.util.UUID;

/**
 * Who somebody's friends are, whom they block and who blocks them. Immutable.
 *
 * @param friends accepted ones
 */
public record Relations(Set<UUID> friends, Set<UUID> blocked, Set<UUID> blockedBy) {
    public Relations {
        friends = Set.copyOf(friends);
        blocked = Set.copyOf(blocked);
        blockedBy = Set.copyOf(blockedBy);
    }

    /** Either of them blocks the other. */
    public boolean isBlocked(UUID other) {
        return blocked.contains(other) || blockedBy.contains(other);
    }
}
