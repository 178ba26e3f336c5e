package earshot.engine.redis;

import earshot.core.message.Audience;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.room.RoomAudience;
import earshot.core.session.Session;
import earshot.core.time.Clock;
import java.time.Duration;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Sorted sets of who types in a room, for readers that are not ours: user ids, scored with the Unix time in milliseconds at which they typed last. The node
 * with the typist's session keeps them; nobody here reads them, and what fails to reach Redis is not repeated. Thread-safe; never blocks.
 */
public final class TypingMirror {
    private static final Script TYPING = Script.load("typing");
    /** As long as anybody would believe it; a set that nobody touches is gone then. */
    private static final long KEEP_MILLIS = Duration.ofSeconds(60).toMillis();

    /** Which key a room has, without any prefix; null: none. Thread-safe; always the same for a room. */
    @FunctionalInterface
    public interface Keys {
        @Nullable
        String key(RoomId room);
    }

    private final Batcher redis;
    private final Clock clock;
    private final Keys keys;
    private final BiPredicate<RoomId, UserId> isHere;

    /** @param isHere whether the user has a session of this node in the room */
    TypingMirror(Batcher redis, Clock clock, Keys keys, BiPredicate<RoomId, UserId> isHere) {
        this.redis = redis;
        this.clock = clock;
        this.keys = keys;
        this.isHere = isHere;
    }

    /** The same audiences; what those of rooms with a key are told of typing is mirrored. */
    public RoomAudience.Factory over(RoomAudience.Factory audiences) {
        return room -> {
            String key = keys.key(room);
            RoomAudience audience = audiences.open(room);
            return key == null ? audience : new Mirrored(audience, key);
        };
    }

    private void mirror(String key, Event.Typing typing) {
        UserId user = typing.user().user();
        if (!isHere.test(typing.room(), user)) return;
        var _ = redis.call(TYPING, key, typing.on() ? "1" : "0", user.id(), clock.millis(), KEEP_MILLIS);
    }

    private final class Mirrored implements RoomAudience {
        private final RoomAudience audience;
        private final String key;

        Mirrored(RoomAudience audience, String key) {
            this.audience = audience;
            this.key = key;
        }

        @Override
        public void add(Session session, JoinOptions options) {
            audience.add(session, options);
        }

        @Override
        public void remove(Session session) {
            audience.remove(session);
        }

        @Override
        public void tell(Event event, Audience to) {
            audience.tell(event, to);
            if (event instanceof Event.Typing typing) mirror(key, typing);
        }

        @Override
        public void close() {
            audience.close();
        }
    }
}
