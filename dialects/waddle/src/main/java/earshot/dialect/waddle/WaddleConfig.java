package earshot.dialect.waddle;

import earshot.core.history.Retention;
import java.time.Duration;

/**
 * What an operator may set for waddle. The defaults are the seed's where it has any (DECISIONS 15, 17).
 *
 * @param channelSockets sockets per channel, 1..1,000,000; beyond it 503 {@code Channel full} ({@code WADDLE_CHANNEL_SOCKETS})
 * @param history messages in {@code initial_state}, 0..1000
 * @param maxContentChars UTF-16 units of {@code content}, 1..1,000,000
 * @param maxMessageBytes bytes of one message from a client, 1,024..16,777,216; beyond it the socket is closed with 1009
 * @param replayLimit messages in answer to one {@code sync}, 1..100,000
 * @param messagesPerSecond per socket, with a burst of as many, 0..10,000; 0: no limit (issue 06 would have 10)
 * @param typingExpiry after this a typist who says no more has stopped, 100 ms..1 h
 * @param linger how long a leave is held back when the server ended the connection, 0..1 h
 * @param pingInterval a silent socket is pinged after this and cut after as long again, 0..1 h; 0: never
 * @param access who may be in a channel
 * @param announceJoins whether {@code user_connected} is sent, which the seed does not have
 * @param closeAtExpiry whether a socket is closed with 4401 at its first frame after its token expired; the seed lets it live on
 * @param faultClosesPolitely false: a fault of ours cuts TCP, and the client comes back; true: 1011 as in the seed, and it stays away
 * @param retention how much of a channel's past is kept; the seed keeps everything
 */
public record WaddleConfig(
        int channelSockets,
        int history,
        int maxContentChars,
        int maxMessageBytes,
        int replayLimit,
        int messagesPerSecond,
        Duration typingExpiry,
        Duration linger,
        Duration pingInterval,
        Access access,
        boolean announceJoins,
        boolean closeAtExpiry,
        boolean faultClosesPolitely,
        Retention retention) {

    /**
     * The linger is longer than the original client's first wait (1 s) and a handshake, so that a drain or an eviction makes no leave for who
     * comes straight back, and short, so that who does not come back is not shown for long.
     */
    public static final WaddleConfig DEFAULT = new WaddleConfig(
            1000,
            50,
            4000,
            64 << 10,
            1000,
            0,
            Duration.ofSeconds(3),
            Duration.ofSeconds(3),
            Duration.ofSeconds(30),
            Access.ANYONE,
            false,
            false,
            false,
            Retention.EVERYTHING);

    /** Who may be in a channel: the seed asks for nothing but a genuine token (trap W-10). */
    public enum Access {
        /** Everybody with a token. */
        ANYONE,
        /** Who has the permission {@code read}. */
        READERS,
        /** Who has {@code read}, and a claim {@code channels} that names the channel, or {@code *}. */
        LISTED
    }

    public WaddleConfig {
        within("channelSockets", channelSockets, 1, 1_000_000);
        within("history", history, 0, 1000);
        within("maxContentChars", maxContentChars, 1, 1_000_000);
        within("maxMessageBytes", maxMessageBytes, 1024, 16 << 20);
        within("replayLimit", replayLimit, 1, 100_000);
        within("messagesPerSecond", messagesPerSecond, 0, 10_000);
        within("typingExpiry", typingExpiry, Duration.ofMillis(100));
        within("linger", linger, Duration.ZERO);
        within("pingInterval", pingInterval, Duration.ZERO);
    }

    private static void within(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + least + ".." + most + ")");
        }
    }

    private static void within(String name, Duration value, Duration least) {
        if (value.compareTo(least) < 0 || value.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + least + "..PT1H)");
        }
    }
}
