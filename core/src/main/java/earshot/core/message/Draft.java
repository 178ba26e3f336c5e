package earshot.core.message;

import org.jspecify.annotations.Nullable;

/**
 * A change that waits for its place in the log.
 *
 * @param author who says it; for an edit, delete or pin: who does that
 * @param idempotencyKey counts per (room, author, key) for five minutes: the second append returns the first position; null: none
 */
public record Draft(
        RoomId room,
        Change change,
        Profile author,
        long timestampMillis,
        @Nullable String idempotencyKey) {
    public static final int MAX_IDEMPOTENCY_KEY_CHARS = 200;

    /** The event that this draft becomes at a position. */
    public KeptEvent at(Position position) {
        return switch (change) {
            case Change.Post p ->
                new KeptEvent.MessagePosted(new Message(
                        p.messageId(),
                        room,
                        position,
                        author,
                        p.text(),
                        p.html(),
                        p.replyTo(),
                        timestampMillis,
                        p.body(),
                        0,
                        0,
                        false));
            case Change.Edit e ->
                new KeptEvent.MessageEdited(
                        room, position, e.messageId(), author, e.text(), e.html(), e.body(), timestampMillis);
            case Change.Delete d ->
                new KeptEvent.MessageDeleted(room, position, d.messageId(), author, timestampMillis);
            case Change.Pin p ->
                new KeptEvent.MessagePinned(room, position, p.messageId(), author, p.pinned(), timestampMillis);
        };
    }
}
