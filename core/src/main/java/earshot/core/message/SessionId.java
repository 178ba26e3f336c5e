package earshot.core.message;

/**
 * One connected client, on this node or another. Never used twice: the incarnation names one run of one node.
 *
 * @param incarnation random per process start
 * @param serial counts up within the incarnation
 */
public record SessionId(long incarnation, long serial) {
    @Override
    public int hashCode() {
        return Long.hashCode(serial * 0x9E3779B97F4A7C15L ^ incarnation);
    }

    /** As shown to operators and taken back by {@link #parse}. */
    @Override
    public String toString() {
        return Long.toUnsignedString(incarnation, 36) + "-" + Long.toUnsignedString(serial, 36);
    }

    /** Throws {@link IllegalArgumentException} when the text was not made by {@link #toString}. */
    public static SessionId parse(String text) {
        int dash = text.indexOf('-');
        if (dash < 1) throw new IllegalArgumentException("session: not <incarnation>-<serial>");
        return new SessionId(
                Long.parseUnsignedLong(text.substring(0, dash), 36),
                Long.parseUnsignedLong(text.substring(dash + 1), 36));
    }
}
