package earshot.core.product;

import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Which channels a dialect's product speaks on, and what a message there means. The dialect's part; thread-safe, never blocks. */
public interface ProductSource {
    /** Channels that are heard all the time. */
    List<String> patterns();

    /** Channels that are heard while the room is open on this node; empty for rooms of others and where patterns say all. */
    List<String> channelsOf(RoomId room);

    /** Whom a message is about; null: nobody we know, and it is dropped. Called on the engine's thread for each message: a look at the name only. */
    @Nullable
    Subject subject(String channel);

    /** @param key what makes the same message the same when several nodes hear it: for {@link Command.Publish#idempotencyKey} */
    Meaning ofRoom(RoomId room, byte[] payload, String key);

    /** May look somebody up first. */
    CompletionStage<Meaning> ofUser(UserId user, byte[] payload);

    /** Whom a message is about. */
    sealed interface Subject {
        record OfRoom(RoomId room) implements Subject {}

        record OfUser(UserId user) implements Subject {}
    }

    /** What a message means. */
    sealed interface Meaning {
        /**
         * @param as who did it
         * @param whenUnknown what to do instead when the room answers NOT_FOUND; null: nothing
         */
        record Told(Command command, Profile as, @Nullable Command whenUnknown) implements Meaning {}

        record Notified(Event.Notified event) implements Meaning {}

        /** @param why one word, for a counter: {@code malformed}, {@code unknown_type}, {@code withheld} */
        record Nothing(String why) implements Meaning {}
    }
}
