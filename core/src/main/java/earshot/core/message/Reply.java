package earshot.core.message;

import java.util.List;

/** The one answer to a {@link Command}. */
public sealed interface Reply {
    /** It was done and there is nothing to tell. */
    record Done() implements Reply {
        public static final Done INSTANCE = new Done();
    }

    /**
     * The change has its place and was told to everybody before this.
     *
     * @param repeated true: the idempotency key was known; this is the first append's place
     */
    record Accepted(RoomId room, String messageId, Position position, long timestampMillis, boolean repeated)
            implements Reply {}

    /** @param detail for the log and for developers, never secret, never from an exception; may be empty */
    record Refused(Problem problem, String detail) implements Reply {
        public static Refused of(Problem problem) {
            return new Refused(problem, "");
        }
    }

    /**
     * The session is a member. Everything in the snapshot happened before; every event of the room told to the session from now on happened
     * after; nothing is missing and nothing is in both.
     *
     * @param recovered true: the join asked to resume and {@code history} holds every event since; false on a fresh join, and when the log
     *     went back or no longer reaches: {@code history} is then the newest
     */
    record Joined(RoomId room, RoomSnapshot snapshot, boolean recovered) implements Reply {}

    /**
     * @param messages oldest first, as they are now
     * @param complete true: nothing more lies in that direction
     */
    record History(RoomId room, List<Message> messages, boolean complete) implements Reply {}

    record Here(RoomId room, PresenceList presence) implements Reply {}
}
