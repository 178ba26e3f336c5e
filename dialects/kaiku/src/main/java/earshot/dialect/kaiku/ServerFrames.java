package earshot.dialect.kaiku;

import earshot.core.message.KeptEvent;
import earshot.core.message.RoomId;
import earshot.dialect.JsonBytes;
import earshot.dialect.WireUuid;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Every event that the dialect itself says, one method each, as JSON. The type comes first. */
final class ServerFrames {
    private static final DateTimeFormatter WITH_OFFSET =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSxxx").withZone(ZoneOffset.UTC);

    private ServerFrames() {}

    /** @param resume null: this connection cannot be resumed */
    static byte[] ready(UUID user, @Nullable String resume) {
        JsonBytes out = begin(EventType.READY).raw(",\"user_id\":").id(user);
        if (resume != null) out.raw(",\"resume\":").string(resume);
        return end(out);
    }

    static byte[] pong() {
        return end(begin(EventType.PONG));
    }

    /** @param events null: all */
    static byte[] subscribed(UUID channel, @Nullable Long events) {
        JsonBytes out = inChannel(EventType.SUBSCRIBED, channel);
        if (events != null) {
            out.raw(",\"events\":[");
            boolean first = true;
            for (EventType type : EventType.values()) {
                if ((events & type.bit()) == 0) continue;
                if (!first) out.raw(',');
                first = false;
                out.string(type.word());
            }
            out.raw(']');
        }
        return end(out);
    }

    static byte[] unsubscribed(UUID channel) {
        return end(inChannel(EventType.UNSUBSCRIBED, channel));
    }

    static byte[] error(String code, String message) {
        return end(begin(EventType.ERROR)
                .raw(",\"code\":")
                .string(code)
                .raw(",\"message\":")
                .string(message));
    }

    static byte[] messageNew(RoomId room, byte[] object) {
        return end(inChannel(EventType.MESSAGE_NEW, WireUuid.ofRoom(room))
                .raw(",\"message\":")
                .raw(object));
    }

    static byte[] messageEdit(KeptEvent.MessageEdited event) {
        return end(ofMessage(EventType.MESSAGE_EDIT, event)
                .raw(",\"content\":")
                .string(event.text())
                .raw(",\"edited_at\":\"")
                .raw(withOffset(event.timestampMillis()))
                .raw('"'));
    }

    static byte[] messageDelete(KeptEvent.MessageDeleted event) {
        return end(ofMessage(EventType.MESSAGE_DELETE, event));
    }

    static byte[] pin(KeptEvent.MessagePinned event) {
        if (!event.pinned()) return end(ofMessage(EventType.CHANNEL_PIN_REMOVED, event));
        return end(ofMessage(EventType.CHANNEL_PIN_ADDED, event)
                .raw(",\"pinned_by\":")
                .id(WireUuid.ofUser(event.by().user()))
                .raw(",\"pinned_at\":\"")
                .raw(withOffset(event.timestampMillis()))
                .raw('"'));
    }

    static byte[] typing(RoomId room, UUID user, boolean on) {
        return end(inChannel(on ? EventType.TYPING_START : EventType.TYPING_STOP, WireUuid.ofRoom(room))
                .raw(",\"user_id\":")
                .id(user));
    }

    static byte[] presence(UUID user, String shown) {
        return end(begin(EventType.PRESENCE_UPDATE)
                .raw(",\"user_id\":")
                .id(user)
                .raw(",\"status\":")
                .string(shown));
    }

    /** {@code rich_presence_update} or {@code custom_status_update}. */
    static byte[] shown(EventType kind, UUID user, @Nullable String json) {
        JsonBytes out = begin(kind).raw(",\"user_id\":").id(user);
        out.raw(kind == EventType.RICH_PRESENCE_UPDATE ? ",\"activity\":" : ",\"custom_status\":");
        return end(json == null ? out.raw("null") : out.raw(json.getBytes(StandardCharsets.UTF_8)));
    }

    /** The only code that the original ever sends: clients look at the text. */
    static byte[] voiceError(String message) {
        return end(begin(EventType.VOICE_ERROR)
                .raw(",\"code\":\"voice_error\",\"message\":")
                .string(message));
    }

    static byte[] voiceLeft(UUID channel, UUID user) {
        return end(inChannel(EventType.VOICE_USER_LEFT, channel)
                .raw(",\"user_id\":")
                .id(user));
    }

    // --- calls

    static byte[] incomingCall(UUID dm, UUID caller, String name) {
        return end(calling(EventType.INCOMING_CALL, dm, caller, name));
    }

    static byte[] callStarted(UUID dm, UUID caller, String name) {
        return end(calling(EventType.CALL_STARTED, dm, caller, name));
    }

    private static JsonBytes calling(EventType type, UUID dm, UUID caller, String name) {
        return inChannel(type, dm)
                .raw(",\"initiator\":")
                .id(caller)
                .raw(",\"initiator_name\":")
                .string(name)
                .raw(",\"capabilities\":[\"audio\"]");
    }

    static byte[] callEnded(UUID dm, String reason, @Nullable Long seconds) {
        JsonBytes out = inChannel(EventType.CALL_ENDED, dm).raw(",\"reason\":").string(reason);
        out.raw(",\"duration_secs\":");
        return end(seconds == null ? out.raw("null") : out.number(seconds));
    }

    static byte[] callJoined(UUID dm, UUID user, String username) {
        return end(inChannel(EventType.CALL_PARTICIPANT_JOINED, dm)
                .raw(",\"user_id\":")
                .id(user)
                .raw(",\"username\":")
                .string(username));
    }

    static byte[] callLeft(UUID dm, UUID user) {
        return end(inChannel(EventType.CALL_PARTICIPANT_LEFT, dm)
                .raw(",\"user_id\":")
                .id(user));
    }

    static byte[] callDeclined(UUID dm, UUID user) {
        return end(inChannel(EventType.CALL_DECLINED, dm).raw(",\"user_id\":").id(user));
    }

    // --- pieces

    private static JsonBytes ofMessage(EventType type, KeptEvent event) {
        return inChannel(type, WireUuid.ofRoom(event.room()))
                .raw(",\"message_id\":")
                .id(WireUuid.ofMessage(event.messageId()));
    }

    static JsonBytes inChannel(EventType type, UUID channel) {
        return begin(type).raw(",\"channel_id\":").id(channel);
    }

    private static JsonBytes begin(EventType type) {
        return new JsonBytes(256).raw("{\"type\":\"").raw(type.word()).raw('"');
    }

    static byte[] end(JsonBytes out) {
        return out.raw('}').done();
    }

    /** As the original spells what it makes itself: {@code +00:00}, not {@code Z}. */
    static String withOffset(long millis) {
        return WITH_OFFSET.format(Instant.ofEpochMilli(millis));
    }
}
