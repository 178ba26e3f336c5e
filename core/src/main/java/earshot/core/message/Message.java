package earshot.core.message;

import org.jspecify.annotations.Nullable;

/**
 * A message as it is now. Immutable; an edit makes another one with the same id and position.
 *
 * @param id unique in its room; ours are UUID v7, a product's own are kept as given
 * @param position where it was first said; never changes
 * @param author as the author looked when it was said
 * @param text what is shown to people who read plain text; empty when deleted
 * @param html the same, rendered; null: the escaped text
 * @param replyTo a message or thread id; null when it answers nothing
 * @param timestampMillis Unix time of saying it
 * @param body as the author's dialect wrote it; null when the fields say all, and when deleted
 * @param editedMillis Unix time of the last edit; 0: never
 * @param pinnedMillis Unix time of pinning; 0: not pinned
 * @param deleted true: text and body are gone, the place remains
 */
public record Message(
        String id,
        RoomId room,
        Position position,
        Profile author,
        String text,
        @Nullable String html,
        @Nullable String replyTo,
        long timestampMillis,
        @Nullable Body body,
        long editedMillis,
        long pinnedMillis,
        boolean deleted) {

    public static final int MAX_ID_CHARS = 128;

    public Message edited(String newText, @Nullable String newHtml, @Nullable Body newBody, long atMillis) {
        return new Message(
                id,
                room,
                position,
                author,
                newText,
                newHtml,
                replyTo,
                timestampMillis,
                newBody,
                atMillis,
                pinnedMillis,
                deleted);
    }

    public Message pinned(long atMillis) {
        return new Message(
                id,
                room,
                position,
                author,
                text,
                html,
                replyTo,
                timestampMillis,
                body,
                editedMillis,
                atMillis,
                deleted);
    }

    /** The message after a later entry about it; the entry must be about this message. */
    public Message changedBy(KeptEvent entry) {
        return switch (entry) {
            case KeptEvent.MessagePosted p -> p.message();
            case KeptEvent.MessageEdited e -> edited(e.text(), e.html(), e.body(), e.timestampMillis());
            case KeptEvent.MessageDeleted _ -> blanked();
            case KeptEvent.MessagePinned p -> pinned(p.pinned() ? p.timestampMillis() : 0);
        };
    }

    public Message blanked() {
        return new Message(id, room, position, author, "", null, replyTo, timestampMillis, null, editedMillis, 0, true);
    }

    /** What it weighs in memory, roughly: for limits by bytes. */
    public int weightBytes() {
        int bodyBytes = body == null ? 0 : body.bytes().length;
        int htmlChars = html == null ? 0 : html.length();
        return 300 + id.length() + text.length() + htmlChars + bodyBytes;
    }
}
