package earshot.dialect.kaiku;

import earshot.core.message.IceCandidate;
import earshot.core.message.Profile;
import earshot.core.message.VoiceEvent;
import earshot.core.message.VoiceParticipant;
import earshot.dialect.JsonBytes;
import earshot.dialect.WireUuid;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/** The events of voice, as JSON (protocols/kaiku.md sections 2 and 4). */
final class VoiceFrames {
    /** Where an engine says only the number of the media section: there is one, of this name. */
    private static final String ONLY_MID = "0";

    private VoiceFrames() {}

    /** Empty: clients have no word for it. */
    static Optional<byte[]> of(VoiceEvent event) {
        UUID channel = WireUuid.ofRoom(event.room());
        return switch (event) {
            case VoiceEvent.Offered o ->
                Optional.of(ServerFrames.end(ServerFrames.inChannel(EventType.VOICE_OFFER, channel)
                        .raw(",\"sdp\":")
                        .string(o.sdp())));
            case VoiceEvent.CandidateFound c ->
                c.candidate().isEnd() ? Optional.empty() : Optional.of(candidate(channel, c.candidate()));
            case VoiceEvent.RoomState s -> Optional.of(state(channel, s));
            case VoiceEvent.Joined j -> {
                JsonBytes out = of(EventType.VOICE_USER_JOINED, channel, j.user());
                names(out, j.user());
                yield Optional.of(ServerFrames.end(out));
            }
            case VoiceEvent.Left l -> Optional.of(ServerFrames.end(of(EventType.VOICE_USER_LEFT, channel, l.user())));
            case VoiceEvent.MuteChanged m ->
                Optional.of(ServerFrames.end(
                        of(m.muted() ? EventType.VOICE_USER_MUTED : EventType.VOICE_USER_UNMUTED, channel, m.user())));
            // The conversation says it: it knows who it is.
            case VoiceEvent.Ended _ -> Optional.empty();
        };
    }

    private static JsonBytes of(EventType type, UUID channel, Profile user) {
        return ServerFrames.inChannel(type, channel).raw(",\"user_id\":").id(WireUuid.ofUser(user.user()));
    }

    private static void names(JsonBytes out, Profile user) {
        out.raw(",\"username\":")
                .string(MessageObject.username(user))
                .raw(",\"display_name\":")
                .string(user.name());
    }

    /** A string with JSON in it; Android drops a candidate without all three of its members. */
    private static byte[] candidate(UUID channel, IceCandidate candidate) {
        String mid = candidate.sdpMid();
        byte[] inner = new JsonBytes(256)
                .raw("{\"candidate\":")
                .string(candidate.candidate())
                .raw(",\"sdpMid\":")
                .string(mid == null ? ONLY_MID : mid)
                .raw(",\"sdpMLineIndex\":")
                .number(candidate.sdpMLineIndex())
                .raw(",\"usernameFragment\":null}")
                .done();
        return ServerFrames.end(ServerFrames.inChannel(EventType.VOICE_ICE_CANDIDATE, channel)
                .raw(",\"candidate\":")
                .string(new String(inner, StandardCharsets.UTF_8)));
    }

    private static byte[] state(UUID channel, VoiceEvent.RoomState state) {
        JsonBytes out =
                ServerFrames.inChannel(EventType.VOICE_ROOM_STATE, channel).raw(",\"participants\":[");
        boolean first = true;
        for (VoiceParticipant each : state.participants()) {
            if (!first) out.raw(',');
            first = false;
            out.raw("{\"user_id\":").id(WireUuid.ofUser(each.user().user()));
            names(out, each.user());
            out.raw(",\"muted\":").bool(each.muted()).raw(",\"screen_sharing\":false,\"webcam_active\":false}");
        }
        return ServerFrames.end(out.raw("],\"screen_shares\":[],\"webcams\":[]"));
    }
}
