package earshot.core.message;

import java.util.List;

/**
 * What those who are in a voice room are told, each through the session that they joined with; nobody else is. The server always offers, clients only
 * answer. A room hears of a user from {@link Joined} to {@link Left}.
 */
public sealed interface VoiceEvent extends Event {
    /** The voice room; it has the name of the channel that it belongs to. */
    RoomId room();

    @Override
    default Lane lane() {
        return Lane.SURE;
    }

    /** An SDP offer (RFC 8866) to be answered. Again whenever the media engine lost this peer: for the same peer connection of the client's. */
    record Offered(RoomId room, String sdp) implements VoiceEvent {}

    /** A way to reach the media engine. Never before the offer that it belongs to. */
    record CandidateFound(RoomId room, IceCandidate candidate) implements VoiceEvent {}

    /** Who is in the room, the receiver too, in the order of joining. Once to everybody who joins, right after the first offer. */
    record RoomState(RoomId room, List<VoiceParticipant> participants) implements VoiceEvent {
        public RoomState {
            participants = List.copyOf(participants);
        }
    }

    /** Another user joined. */
    record Joined(RoomId room, Profile user) implements VoiceEvent {}

    /** Another user left. */
    record Left(RoomId room, Profile user) implements VoiceEvent {}

    /** A user is not heard any more, or again. Told to the others; to the user as well when it was the server's doing. */
    record MuteChanged(RoomId room, Profile user, boolean muted) implements VoiceEvent {}

    /** The receiver is not in the room any more, though it did not leave. */
    record Ended(RoomId room, VoiceEnd why) implements VoiceEvent {}
}
