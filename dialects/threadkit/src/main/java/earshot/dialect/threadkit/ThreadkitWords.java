package earshot.dialect.threadkit;

import earshot.core.message.Event;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.VoiceEvent;
import earshot.core.product.ProductWords;
import earshot.dialect.JsonBytes;
import earshot.dialect.WireUuid;
import org.jspecify.annotations.Nullable;

/**
 * What happened here as ThreadKit's own HTTP server would publish it (WIRE.md, "Events of the product"): pages of this realm, and notifications of its users.
 * Thread-safe.
 */
public final class ThreadkitWords implements ProductWords {
    private final boolean relayPending;

    public ThreadkitWords(ThreadkitConfig config) {
        this.relayPending = config.relayPending();
    }

    @Override
    public @Nullable Said of(Event event) {
        return switch (event) {
            case KeptEvent.MessagePosted p -> posted(p.message());
            case KeptEvent.MessageEdited e -> {
                JsonBytes out = onComment("edit_comment", e.room(), e.messageId());
                out.raw(",\"content\":").string(e.text());
                out.raw(",\"content_html\":").string(TreeComment.html(e.html(), e.text()));
                yield onPage(e.room(), out);
            }
            case KeptEvent.MessageDeleted d -> onPage(d.room(), onComment("delete_comment", d.room(), d.messageId()));
            case KeptEvent.MessagePinned p -> {
                JsonBytes out = onComment("pin_update", p.room(), p.messageId());
                out.raw(",\"pinned\":").bool(p.pinned()).raw(",\"pinned_at\":");
                if (p.pinned()) out.number(p.timestampMillis());
                else out.raw("null");
                yield onPage(p.room(), out);
            }
            case Event.VotesChanged v -> {
                JsonBytes out = onComment("vote_update", v.room(), v.messageId());
                out.raw(",\"upvotes\":").number(v.upvotes());
                out.raw(",\"downvotes\":").number(v.downvotes());
                yield onPage(v.room(), out);
            }
            case Event.Notified n -> notified(n);
            case Event.UserJoined _,
                    Event.UserLeft _,
                    Event.Typing _,
                    Event.StatusChanged _,
                    Event.PresenceChanged _,
                    Event.Relayed _,
                    VoiceEvent _ -> null;
        };
    }

    private @Nullable Said posted(Message message) {
        if (message.deleted()) return null;
        byte[] body = TreeComment.ownBody(message);
        TreeComment own = body == null ? null : TreeComment.read(body);
        if (own != null && own.isWithheld() && !relayPending) return null;
        JsonBytes out = begin("new_comment", message.room()).raw("\"comment\":");
        if (body != null && own != null) out.raw(body);
        else TreeComment.write(out, message);
        return onPage(message.room(), out);
    }

    private static @Nullable Said notified(Event.Notified event) {
        String messageId = event.messageId();
        Profile from = event.from();
        boolean isOurs = event.user().realm().equals(ThreadkitDialect.NAME);
        if (!isOurs || messageId == null || from == null) return null;
        JsonBytes out = new JsonBytes(512)
                .raw("{\"type\":\"notification\",\"data\":{\"type\":")
                .string(event.kind());
        out.raw(",\"comment_id\":").id(WireUuid.ofMessage(messageId)).raw(",\"from_user\":");
        UserPublic.write(out, from);
        return new Said(
                ThreadkitChannels.ofUser(WireUuid.ofUser(event.user())),
                out.raw("}}").done());
    }

    private static JsonBytes onComment(String type, RoomId room, String messageId) {
        return begin(type, room).raw("\"comment_id\":").id(WireUuid.ofMessage(messageId));
    }

    private static JsonBytes begin(String type, RoomId room) {
        JsonBytes out = new JsonBytes(512).raw("{\"type\":\"").raw(type);
        return out.raw("\",\"page_id\":").id(WireUuid.ofRoom(room)).raw(",\"data\":{");
    }

    /** Pages of a meeting are not told of: what is said there is not all ThreadKit's. */
    private static @Nullable Said onPage(RoomId room, JsonBytes out) {
        if (!room.realm().equals(ThreadkitDialect.NAME)) return null;
        return new Said(
                ThreadkitChannels.ofPage(WireUuid.ofRoom(room)), out.raw("}}").done());
    }
}
