package earshot.product.kaiku;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A guild: people who share channels.
 *
 * @param ownerId always a member; may do everything
 * @param createdMillis Unix time
 */
public record Guild(
        UUID id,
        String name,
        UUID ownerId,
        @Nullable String iconUrl,
        @Nullable String description,
        boolean threadsEnabled,
        long createdMillis) {}
