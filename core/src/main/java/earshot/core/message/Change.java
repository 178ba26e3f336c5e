package earshot.core.message;

import org.jspecify.annotations.Nullable;

/** What a {@link Draft} wants to do to a room's messages. */
public sealed interface Change {
    /** The message that is said, edited, deleted or pinned. */
    String messageId();

    /** Says something new. An id that the room has already is refused with {@link Problem#CONFLICT}. */
    record Post(
            String messageId,
            String text,
            @Nullable String html,
            @Nullable String replyTo,
            @Nullable Body body) implements Change {}

    /** Says it differently. Refused with {@link Problem#NOT_FOUND} when there is no such message or it was deleted. */
    record Edit(
            String messageId,
            String text,
            @Nullable String html,
            @Nullable Body body) implements Change {}

    /** Takes it back: body and text are blanked in log and book. Refused with {@link Problem#NOT_FOUND} as above. */
    record Delete(String messageId) implements Change {}

    record Pin(String messageId, boolean pinned) implements Change {}
}
