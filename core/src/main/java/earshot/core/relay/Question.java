package earshot.core.relay;

import earshot.core.message.CloseReason;
import earshot.core.message.Emission;
import earshot.core.message.Event;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.message.VoiceEvent;
import earshot.core.message.VoiceWish;
import java.util.List;
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

    /** About voice rooms. */
    sealed interface VoiceQuestion extends Question {}

    /**
     * Of the node where a voice room lives: do what a session wishes. Answered by {@link Answer.VoiceDone}; by others with none.
     *
     * @param session its id names the node that asks
     */
    record Voice(RoomId room, SessionId session, Profile user, VoiceWish wish) implements VoiceQuestion {}

    /** Of the node of a session: tell it what happened in a voice room that lives elsewhere. Answered by one or none. */
    record VoiceTold(SessionId session, VoiceEvent event) implements VoiceQuestion {}

    /** Of the node where a voice room lives: these sessions of mine are in it. Answered by {@link Answer.VoiceDone}: NOT_MEMBER when one of them is not. */
    record VoiceKept(RoomId room, List<SessionId> sessions) implements VoiceQuestion {
        public VoiceKept {
            sessions = List.copyOf(sessions);
        }
    }

    /** A node stops, and this voice room does not live there any more: who is in it finds it another home. Answered by none. */
    record VoiceGone(RoomId room, long node) implements VoiceQuestion {}

    /** A user joined a voice room, with this session: in every other one it is no more. Answered by none. */
    record VoiceMoved(UserId user, SessionId session, RoomId to) implements VoiceQuestion {}

    /** Take a user out of a voice room, or have them silent, or heard again. Answered by none. */
    record VoiceRule(RoomId room, UserId user, Ruling ruling) implements VoiceQuestion {
        public enum Ruling {
            REMOVE,
            SILENCE,
            LET_SPEAK
        }
    }

    /** Who is in a voice room? Answered by {@link Answer.VoiceRoom} where it lives, by others with none. */
    record ListVoice(RoomId room) implements VoiceQuestion {}
}
