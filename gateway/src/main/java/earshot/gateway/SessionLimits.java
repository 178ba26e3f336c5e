package earshot.gateway;

import java.time.Duration;

/**
 * What one session, and one room on one loop, may hold.
 *
 * @param inFlight commands of a session without an answer; beyond it the session is not read until half are answered
 * @param privateBytes what is said to one slow session alone and waits; beyond it the session is cut
 * @param ringEntries kept and sure events that a room holds for slow readers of one loop; who falls behind them is cut
 * @param ringBytes the same in bytes, over all spellings
 * @param latestKeys newest values that a room holds for slow readers of one loop; the eldest goes
 * @param slowReader a slow reader that takes no byte for this long is cut
 */
public record SessionLimits(
        int inFlight, int privateBytes, int ringEntries, int ringBytes, int latestKeys, Duration slowReader) {
    public static final SessionLimits DEFAULT =
            new SessionLimits(256, 64 << 10, 4096, 1 << 20, 1024, Duration.ofSeconds(30));

    public SessionLimits {
        check("inFlight", inFlight, 1, 1 << 20);
        check("privateBytes", privateBytes, 1, 1 << 30);
        check("ringEntries", ringEntries, 1, 1 << 24);
        check("ringBytes", ringBytes, 1, 1 << 30);
        check("latestKeys", latestKeys, 1, 1 << 24);
        if (slowReader.toMillis() < 1)
            throw new IllegalArgumentException("slowReader: " + slowReader + " (expected: >= 1 ms)");
    }

    private static void check(String name, int value, int min, int max) {
        if (value < min || value > max)
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + ".." + max + ")");
    }
}
