package earshot.core.room;

import earshot.core.history.Retention;
import java.time.Duration;

/**
 * What a realm wants of its rooms. A meeting takes the most demanding of its dialects ({@link #atLeast}).
 *
 * @param capacity sessions per room, 1..
 * @param window how many of the newest messages a room keeps at hand for those who join, 0..1000
 * @param lingerMillis how long a leave is held back after a close that the server made (0: not at all); closes that the client made are told
 *     at once unless {@code lingersAlways}
 * @param lingersAlways true: client-made closes that were not clean linger too (kaiku, summit: a grace after a drop)
 * @param typingDebounceMillis a typist is told again at most this often
 * @param typingExpiryMillis a typist who says no more is told to have stopped after this; 0: receivers expire it themselves
 * @param typingToOwnSessions true: the typist's other sessions hear of it
 * @param membersOnly true: may not be put into a meeting
 * @param typingToTypist true: the typing session hears of it, too (kaiku's clients pass over their own)
 * @param wholePresence true: after a leave and a change of status everybody is told the whole list ({@link earshot.core.message.Event.PresenceChanged})
 */
public record RoomRules(
        int capacity,
        Retention retention,
        int window,
        long lingerMillis,
        boolean lingersAlways,
        long typingDebounceMillis,
        long typingExpiryMillis,
        boolean typingToOwnSessions,
        boolean membersOnly,
        boolean wholePresence,
        boolean typingToTypist) {

    /** How long users who were in a room when the process ended are expected back (DECISIONS 28). */
    public static final Duration RETURN_WITHIN = Duration.ofSeconds(60);

    private static final int MAX_WINDOW = 1000;
    private static final int SPARE = 32;

    /** For dialects that know differences. */
    public RoomRules(
            int capacity,
            Retention retention,
            int window,
            long lingerMillis,
            boolean lingersAlways,
            long typingDebounceMillis,
            long typingExpiryMillis,
            boolean typingToOwnSessions,
            boolean membersOnly) {
        this(
                capacity,
                retention,
                window,
                lingerMillis,
                lingersAlways,
                typingDebounceMillis,
                typingExpiryMillis,
                typingToOwnSessions,
                membersOnly,
                false);
    }

    /** For dialects whose typists do not hear themselves. */
    public RoomRules(
            int capacity,
            Retention retention,
            int window,
            long lingerMillis,
            boolean lingersAlways,
            long typingDebounceMillis,
            long typingExpiryMillis,
            boolean typingToOwnSessions,
            boolean membersOnly,
            boolean wholePresence) {
        this(
                capacity,
                retention,
                window,
                lingerMillis,
                lingersAlways,
                typingDebounceMillis,
                typingExpiryMillis,
                typingToOwnSessions,
                membersOnly,
                wholePresence,
                false);
    }

    public RoomRules {
        if (capacity < 1) throw new IllegalArgumentException("capacity: " + capacity + " (expected: >= 1)");
        if (window < 0 || window > MAX_WINDOW)
            throw new IllegalArgumentException("window: " + window + " (expected: 0..1000)");
    }

    /** How many of the newest messages a room reads when it opens: its window, and a few more, so that deleting some needs no other read. 0: none. */
    public int atHand() {
        return atHand(window, retention);
    }

    /** The same, of rules that would have these. */
    public static int atHand(int window, Retention retention) {
        int spared = window == 0 ? 0 : Math.min(MAX_WINDOW, window + SPARE);
        return (int) Math.min(spared, retention.maxMessages());
    }

    /** Where one of two dialects would not have a typist hear themselves, nobody does: their clients would show it. */
    public RoomRules atLeast(RoomRules o) {
        return new RoomRules(
                Math.max(capacity, o.capacity),
                retention.atLeast(o.retention),
                Math.max(window, o.window),
                Math.max(lingerMillis, o.lingerMillis),
                lingersAlways || o.lingersAlways,
                Math.min(typingDebounceMillis, o.typingDebounceMillis),
                Math.max(typingExpiryMillis, o.typingExpiryMillis),
                typingToOwnSessions || o.typingToOwnSessions,
                false,
                wholePresence || o.wholePresence,
                typingToTypist && o.typingToTypist);
    }
}
