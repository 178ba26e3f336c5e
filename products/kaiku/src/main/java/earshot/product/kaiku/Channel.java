package earshot.product.kaiku;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where people write or speak: a channel of a guild, or a conversation of a few (DM).
 *
 * @param guildId null for a DM, and only for it
 * @param userLimit 1..99 for voice; null: as many as there may be
 * @param updatedMillis Unix time of the last change of the channel itself
 */
public record Channel(
        UUID id,
        Type type,
        String name,
        @Nullable UUID guildId,
        @Nullable String topic,
        @Nullable Integer userLimit,
        int position,
        int maxScreenShares,
        long createdMillis,
        long updatedMillis) {
    public static final int SCREEN_SHARES = 6;
    public static final int MAX_NAME_CHARS = 64;

    /** What it is for. */
    public enum Type {
        TEXT,
        VOICE,
        DM;

        /** As clients and tables write it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Type> of(String word) {
            return switch (word.toLowerCase(Locale.ROOT)) {
                case "text" -> Optional.of(TEXT);
                case "voice" -> Optional.of(VOICE);
                case "dm" -> Optional.of(DM);
                default -> Optional.empty();
            };
        }
    }

    public Channel {
        if ((type == Type.DM) != (guildId == null))
            throw new IllegalArgumentException("guildId: goes with channels of guilds and only with them");
    }
}
