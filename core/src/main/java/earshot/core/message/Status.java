package earshot.core.message;

/**
 * What a user chose to show of themselves: a word, and a note beside it that only some dialects have words for. Boards carry both as one text and look
 * into neither.
 *
 * @param word such as {@code online}, 1..{@value #MAX_WORD_CHARS} characters, no line feed
 * @param note JSON of whoever chose it, at most {@value #MAX_NOTE_CHARS} characters; empty: none
 */
public record Status(String word, String note) {
    public static final int MAX_WORD_CHARS = 128;
    public static final int MAX_NOTE_CHARS = 4096;

    private static final char SEPARATOR = '\n';

    /** What {@link #text} wrote. A text without a note is the word alone. */
    public static Status of(String text) {
        int end = text.indexOf(SEPARATOR);
        return end < 0 ? new Status(text, "") : new Status(text.substring(0, end), text.substring(end + 1));
    }

    /** Whether it may be told to a board. */
    public boolean isWellFormed() {
        return !word.isEmpty()
                && word.length() <= MAX_WORD_CHARS
                && word.indexOf(SEPARATOR) < 0
                && note.length() <= MAX_NOTE_CHARS;
    }

    /** As one text, for a {@link earshot.core.presence.PresenceBoard}. */
    public String text() {
        return note.isEmpty() ? word : word + SEPARATOR + note;
    }
}
