package earshot.dialect.threadkit;

import earshot.core.message.Audience;
import earshot.core.message.Body;
import earshot.core.message.Change;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.Lane;
import earshot.core.message.Message;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.dialect.Frame;
import earshot.dialect.WireUuid;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the product's own HTTP server tells: the envelope {@code {"type","page_id","data"}} that it publishes, and single comments. The room is
 * the caller's to name (by the channel's name, or by the route); a page id in the envelope is not looked at. Thread-safe.
 */
public final class ThreadkitEvents {
    private final boolean relayPending;

    public ThreadkitEvents(ThreadkitConfig config) {
        this.relayPending = config.relayPending();
    }

    /** @param idempotencyKey so that what comes twice is told once; null: none */
    public Heard onPage(RoomId room, byte[] envelope, @Nullable String idempotencyKey) {
        EventEnvelope event = EventEnvelope.read(envelope);
        if (event == null) return notJson();
        return switch (event.type()) {
            case "new_comment" ->
                event.comment() == null ? bad("comment") : comment(room, event.comment(), idempotencyKey);
            case "edit_comment" -> edited(room, event, idempotencyKey);
            case "delete_comment" -> deleted(room, event, idempotencyKey);
            case "vote_update" -> votes(room, event);
            case "pin_update" -> pinned(room, event, idempotencyKey);
            default -> unknownType();
        };
    }

    /** A notification for one user: {@code {"type":"notification","data":{"type","comment_id","from_user"|"from_user_id"}}}. */
    public Heard onUser(UserId to, byte[] envelope) {
        EventEnvelope event = EventEnvelope.read(envelope);
        if (event == null) return notJson();
        if (!event.type().equals("notification")) return unknownType();
        if (event.kind() == null) return bad("type");
        if (event.commentId() == null) return bad("comment_id");
        if (event.fromUser() != null) {
            return new Heard.Notify(new Event.Notified(to, event.kind(), event.commentId(), event.fromUser(), ""));
        }
        UUID from = event.fromUserId() == null ? null : WireUuid.parse(event.fromUserId());
        if (from == null) return bad("from_user");
        UserId cause = new UserId(ThreadkitDialect.NAME, from.toString());
        return new Heard.NotifyFrom(to, event.kind(), event.commentId(), cause);
    }

    /** One TreeComment. It is kept and passed on as it is, byte for byte. */
    public Heard comment(RoomId room, byte[] treeComment, @Nullable String idempotencyKey) {
        TreeComment comment = TreeComment.read(treeComment);
        if (comment == null) return bad("comment");
        String id = comment.id();
        if (id.isEmpty() || id.length() > Message.MAX_ID_CHARS) return bad("i");
        if (comment.isWithheld() && !relayPending) return new Heard.Dropped(Heard.Reason.WITHHELD, "s");
        var body = new Body(ThreadkitDialect.NAME, TreeComment.MEDIA_TYPE, treeComment);
        var post = new Change.Post(canonical(id), comment.text(), comment.html(), comment.parent(), body);
        return new Heard.Told(new Command.Publish(room, post, idempotencyKey), comment.author(), null);
    }

    /**
     * What is told of a change to a comment that no log knows, in the words of this dialect only. Null for a {@link Change.Post}, which no log
     * needs to know beforehand.
     *
     * @param pinnedMillis Unix time of a pinning; null: nobody said when, or it is something else
     */
    public static @Nullable Command relay(RoomId room, Change change, @Nullable Long pinnedMillis) {
        return switch (change) {
            case Change.Post _ -> null;
            case Change.Edit e -> relay(room, ServerFrames.edited(room, e.messageId(), e.text(), e.html()));
            case Change.Delete d -> relay(room, ServerFrames.deleted(room, d.messageId()));
            case Change.Pin p ->
                relay(room, ServerFrames.pinned(room, p.messageId(), p.pinned(), p.pinned() ? pinnedMillis : null));
        };
    }

    private static Command relay(RoomId room, Frame frame) {
        var event = new Event.Relayed(
                room, ThreadkitDialect.NAME, Lane.SURE, null, ThreadkitDialect.FINISHED_FRAME, frame.bytes());
        return new Command.Relay(room, event, Audience.ALL);
    }

    private static Heard edited(RoomId room, EventEnvelope event, @Nullable String key) {
        if (event.commentId() == null) return bad("comment_id");
        if (event.content() == null) return bad("content");
        if (event.contentHtml() == null) return bad("content_html");
        var edit = new Change.Edit(canonical(event.commentId()), event.content(), event.contentHtml(), null);
        return changed(room, edit, null, key);
    }

    private static Heard deleted(RoomId room, EventEnvelope event, @Nullable String key) {
        if (event.commentId() == null) return bad("comment_id");
        return changed(room, new Change.Delete(canonical(event.commentId())), null, key);
    }

    private static Heard pinned(RoomId room, EventEnvelope event, @Nullable String key) {
        if (event.commentId() == null) return bad("comment_id");
        if (event.pinned() == null) return bad("pinned");
        return changed(room, new Change.Pin(canonical(event.commentId()), event.pinned()), event.pinnedAt(), key);
    }

    private static Heard changed(RoomId room, Change change, @Nullable Long pinnedMillis, @Nullable String key) {
        Command publish = new Command.Publish(room, change, key);
        return new Heard.Told(publish, TreeComment.ANONYMOUS, relay(room, change, pinnedMillis));
    }

    private static Heard votes(RoomId room, EventEnvelope event) {
        if (event.commentId() == null) return bad("comment_id");
        if (event.upvotes() == null) return bad("upvotes");
        if (event.downvotes() == null) return bad("downvotes");
        var vote = new Command.Vote(room, canonical(event.commentId()), event.upvotes(), event.downvotes());
        return new Heard.Told(vote, TreeComment.ANONYMOUS, null);
    }

    /** One spelling per comment, so that an edit finds what was posted in another. */
    private static String canonical(String id) {
        UUID uuid = WireUuid.parse(id);
        return uuid == null ? id : uuid.toString();
    }

    private static Heard notJson() {
        return new Heard.Dropped(Heard.Reason.NOT_JSON, "");
    }

    private static Heard unknownType() {
        return new Heard.Dropped(Heard.Reason.UNKNOWN_TYPE, "type");
    }

    private static Heard bad(String member) {
        return new Heard.Dropped(Heard.Reason.BAD_MEMBER, member);
    }
}
