package earshot.core.message;

import org.jspecify.annotations.Nullable;

/**
 * How a session wants to be in a room.
 *
 * @param variant the spelling in which the session's dialect encodes for it, 0..{@value #MAX_VARIANT}
 * @param filtered true: the session's conversation is asked for each event whether it wants it
 * @param silent true: hears, but is in no presence list and causes no joins and leaves (threadkit's anonymous readers)
 * @param historyLimit how many of the newest messages the snapshot carries, 0..{@value #MAX_HISTORY}
 * @param after resume: what came after this position, instead of the newest; null: a fresh join
 */
public record JoinOptions(
        int variant,
        boolean filtered,
        boolean silent,
        int historyLimit,
        @Nullable Position after) {
    public static final int MAX_VARIANT = 15;
    public static final int MAX_HISTORY = 1000;

    public JoinOptions {
        if (variant < 0 || variant > MAX_VARIANT)
            throw new IllegalArgumentException("variant: " + variant + " (expected: 0..15)");
        if (historyLimit < 0 || historyLimit > MAX_HISTORY) {
            throw new IllegalArgumentException("historyLimit: " + historyLimit + " (expected: 0.." + MAX_HISTORY + ")");
        }
    }

    public static JoinOptions fresh(int historyLimit) {
        return new JoinOptions(0, false, false, historyLimit, null);
    }
}
