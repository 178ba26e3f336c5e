package earshot.dialect.threadkit;

import earshot.core.message.Event;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.PresenceList;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.dialect.Frame;
import earshot.dialect.JsonBytes;
import earshot.dialect.WireUuid;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Every frame of the server, one method each. {@code params} is always an object. */
final class ServerFrames {
    private static final byte[] BEGIN = "{\"jsonrpc\":\"2.0\",\"method\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = {'}', '}'};

    private ServerFrames() {}

    static Frame connected(@Nullable UUID user) {
        return end(begin("connected").raw("\"user_id\":").id(user));
    }

    static Frame error(ErrorCode code) {
        return end(begin("error")
                .raw("\"code\":")
                .string(code.code())
                .raw(",\"message\":")
                .string(code.message()));
    }

    /** The original client passes over methods that it does not know. */
    static Frame service(boolean available) {
        return end(begin("service").raw("\"available\":").bool(available));
    }

    static Frame pong() {
        return end(begin("pong"));
    }

    static Frame presence(UUID page, PresenceList list) {
        JsonBytes out = begin("presence").raw("\"page_id\":").id(page).raw(",\"users\":[");
        boolean first = true;
        for (PresenceList.Present present : list.users()) {
            if (!first) out.raw(",");
            UserPublic.write(out, present.user());
            first = false;
        }
        return end(out.raw("]"));
    }

    static Frame joined(Event.UserJoined event) {
        JsonBytes out = onPage("user_joined", event.room()).raw(",\"user\":");
        UserPublic.write(out, event.user());
        return end(out);
    }

    static Frame left(Event.UserLeft event) {
        UUID user = WireUuid.ofUser(event.user().user());
        return end(onPage("user_left", event.room()).raw(",\"user_id\":").id(user));
    }

    static Frame typing(Event.Typing event) {
        UUID replyTo = event.replyTo() == null ? null : WireUuid.ofMessage(event.replyTo());
        JsonBytes out =
                onPage("typing", event.room()).raw(",\"reply_to\":").id(replyTo).raw(",\"user\":");
        UserPublic.write(out, event.user());
        return end(out);
    }

    /** @param comment a finished TreeComment */
    static Frame ownComment(RoomId room, byte[] comment) {
        return end(onPage("new_comment", room).raw(",\"comment\":").raw(comment));
    }

    static Frame comment(Message message) {
        JsonBytes out = onPage("new_comment", message.room()).raw(",\"comment\":");
        TreeComment.write(out, message);
        return end(out);
    }

    static Frame edited(KeptEvent.MessageEdited event) {
        return edited(event.room(), event.messageId(), event.text(), event.html());
    }

    static Frame edited(RoomId room, String messageId, String text, @Nullable String html) {
        JsonBytes out = onComment("edit_comment", room, messageId);
        out.raw(",\"content\":").string(text);
        return end(out.raw(",\"content_html\":").string(TreeComment.html(html, text)));
    }

    static Frame deleted(RoomId room, String messageId) {
        return end(onComment("delete_comment", room, messageId));
    }

    static Frame votes(Event.VotesChanged event) {
        JsonBytes out = onComment("vote_update", event.room(), event.messageId());
        return end(out.raw(",\"upvotes\":")
                .number(event.upvotes())
                .raw(",\"downvotes\":")
                .number(event.downvotes()));
    }

    static Frame pinned(KeptEvent.MessagePinned event) {
        return pinned(event.room(), event.messageId(), event.pinned(), event.pinned() ? event.timestampMillis() : null);
    }

    /** @param pinnedMillis null: not pinned any more, or nobody said when */
    static Frame pinned(RoomId room, String messageId, boolean pinned, @Nullable Long pinnedMillis) {
        JsonBytes out = onComment("pin_update", room, messageId);
        out.raw(",\"pinned\":").bool(pinned).raw(",\"pinned_at\":");
        return end(pinnedMillis == null ? out.raw("null") : out.number(pinnedMillis));
    }

    static Frame notification(String kind, String messageId, Profile from) {
        JsonBytes out = begin("notification").raw("\"type\":").string(kind);
        out.raw(",\"comment_id\":").id(WireUuid.ofMessage(messageId)).raw(",\"from_user\":");
        UserPublic.write(out, from);
        return end(out);
    }

    /** Whether a payload that came through a room was made here. */
    static boolean isFrame(byte[] payload) {
        boolean begins =
                payload.length > BEGIN.length && Arrays.equals(payload, 0, BEGIN.length, BEGIN, 0, BEGIN.length);
        return begins && TreeComment.isUtf8(payload);
    }

    private static JsonBytes onComment(String method, RoomId room, String messageId) {
        return onPage(method, room).raw(",\"comment_id\":").id(WireUuid.ofMessage(messageId));
    }

    private static JsonBytes onPage(String method, RoomId room) {
        return begin(method).raw("\"page_id\":").id(WireUuid.ofRoom(room));
    }

    private static JsonBytes begin(String method) {
        return new JsonBytes(512).raw(BEGIN).raw(method).raw("\",\"params\":{");
    }

    private static Frame end(JsonBytes out) {
        return Frame.text(out.raw(END).done());
    }
}
