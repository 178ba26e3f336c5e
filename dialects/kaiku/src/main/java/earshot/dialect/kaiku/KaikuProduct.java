package earshot.dialect.kaiku;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Port: what the dialect asks of the product that owns accounts, guilds, channels, friends and blocks. Thread-safe; never blocks; stages complete on any
 * thread, and fail when the product cannot say: then the client hears a generic error and nothing is granted.
 *
 * <p>Asked often, so it answers from memory where it can: {@link #access} for each subscription and each {@code typing} of a channel that is not
 * subscribed, the others once for each connection and after a change. What changes afterwards the product says by {@link KaikuHub}: {@code accessChanged},
 * {@code circleChanged}, {@code signedOut}. Until it does, nothing is asked again.
 */
public interface KaikuProduct {
    /** Asked at each connection. Empty: there is no such account, or it may not connect (banned); its token is then refused. */
    CompletionStage<Optional<KaikuUser>> user(UUID user);

    /** {@link ChannelAccess#NO_CHANNEL} and {@link ChannelAccess#HIDDEN} are told apart to the client as {@code channel_not_found} and {@code forbidden}. */
    CompletionStage<ChannelAccess> access(UUID user, UUID channel);

    /** Those whom the user hears of, and those they do not want to hear. */
    CompletionStage<Circle> circle(UUID user);

    /** Whom a direct-message channel belongs to, the caller included; empty: it is none. */
    CompletionStage<List<UUID>> participants(UUID dm);

    /** Keeps what {@code set_status} says. Told to friends by the dialect, when it is kept. */
    CompletionStage<Void> choose(UUID user, ChosenStatus status);

    /** When the user last signed out everywhere, or was put out, Unix milliseconds: connections from before cannot be taken up again. 0: never. */
    default CompletionStage<Long> signedOutMillis(UUID user) {
        return CompletableFuture.completedStage(0L);
    }

    /**
     * @param friends accepted, in either direction, and not blocked in either direction: they hear each other's presence
     * @param blocked those whom the user blocks and those who block the user: their messages, typing and voice are not heard
     * @param guilds of which the user is a member: their events are heard
     */
    record Circle(List<UUID> friends, List<UUID> blocked, List<UUID> guilds) {
        public Circle {
            friends = List.copyOf(friends);
            blocked = List.copyOf(blocked);
            guilds = List.copyOf(guilds);
        }
    }
}
