package earshot.core.relay;

import earshot.core.message.CloseReason;
import earshot.core.message.Emission;
import earshot.core.message.Event;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import org.jspecify.annotations.Nullable;

/** What a node asks of all others. Answered by an {@link Answer}. Immutable. */
public sealed interface Question {
    /** Tell the user's sessions. Answered by how many there were. */
    record Notify(Event.Notified event) implements Question {}

    /** Tell those sessions whom it is for, and gather what they answer. Answered by {@link Answer.Told}. */
    record Emit(Emission emission) implements Question {}

    /** Close the user's sessions. Answered by how many there were. */
    record DisconnectUser(UserId user, CloseReason reason) implements Question {}

    /** Close the session. Answered by one or none. */
    record Disconnect(SessionId session, CloseReason reason) implements Question {}

    /** Ask again whether the user's sessions may be where they are. Answered by none. */
    record Recheck(UserId user) implements Question {}

    /** Close the sessions in a room so that they come back: its name means another room now. Answered by none. */
    record SendBack(RoomId room) implements Question {}

    /**
     * Which rooms are open? Answered by {@link Answer.Rooms}.
     *
     * @param after rooms behind this one, in the order of realm, tenant and name; null: from the first
     * @param realm of this realm only; null: of all
     */
    record ListRooms(@Nullable RoomId after, @Nullable String realm, int limit) implements Question {}

    /**
     * Who is connected? Answered by {@link Answer.Sessions}, the newest.
     *
     * @param user this one's only; null: everybody's
     * @param before only those that are older; null: from the newest
     */
    record ListSessions(@Nullable UserId user, @Nullable SessionAge before, int limit) implements Question {}
}
