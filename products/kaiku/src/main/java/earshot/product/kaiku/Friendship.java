package earshot.product.kaiku;

import java.util.Locale;
import java.util.UUID;

/**
 * What two people are to each other: a request, friends, or blocked by one. At most one row for a pair, but two when each blocks the other.
 *
 * @param requesterId who asked; the one who blocks
 */
public record Friendship(
        UUID id, UUID requesterId, UUID addresseeId, State state, long createdMillis, long updatedMillis) {
    /** Where it stands. */
    public enum State {
        PENDING,
        ACCEPTED,
        BLOCKED;

        /** As clients and tables write it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public UUID other(UUID user) {
        return requesterId.equals(user) ? addresseeId : requesterId;
    }
}
