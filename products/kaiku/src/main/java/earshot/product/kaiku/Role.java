package earshot.product.kaiku;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A role of a guild.
 *
 * @param permissions see {@link Permission}
 * @param position the lower, the higher its rank
 * @param isDefault the role that everybody has, without being given it; one in each guild
 */
public record Role(
        UUID id,
        UUID guildId,
        String name,
        @Nullable String color,
        long permissions,
        int position,
        boolean isDefault,
        long createdMillis) {}
