package earshot.dialect.graphwiz;

import com.google.protobuf.InvalidProtocolBufferException;
import earshot.dialect.Frame;
import earshot.dialect.JsonBytes;
import earshot.dialect.graphwiz.wire.Wire.Message;
import earshot.dialect.graphwiz.wire.Wire.MessageType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what clients send and writes what they hear, in every framing. Stateless; anything may come in, nothing is thrown. */
final class Codec {
    private static final int MAX_TYPE = 255;

    private Codec() {}

    // --- reading

    /**
     * A binary frame. Null when it is neither framing's.
     *
     * @param usual what this client has spoken so far, tried first; null: nothing yet
     */
    static @Nullable Heard binary(byte[] frame, @Nullable Framing usual) {
        Heard heard = null;
        if (usual == Framing.PROTOBUF) heard = protobuf(frame);
        if (heard == null) heard = hub(frame);
        if (heard == null && usual != Framing.PROTOBUF) heard = protobuf(frame);
        return heard;
    }

    private static @Nullable Heard protobuf(byte[] frame) {
        try {
            Message message = Message.parseFrom(frame);
            int type = Types.of(message);
            boolean nothing = message.getPayloadCase() == Message.PayloadCase.PAYLOAD_NOT_SET;
            if (nothing && (Types.isOfSchema(type) || message.getMessageId().isEmpty())) return null;
            if (type <= 0 || type >= MAX_TYPE || !Sane.is(message)) return null;
            return new Heard(Framing.PROTOBUF, type, message, frame, !nothing && disagrees(message, type));
        } catch (InvalidProtocolBufferException notProtobuf) {
            return null;
        }
    }

    private static boolean disagrees(Message message, int type) {
        return message.getTypeValue() != type
                && message.getPayloadCase() != Message.PayloadCase.PRESENCE_EVENT
                && message.getPayloadCase() != Message.PayloadCase.CUSTOM;
    }

    private static @Nullable Heard hub(byte[] frame) {
        HubFrame head = HubFrame.of(frame);
        if (head == null) return null;
        // Nothing, and null, are as good as an empty object (protocols/graphwiz.md sections 4.2, 4.4).
        boolean isObject = frame[frame.length - 1] == '}' && head.payloadAt() < frame.length;
        Map<String, @Nullable Object> json =
                isObject ? Json.object(Json.read(frame, head.payloadAt(), frame.length - head.payloadAt())) : Map.of();
        if (json == null) return null;
        var message = Message.newBuilder()
                .setMessageId(head.messageId())
                .setTimestamp(head.timestampMillis())
                .setTypeValue(head.type());
        HubReader.read(head.type(), json, message);
        Message said = message.build();
        return Sane.is(said) ? new Heard(Framing.HUB, head.type(), said, frame, false) : null;
    }

    /** What a text says that is a chat message or a list of acknowledgements; null: anything else. */
    static @Nullable Heard text(byte[] utf8) {
        Map<String, @Nullable Object> json = Json.object(Json.read(utf8));
        if (json == null) return null;
        var message = Message.newBuilder().setMessageId(HubReader.text(json, "message_id"));
        var chat = HubReader.textChat(json);
        if (chat != null) message.setType(MessageType.CHAT_MESSAGE).setChatMessage(chat);
        else if ("ACK".equals(json.get("type")))
            message.setType(MessageType.ACK).getAckBuilder().addAllMessageIds(HubReader.texts(json.get("message_ids")));
        else return null;
        Message said = message.build();
        return Sane.is(said) ? new Heard(Framing.TEXT, said.getTypeValue(), said, utf8, false) : null;
    }

    /** The original client's keep-alive. */
    static boolean isTextPing(byte[] utf8) {
        Map<String, @Nullable Object> json = Json.object(Json.read(utf8));
        return json != null && json.get("type") instanceof Json.Num n && n.value() == Types.PING;
    }

    // --- writing

    /** The message in a framing; null: it cannot be said there. */
    static @Nullable Frame frame(Framing framing, int type, Message message) {
        return switch (framing) {
            case PROTOBUF -> hasPayload(message) ? Frame.binary(message.toByteArray()) : null;
            case HUB -> {
                byte[] frame = HubWriter.frame(type, message);
                yield frame == null ? null : Frame.binary(frame);
            }
            case TEXT -> asText(type, message);
        };
    }

    private static boolean hasPayload(Message message) {
        return message.getPayloadCase() != Message.PayloadCase.PAYLOAD_NOT_SET;
    }

    /** {@code {"type","message_id","timestamp","payload"}}; acknowledgements and errors flat. */
    private static @Nullable Frame asText(int type, Message message) {
        byte[] payload = HubWriter.payload(type, message);
        if (payload == null) return null;
        var json = new JsonBytes(128 + payload.length)
                .raw("{\"type\":")
                .string(Types.name(type))
                .raw(",\"message_id\":")
                .string(message.getMessageId())
                .raw(",\"timestamp\":")
                .number(message.getTimestamp());
        if (type == Types.ACK) acks(message, json);
        else json.raw(",\"payload\":").raw(payload);
        return Frame.text(json.raw('}').done());
    }

    private static void acks(Message message, JsonBytes json) {
        json.raw(",\"message_ids\":[");
        String before = "";
        for (String id : message.getAck().getMessageIdsList()) {
            json.raw(before).string(id);
            before = ",";
        }
        json.raw(']');
    }

    /** A message of ours, without its payload. */
    static Message.Builder begin(int type, String messageId, long nowMillis) {
        var message = Message.newBuilder().setMessageId(messageId).setTimestamp(nowMillis);
        MessageType known = MessageType.forNumber(type);
        return known == null ? message.setTypeValue(type) : message.setType(known);
    }
}
