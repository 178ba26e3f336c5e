package earshot.dialect.kaiku;

import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.room.Realms;
import earshot.dialect.WireUuid;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The rooms of this dialect. A channel is the room of its UUID; beside channels there is a room for each user (who is in it is connected, and friends
 * look in), for each guild, one for everybody, and one for the call of each direct-message channel. Thread-safe.
 *
 * <p>A channel that the product knows is never a room of a meeting, whatever pattern its id fits: a meeting has an id that the product does not know.
 */
final class Places {
    static final String USER = "user:";
    static final String GUILD = "guild:";
    static final String CALL = "call:";
    static final String VOICE = "voice:";
    static final RoomId EVERYBODY = room("global");

    private final Realms realms;
    private final KaikuProduct product;

    Places(Realms realms, KaikuProduct product) {
        this.realms = realms;
        this.product = product;
    }

    static RoomId ofUser(UUID user) {
        return room(USER + user);
    }

    static RoomId ofGuild(UUID guild) {
        return room(GUILD + guild);
    }

    static RoomId ofCall(UUID dm) {
        return room(CALL + dm);
    }

    static RoomId ofVoice(UUID channel) {
        return room(VOICE + channel);
    }

    /** Of a channel that the product knows. */
    static RoomId ofChannel(UUID channel) {
        return room(channel.toString());
    }

    private static RoomId room(String name) {
        return new RoomId(KaikuDialect.NAME, "", name);
    }

    static UserId userId(UUID user) {
        return new UserId(KaikuDialect.NAME, user.toString());
    }

    static boolean isOfUser(RoomId room) {
        return room.realm().equals(KaikuDialect.NAME) && room.name().startsWith(USER);
    }

    /** The UUID behind a prefix of ours; null: the room is none of that kind. */
    static @Nullable UUID behind(String prefix, RoomId room) {
        return room.name().startsWith(prefix) ? WireUuid.parse(room.name().substring(prefix.length())) : null;
    }

    /** Null: somebody has to be asked, by {@link #find}. */
    @Nullable
    RoomId channel(UUID channel) {
        RoomId named = realms.resolve(KaikuDialect.NAME, "", channel.toString());
        return named.realm().equals(RoomId.MEETING) ? null : named;
    }

    /** The room that a user means by a channel. Fails when the product does. */
    CompletionStage<RoomId> find(UUID user, UUID channel) {
        RoomId named = realms.resolve(KaikuDialect.NAME, "", channel.toString());
        if (!named.realm().equals(RoomId.MEETING)) return CompletableFuture.completedStage(named);
        return product.access(user, channel).thenApply(access -> access.exists() ? ofChannel(channel) : named);
    }
}
