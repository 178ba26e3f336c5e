package earshot.core.message;

/**
 * A place in a room's log. Offsets of one epoch are dense and begin at 1; an epoch only grows, and a new one begins whenever the log may
 * have gone back, so that an offset from before can never be mistaken for one from after.
 *
 * @param epoch at least 1
 * @param offset at least 0; 0 is the place before the first entry
 */
public record Position(long epoch, long offset) implements Comparable<Position> {
    /** Before everything, in every epoch. */
    public static final Position START = new Position(0, 0);

    public Position {
        if (epoch < 0 || offset < 0)
            throw new IllegalArgumentException("position: " + epoch + ":" + offset + " (expected: >= 0)");
    }

    public boolean isAfter(Position other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(Position other) {
        int byEpoch = Long.compare(epoch, other.epoch);
        return byEpoch != 0 ? byEpoch : Long.compare(offset, other.offset);
    }

    /** {@code epoch:offset}, as {@code /v1} writes and reads it. */
    @Override
    public String toString() {
        return epoch + ":" + offset;
    }

    /** Throws {@link IllegalArgumentException} when the text is not {@code epoch:offset}. */
    public static Position parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 1) throw new IllegalArgumentException("position: not <epoch>:<offset>");
        return new Position(Long.parseLong(text.substring(0, colon)), Long.parseLong(text.substring(colon + 1)));
    }
}
