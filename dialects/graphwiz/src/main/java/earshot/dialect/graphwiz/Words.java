package earshot.dialect.graphwiz;

import earshot.core.message.Body;
import earshot.core.message.Event;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.VoiceEvent;
import earshot.dialect.Frame;
import earshot.dialect.WireUuid;
import earshot.dialect.graphwiz.wire.Wire;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events as frames. A message that was written in the framing of who hears it is passed on byte for byte; in another it is read once and written once for
 * everybody who reads that. Stateless.
 */
final class Words {
    private static final String PROTOBUF = "application/x-protobuf";
    private static final String HUB = "application/vnd.graphwiz.hub";
    private static final String TEXT = "application/vnd.graphwiz.text";

    private static final byte IS_TEXT = 1;

    private final boolean leavesTwice;

    /** @param leavesTwice see {@link GraphwizConfig#announcesLeaveTwice} */
    Words(boolean leavesTwice) {
        this.leavesTwice = leavesTwice;
    }

    static String mediaType(Framing framing) {
        return switch (framing) {
            case PROTOBUF -> PROTOBUF;
            case HUB -> HUB;
            case TEXT -> TEXT;
        };
    }

    /** What the room tells of who comes and goes is said by {@link World}, with what it knows of them. */
    List<Frame> of(Event event, int variant) {
        return switch (event) {
            case KeptEvent.MessagePosted p -> p.message().deleted() ? List.of() : chat(p.message(), variant);
            case Event.Relayed r -> r.dialect().equals(GraphwizDialect.NAME) ? relayed(r, variant) : List.of();
            case KeptEvent.MessageEdited _,
                    KeptEvent.MessageDeleted _,
                    KeptEvent.MessagePinned _,
                    Event.UserJoined _,
                    Event.UserLeft _,
                    Event.Typing _,
                    Event.StatusChanged _,
                    Event.PresenceChanged _,
                    Event.VotesChanged _,
                    Event.Notified _,
                    VoiceEvent _ -> List.of();
        };
    }

    // --- chat

    /** As acknowledgements name it. */
    static String messageId(Message message) {
        Body body = message.body();
        Heard written = body == null ? null : written(body);
        return written == null || written.framing() == Framing.TEXT
                ? WireUuid.ofMessage(message.id()).toString()
                : written.message().getMessageId();
    }

    private static @Nullable Heard written(Body body) {
        if (!body.dialect().equals(GraphwizDialect.NAME)) return null;
        return switch (body.mediaType()) {
            case PROTOBUF -> Codec.binary(body.bytes(), Framing.PROTOBUF);
            case HUB -> Codec.binary(body.bytes(), Framing.HUB);
            case TEXT -> Codec.text(body.bytes());
            default -> null;
        };
    }

    private List<Frame> chat(Message message, int variant) {
        Framing wanted = Variant.framing(variant);
        Body body = message.body();
        Heard written = body == null ? null : written(body);
        if (written != null && written.type() == Types.CHAT && (wanted == null || wanted == written.framing()))
            return List.of(asWritten(written.framing(), written.raw()));
        Wire.Message said = written != null && written.framing() != Framing.TEXT && written.type() == Types.CHAT
                ? written.message()
                : fromFields(message);
        return frames(wanted == null ? Framing.PROTOBUF : wanted, Types.CHAT, said);
    }

    private static Wire.Message fromFields(Message message) {
        var chat = Codec.begin(Types.CHAT, WireUuid.ofMessage(message.id()).toString(), message.timestampMillis());
        chat.getChatMessageBuilder()
                .setFromClientId(Identity.clientIdOf(message.author()))
                .setMessage(message.text())
                .setTimestamp(message.timestampMillis());
        return chat.build();
    }

    // --- everything else

    private List<Frame> relayed(Event.Relayed event, int variant) {
        int type = event.variantOrKind();
        if (type == Kinds.HELLO) return unpacked(event.payload());
        if (type >= Kinds.FIRST) return List.of();
        Packet packet = Packet.of(event.payload());
        if (packet == null) return List.of();
        Framing wanted = Variant.framing(variant);
        // Who has not said what they speak hears what others said as they said it.
        if (wanted == null || wanted == packet.framing()) return List.of(asWritten(packet.framing(), packet.raw()));
        Wire.Message said = read(packet);
        return said == null ? List.of() : frames(wanted, type, said);
    }

    private static Frame asWritten(Framing framing, byte[] raw) {
        return framing == Framing.TEXT ? Frame.text(raw) : Frame.binary(raw);
    }

    /** What a packet says; null when other framings have no words for it. */
    static Wire.@Nullable Message read(Packet packet) {
        if (packet.framing() != Framing.TEXT) {
            Heard heard = Codec.binary(packet.raw(), packet.framing());
            return heard == null ? null : heard.message();
        }
        Heard heard = Codec.text(packet.raw());
        if (heard == null || heard.type() != Types.CHAT) return null;
        var said = heard.message().toBuilder().setMessageId(packet.messageId()).setTimestamp(packet.timestampMillis());
        said.getChatMessageBuilder().setTimestamp(packet.timestampMillis());
        return Own.with(said, packet.sender()).build();
    }

    private List<Frame> frames(Framing wanted, int type, Wire.Message said) {
        Frame frame = Codec.frame(wanted, type, said);
        if (frame == null) return List.of();
        return wanted == Framing.HUB && type == Types.LEAVE && leavesTwice
                ? List.of(frame, leaveAsJoin(said))
                : List.of(frame);
    }

    /** The original's app takes a player away when it hears a JOIN that says LEAVE (protocols/graphwiz.md section 8.2). */
    private static Frame leaveAsJoin(Wire.Message said) {
        byte[] frame = HubWriter.frame(Types.JOIN, said);
        return Frame.binary(frame == null ? new byte[0] : frame);
    }

    // --- hellos

    /** For {@link Kinds#HELLO}. */
    static byte[] packed(List<Frame> frames) {
        int length = 0;
        for (Frame frame : frames) length += 5 + frame.bytes().length;
        ByteBuffer to = ByteBuffer.allocate(length);
        for (Frame frame : frames)
            to.put(frame.kind() == Frame.Kind.TEXT ? IS_TEXT : 0)
                    .putInt(frame.bytes().length)
                    .put(frame.bytes());
        return to.array();
    }

    private static List<Frame> unpacked(byte[] bytes) {
        List<Frame> frames = new ArrayList<>();
        ByteBuffer from = ByteBuffer.wrap(bytes);
        while (from.remaining() >= 5) {
            boolean text = from.get() == IS_TEXT;
            int length = from.getInt();
            if (length < 0 || length > from.remaining()) return List.of();
            byte[] payload = new byte[length];
            from.get(payload);
            frames.add(text ? Frame.text(payload) : Frame.binary(payload));
        }
        return frames;
    }
}
