package earshot.dialect.graphwiz;

import earshot.dialect.Frame;
import earshot.dialect.graphwiz.wire.Wire.Message;
import earshot.dialect.graphwiz.wire.Wire.MessageType;
import earshot.dialect.graphwiz.wire.Wire.PresenceEventType;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts right what a client says of who it is (protocols/graphwiz.md section 6.2), and gives a message without a name one. */
final class Own {
    private Own() {}

    /** The same when its author is the client, by any of its names. */
    static Heard said(Heard heard, Identity by) {
        String author = author(heard.message());
        if (author == null || (by.isCalled(author) && !saysTooMuch(heard))) return heard;
        // Text has no author of its own: whoever reads it in another framing takes the sender.
        if (heard.framing() == Framing.TEXT) return heard;
        return written(heard, with(heard.message().toBuilder(), by.clientId()).build());
    }

    /** Who comes and goes, and who the host is, is for the server to say. */
    private static boolean saysTooMuch(Heard heard) {
        return heard.type() == Types.JOIN
                || heard.type() == Types.LEAVE
                || !heard.message()
                        .getPresenceEvent()
                        .getData()
                        .getHostClientId()
                        .isEmpty();
    }

    /** Null: it has none. */
    private static @Nullable String author(Message message) {
        return switch (message.getPayloadCase()) {
            case CHAT_MESSAGE -> message.getChatMessage().getFromClientId();
            case VOICE_DATA -> message.getVoiceData().getFromClientId();
            case EMOJI_REACTION -> message.getEmojiReaction().getFromClientId();
            case OBJECT_GRAB -> message.getObjectGrab().getClientId();
            case OBJECT_RELEASE -> message.getObjectRelease().getClientId();
            case PRESENCE_EVENT -> message.getPresenceEvent().getClientId();
            default -> null;
        };
    }

    static Message.Builder with(Message.Builder message, String clientId) {
        switch (message.getPayloadCase()) {
            case CHAT_MESSAGE -> message.getChatMessageBuilder().setFromClientId(clientId);
            case VOICE_DATA -> message.getVoiceDataBuilder().setFromClientId(clientId);
            case EMOJI_REACTION -> message.getEmojiReactionBuilder().setFromClientId(clientId);
            case OBJECT_GRAB -> message.getObjectGrabBuilder().setClientId(clientId);
            case OBJECT_RELEASE -> message.getObjectReleaseBuilder().setClientId(clientId);
            case PRESENCE_EVENT -> {
                message.setType(MessageType.PRESENCE_UPDATE);
                message.getPresenceEventBuilder()
                        .setClientId(clientId)
                        .setEventType(PresenceEventType.UPDATE)
                        .getDataBuilder()
                        .clearHostClientId();
            }
            default -> {}
        }
        return message;
    }

    /** As protobuf and acknowledgements need it: who hears it can name it. */
    static Heard named(Heard heard, Supplier<String> ids, long nowMillis) {
        Message message = heard.message();
        if (!message.getMessageId().isEmpty() && message.getTimestamp() > 0) return heard;
        var named = message.toBuilder();
        if (message.getMessageId().isEmpty()) named.setMessageId(ids.get());
        if (message.getTimestamp() <= 0) named.setTimestamp(nowMillis);
        return heard.framing() == Framing.TEXT
                ? new Heard(Framing.TEXT, heard.type(), named.build(), heard.raw(), false)
                : written(heard, named.build());
    }

    private static Heard written(Heard heard, Message message) {
        int type = heard.message().getPayloadCase() == Message.PayloadCase.PRESENCE_EVENT
                        && message.getPresenceEvent().getEventType() == PresenceEventType.UPDATE
                ? Types.PRESENCE
                : heard.type();
        if (heard.framing() == Framing.PROTOBUF)
            return new Heard(Framing.PROTOBUF, type, message, message.toByteArray(), false);
        Frame frame = Codec.frame(heard.framing(), type, message);
        // What hub clients cannot say came from none.
        byte[] raw = frame == null ? heard.raw() : frame.bytes();
        return new Heard(heard.framing(), type, message, raw, false);
    }
}
