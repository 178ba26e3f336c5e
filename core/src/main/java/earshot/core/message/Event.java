package earshot.core.message;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a room, or a user's inbox, tells. The vocabulary is closed but for one door, {@link Relayed}. Immutable.
 * Each dialect renders each event in a switch without default: a new one does not compile until every dialect answers for it.
 */
public sealed interface Event permits KeptEvent, Event.RoomEvent, Event.Notified, VoiceEvent {
    Lane lane();

    /** Events of a room that are not kept. */
    sealed interface RoomEvent extends Event
            permits UserJoined, UserLeft, Typing, StatusChanged, PresenceChanged, VotesChanged, Relayed {
        RoomId room();
    }

    /** The user's first session came into the room. Not told to that user's own sessions. */
    record UserJoined(RoomId room, Profile user, long joinedMillis) implements RoomEvent {
        @Override
        public Lane lane() {
            return Lane.SURE;
        }
    }

    /** The user's last session left the room. */
    record UserLeft(RoomId room, Profile user) implements RoomEvent {
        @Override
        public Lane lane() {
            return Lane.SURE;
        }
    }

    /**
     * Somebody types, or stopped.
     *
     * @param on a start is spare, a stop is sure: a lost stop would leave a typist typing
     * @param repeated true when this only prolongs what members know already
     */
    record Typing(
            RoomId room,
            Profile user,
            boolean on,
            boolean repeated,
            @Nullable String replyTo) implements RoomEvent {
        @Override
        public Lane lane() {
            return on ? Lane.SPARE : Lane.SURE;
        }
    }

    /** A user's chosen status changed. */
    record StatusChanged(RoomId room, Profile user, String status) implements RoomEvent {
        @Override
        public Lane lane() {
            return Lane.LATEST;
        }
    }

    /**
     * Who is here, whole, after somebody left or showed another status: for dialects that know no differences. Only in rooms whose rules ask for it
     * ({@link earshot.core.room.RoomRules#wholePresence}).
     */
    record PresenceChanged(RoomId room, PresenceList presence) implements RoomEvent {
        @Override
        public Lane lane() {
            return Lane.LATEST;
        }
    }

    /** Absolute counts, not differences. */
    record VotesChanged(RoomId room, String messageId, long upvotes, long downvotes) implements RoomEvent {
        @Override
        public Lane lane() {
            return Lane.LATEST;
        }
    }

    /**
     * Something only one dialect understands: opaque to core and to other dialects, told to members of the same dialect only.
     *
     * @param key for {@link Lane#LATEST}: what the newest replaces; null on other lanes
     * @param variantOrKind the dialect's own small number for what the payload is
     */
    record Relayed(
            RoomId room,
            String dialect,
            Lane lane,
            @Nullable String key,
            int variantOrKind,
            byte[] payload) implements RoomEvent {
        public Relayed {
            if (lane == Lane.KEPT) throw new IllegalArgumentException("lane: KEPT (expected: SURE, LATEST or SPARE)");
            if ((lane == Lane.LATEST) != (key != null))
                throw new IllegalArgumentException("key: goes with LATEST and only with it");
        }

        @Override
        public boolean equals(Object o) {
            return o instanceof Relayed r
                    && room.equals(r.room)
                    && dialect.equals(r.dialect)
                    && lane == r.lane
                    && Objects.equals(key, r.key)
                    && variantOrKind == r.variantOrKind
                    && Arrays.equals(payload, r.payload);
        }

        @Override
        public int hashCode() {
            return Objects.hash(room, dialect, lane, key, variantOrKind, Arrays.hashCode(payload));
        }
    }

    /**
     * Told to every session of one user, in no room.
     *
     * @param kind what happened, in the product's words (threadkit: reply, mention, upvote)
     * @param messageId what it is about; null: nothing in particular
     * @param from who caused it; null: nobody
     * @param text for people; may be empty
     */
    record Notified(
            UserId user,
            String kind,
            @Nullable String messageId,
            @Nullable Profile from,
            String text) implements Event {
        @Override
        public Lane lane() {
            return Lane.SURE;
        }
    }

    /** For {@link Lane#LATEST}: two events with equal keys replace each other. Null on other lanes. */
    default @Nullable Object latestKey() {
        return switch (this) {
            case StatusChanged s -> s.user().user();
            case PresenceChanged p -> p.room();
            case VotesChanged v -> v.messageId();
            case Relayed r -> r.key();
            case UserJoined _, UserLeft _, Typing _, Notified _, KeptEvent _, VoiceEvent _ -> null;
        };
    }
}
