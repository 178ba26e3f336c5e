package earshot.dialect.kaiku;

import earshot.core.message.IceCandidate;
import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.VoiceEnd;
import earshot.core.message.VoiceEvent;
import earshot.core.session.Session;
import earshot.core.voice.Voice;
import earshot.dialect.Inbox;
import earshot.dialect.WireUuid;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one connection does about voice (protocols/kaiku.md section 11). The room of a channel's voice has the channel's name. Part of a
 * {@link KaikuConversation}.
 */
final class VoiceDesk {
    private static final String UNAVAILABLE = "Internal error: voice engine unavailable";
    private static final String NOT_AUTHORIZED = "Not authorized to join this voice channel";
    /** As the original has it, and so has its limit of a room. */
    private static final int MOST = 25;

    private final KaikuConversation of;
    private final KaikuDialect.Parts parts;
    private final Session session;
    /** Where it is, as far as it was told. */
    private @Nullable UUID channel;

    VoiceDesk(KaikuConversation of, KaikuDialect.Parts parts, Session session) {
        this.of = of;
        this.parts = parts;
        this.session = session;
    }

    // --- from the client

    void join(UUID wanted, Inbox inbox) {
        if (!parts.voice().isAvailable()) {
            error(UNAVAILABLE, inbox);
            return;
        }
        inbox.when(parts.product().access(of.user(), wanted), (access, _, later) -> {
            if (access == null) {
                error(UNAVAILABLE, later);
            } else if (access.kind() == ChannelAccess.Kind.TEXT || !access.may(ChannelAccess.Right.CONNECT)) {
                error(NOT_AUTHORIZED, later);
            } else if (parts.voiceJoins().tryTake(of.user()) > 0) {
                error("Rate limited: too many voice join requests", later);
            } else {
                join(wanted, access, later);
            }
        });
    }

    private void join(UUID wanted, ChannelAccess access, Inbox inbox) {
        var terms = new Voice.Terms(access.may(ChannelAccess.Right.SPEAK), access.userLimit());
        int most = access.userLimit() == 0 ? MOST : Math.min(MOST, access.userLimit());
        inbox.when(parts.voice().join(session, Places.ofChannel(wanted), terms), (reply, _, later) -> {
            if (reply instanceof Reply.Refused refused) {
                boolean full = refused.problem() == Problem.ROOM_FULL;
                error(full ? "Voice channel is full (max: " + most + ")" : words(refused.problem(), wanted), later);
            } else {
                channel = wanted;
            }
        });
    }

    /** Without a word to the sender, whether or not they were in. */
    void leave(UUID wanted, Inbox inbox) {
        if (wanted.equals(channel)) channel = null;
        inbox.when(parts.voice().leave(session, Places.ofChannel(wanted)), (_, _, _) -> {});
    }

    void answer(UUID in, String sdp, Inbox inbox) {
        inbox.when(
                parts.voice().answer(session, Places.ofChannel(in), sdp),
                (reply, _, later) -> onReply(in, reply, later));
    }

    void candidate(ClientEvent.VoiceCandidate said, Inbox inbox) {
        var candidate = new IceCandidate(said.candidate(), said.sdpMid(), said.sdpMLineIndex());
        inbox.when(
                parts.voice().candidate(session, Places.ofChannel(said.channel()), candidate),
                (reply, _, later) -> onReply(said.channel(), reply, later));
    }

    void mute(UUID in, boolean muted, Inbox inbox) {
        inbox.when(
                parts.voice().mute(session, Places.ofChannel(in), muted),
                (reply, _, later) -> onReply(in, reply, later));
    }

    private void onReply(UUID in, @Nullable Reply reply, Inbox inbox) {
        if (reply instanceof Reply.Refused refused) error(words(refused.problem(), in), inbox);
        else if (reply == null) error(UNAVAILABLE, inbox);
    }

    /** The texts of section 11.6. */
    private String words(Problem problem, UUID in) {
        return switch (problem) {
            case NOT_FOUND -> "Room not found: " + in;
            case NOT_MEMBER -> "Participant not found: " + of.user();
            case INVALID, TOO_LARGE -> "Signaling error: not understood";
            case FORBIDDEN, UNAUTHENTICATED -> NOT_AUTHORIZED;
            case ROOM_FULL -> "Voice channel is full (max: " + MOST + ")";
            case RATE_LIMITED -> "Rate limited: too many voice join requests";
            case BUSY, UNAVAILABLE -> UNAVAILABLE;
            case CONFLICT, TOO_MANY_ROOMS, INTERNAL -> "Internal error: something went wrong";
        };
    }

    private void error(String message, Inbox inbox) {
        of.say(ServerFrames.voiceError(message), inbox);
    }

    // --- being told

    /** Whether the client hears it as it is. */
    boolean takes(VoiceEvent event, Inbox inbox) {
        if (!(event instanceof VoiceEvent.Ended ended)) return true;
        UUID was = WireUuid.ofRoom(ended.room());
        if (was.equals(channel)) channel = null;
        if (ended.why() == VoiceEnd.ENGINE_AWAY || ended.why() == VoiceEnd.UNREACHABLE) error(UNAVAILABLE, inbox);
        of.say(ServerFrames.voiceLeft(was, of.user()), inbox);
        return false;
    }

    /** What the user may do is different now: who may not be in that channel's voice any more is taken out at once. */
    void onAccessChanged(Inbox inbox) {
        UUID in = channel;
        if (in == null) return;
        RoomId room = Places.ofChannel(in);
        inbox.when(parts.product().access(of.user(), in), (access, _, _) -> {
            if (access == null) return;
            if (!access.may(ChannelAccess.Right.CONNECT)) parts.voice().remove(room, Places.userId(of.user()));
            else parts.voice().silence(room, Places.userId(of.user()), !access.may(ChannelAccess.Right.SPEAK));
        });
    }

    /** This connection goes on for one that was lost. */
    void resumed() {
        parts.voice().resumed(session);
    }

    void onEnded() {
        parts.voice().disconnected(session);
    }

    // --- freezing

    void freeze(DataOutput out) throws IOException {
        out.writeBoolean(channel != null);
        if (channel != null) Frozen.write(out, channel);
    }

    void thaw(DataInput in) throws IOException {
        if (in.readBoolean()) channel = Frozen.readId(in);
    }
}
