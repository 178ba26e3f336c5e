package earshot.core.history;

import java.time.Duration;

/**
 * How much of a room's past is kept: what is over any of the limits goes, oldest first.
 *
 * @param maxMessages 1..; {@link #UNLIMITED} for all
 * @param maxAge positive; {@link #FOREVER} for all
 * @param maxBytes 1..; {@link #UNLIMITED} for all
 * @param durable false: in this process only
 */
public record Retention(long maxMessages, Duration maxAge, long maxBytes, boolean durable) {
    public static final long UNLIMITED = Long.MAX_VALUE;
    public static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    public static final Retention EVERYTHING = new Retention(UNLIMITED, FOREVER, UNLIMITED, true);

    public Retention {
        if (maxMessages < 1) throw new IllegalArgumentException("maxMessages: " + maxMessages + " (expected: >= 1)");
        if (maxAge.isNegative() || maxAge.isZero())
            throw new IllegalArgumentException("maxAge: " + maxAge + " (expected: > 0)");
        if (maxBytes < 1) throw new IllegalArgumentException("maxBytes: " + maxBytes + " (expected: >= 1)");
    }

    /** What a room shared by two kinds keeps: as much as the more demanding one (DECISIONS 12). */
    public Retention atLeast(Retention other) {
        return new Retention(
                Math.max(maxMessages, other.maxMessages),
                maxAge.compareTo(other.maxAge) >= 0 ? maxAge : other.maxAge,
                Math.max(maxBytes, other.maxBytes),
                durable || other.durable);
    }
}
