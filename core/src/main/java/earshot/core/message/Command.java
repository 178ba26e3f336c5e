package earshot.core.message;

import org.jspecify.annotations.Nullable;

/** What a session asks of a room. Every command gets exactly one {@link Reply}. Commands of one session in one room run in their order. */
public sealed interface Command {
    RoomId room();

    /**
     * Answered by {@link Reply.Joined}, also when the session is in the room already (nobody is told twice). With another variant than before it hears the
     * room in that from then on.
     */
    record Join(RoomId room, JoinOptions options) implements Command {}

    /** Answered by {@link Reply.Done}; nothing happens when the session is not in the room. */
    record Leave(RoomId room) implements Command {}

    /**
     * Answered by {@link Reply.Accepted} after the fan-out of its own entry.
     *
     * @param idempotencyKey see {@link Draft}; null: none
     */
    record Publish(RoomId room, Change change, @Nullable String idempotencyKey) implements Command {}

    /** @param on false: stopped */
    record Type(RoomId room, boolean on, @Nullable String replyTo) implements Command {}

    /** Absolute counts; needs the grant to moderate, since it speaks for everybody. */
    record Vote(RoomId room, String messageId, long upvotes, long downvotes) implements Command {}

    /**
     * The user's chosen status in this room.
     *
     * @param note see {@link Status}
     */
    record SetStatus(RoomId room, String status, String note) implements Command {
        public SetStatus(RoomId room, String status) {
            this(room, status, "");
        }
    }

    /**
     * Messages as they are now; answered by {@link Reply.History}. Needs the grant to read.
     *
     * @param from where to begin, exclusive; see {@link From}
     * @param limit 1..{@value JoinOptions#MAX_HISTORY}
     */
    record ReadHistory(RoomId room, From from, int limit) implements Command {}

    /** Answered by {@link Reply.Here}. */
    record ReadPresence(RoomId room) implements Command {}

    /** Tells members of the same dialect. The room decides the order; {@link Event.Relayed#room} must be this room. */
    record Relay(RoomId room, Event.Relayed event, Audience audience) implements Command {}

    /** Where a history read begins; never included itself. */
    sealed interface From {
        /** The newest, going back. */
        record Newest() implements From {}

        /** Forward from a position. */
        record After(Position position) implements From {}

        /** Back from a position. */
        record Before(Position position) implements From {}

        /** Forward from a message; an id that the room does not know reads as if the room began after it: everything kept. */
        record AfterMessage(String messageId) implements From {}

        /** Back from a message; an unknown id reads nothing. */
        record BeforeMessage(String messageId) implements From {}
    }
}
