package earshot.dialect.threadkit;

import earshot.core.history.Retention;
import earshot.core.room.RoomRules;
import java.time.Duration;

/**
 * What an operator can set. The defaults are the seed's where it has one.
 *
 * @param path where clients dial
 * @param soleOwnerOfWs true: no other dialect lives on this path, so a request without a key is ours too and hears 400 (DECISIONS 8)
 * @param messagesPerSecond taken from one connection in a fixed one-second window ({@code WS_RATE_LIMIT_PER_SEC}); 0: no limit
 * @param errorsPerWindow how many of the refused messages of a window get an error frame; the rest are dropped without a word
 * @param floodWindows a connection that sends more than ten times its limit in so many windows in a row is closed
 * @param maxPages subscriptions of one connection
 * @param maxMessageBytes of one message from a client
 * @param idleTimeout without a message or WebSocket ping for so long a connection is closed ({@code WS_IDLE_TIMEOUT_SECS}); 0: never
 * @param pingInterval a silent connection is asked by a WebSocket ping whether it is still there; 0: never
 * @param typingDebounce {@code WS_TYPING_DEBOUNCE_MS}
 * @param typingExpiry how long a typist who says no more is kept ({@code WS_TYPING_EXPIRE_SECS})
 * @param relayPending true: comments that wait for a moderator, or were rejected, are shown to everybody as the original did
 * @param nameFromToken development only: a user without a record is shown under the token's claim {@code name}
 * @param historyCount comments per page that are kept, 1..1000
 * @param historyAge older comments go; 0: none
 * @param historyBytes of one page's comments, beyond it the oldest go; 0: no limit
 * @param historyDurable true: where there is a disk they are kept on it, so that what {@code /v1} acknowledged survives {@code kill -9}; false: in
 *     memory
 * @param roomCapacity connections on one page
 * @param linger after a close of ours a leave is held back so long, so that a quick return is silent
 */
public record ThreadkitConfig(
        String path,
        boolean soleOwnerOfWs,
        int messagesPerSecond,
        int errorsPerWindow,
        int floodWindows,
        int maxPages,
        int maxMessageBytes,
        Duration idleTimeout,
        Duration pingInterval,
        Duration typingDebounce,
        Duration typingExpiry,
        boolean relayPending,
        boolean nameFromToken,
        int historyCount,
        Duration historyAge,
        long historyBytes,
        boolean historyDurable,
        int roomCapacity,
        Duration linger) {

    public static final ThreadkitConfig DEFAULT = new ThreadkitConfig(
            "/ws",
            true,
            10,
            5,
            5,
            10,
            64 * 1024,
            Duration.ofSeconds(300),
            Duration.ofSeconds(60),
            Duration.ofMillis(500),
            Duration.ofSeconds(3),
            false,
            false,
            100,
            Duration.ZERO,
            0,
            true,
            100_000,
            Duration.ofSeconds(4));

    public ThreadkitConfig {
        if (path.length() < 2 || path.charAt(0) != '/' || path.endsWith("/")) {
            throw new IllegalArgumentException("path: " + path + " (expected: /word)");
        }
        inRange("messagesPerSecond", messagesPerSecond, 0, 1_000_000);
        inRange("errorsPerWindow", errorsPerWindow, 1, 1000);
        inRange("floodWindows", floodWindows, 1, 3600);
        inRange("maxPages", maxPages, 1, 1000);
        inRange("maxMessageBytes", maxMessageBytes, 1024, 16 * 1024 * 1024);
        inRange("historyCount", historyCount, 1, 1000);
        inRange("roomCapacity", roomCapacity, 1, Integer.MAX_VALUE);
        if (historyBytes < 0) throw new IllegalArgumentException("historyBytes: " + historyBytes + " (expected: >= 0)");
        notNegative("historyAge", historyAge);
        notNegative("idleTimeout", idleTimeout);
        notNegative("pingInterval", pingInterval);
        notNegative("typingDebounce", typingDebounce);
        notNegative("typingExpiry", typingExpiry);
        notNegative("linger", linger);
    }

    /** What this makes of a page. */
    RoomRules rules() {
        return new RoomRules(
                roomCapacity,
                retention(),
                historyCount,
                linger.toMillis(),
                false,
                typingDebounce.toMillis(),
                typingExpiry.toMillis(),
                false,
                false);
    }

    /** How much of a page's past is kept. */
    public Retention retention() {
        return new Retention(
                historyCount,
                historyAge.isZero() ? Retention.FOREVER : historyAge,
                historyBytes == 0 ? Retention.UNLIMITED : historyBytes,
                historyDurable);
    }

    public ThreadkitConfig withSoleOwnerOfWs(boolean sole) {
        return copy(sole, messagesPerSecond, relayPending, nameFromToken);
    }

    public ThreadkitConfig withMessagesPerSecond(int messages) {
        return copy(soleOwnerOfWs, messages, relayPending, nameFromToken);
    }

    public ThreadkitConfig withRelayPending(boolean relay) {
        return copy(soleOwnerOfWs, messagesPerSecond, relay, nameFromToken);
    }

    public ThreadkitConfig withNameFromToken(boolean fromToken) {
        return copy(soleOwnerOfWs, messagesPerSecond, relayPending, fromToken);
    }

    private ThreadkitConfig copy(boolean sole, int messages, boolean relay, boolean fromToken) {
        return new ThreadkitConfig(
                path,
                sole,
                messages,
                errorsPerWindow,
                floodWindows,
                maxPages,
                maxMessageBytes,
                idleTimeout,
                pingInterval,
                typingDebounce,
                typingExpiry,
                relay,
                fromToken,
                historyCount,
                historyAge,
                historyBytes,
                historyDurable,
                roomCapacity,
                linger);
    }

    private static void inRange(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + least + ".." + most + ")");
        }
    }

    private static void notNegative(String name, Duration value) {
        if (value.isNegative()) throw new IllegalArgumentException(name + ": " + value + " (expected: >= 0)");
    }
}
