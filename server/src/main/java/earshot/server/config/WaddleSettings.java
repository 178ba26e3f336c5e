package earshot.server.config;

import earshot.core.history.Retention;
import earshot.dialect.waddle.WaddleConfig;
import java.time.Duration;

/** Channels: the dialect's own limits, and whose tokens it believes. */
public record WaddleSettings(boolean enabled, WaddleConfig dialect, TokenSettings tokens) {
    static final Catalog CATALOG = new Catalog("waddle", "The dialect of channels with durable history.");

    private static final WaddleConfig SEED = WaddleConfig.DEFAULT;
    private static final Duration HOUR = Duration.ofHours(1);

    static final Setting<Boolean> ENABLED =
            CATALOG.setting("enabled", Kinds.SWITCH, true, "Whether this dialect is spoken.");
    private static final Setting<Integer> SOCKETS = CATALOG.setting(
            "channel-sockets",
            Kinds.integer(1, 1_000_000),
            SEED.channelSockets(),
            "Sockets per channel; beyond it 503 Channel full.",
            "WADDLE_CHANNEL_SOCKETS");
    private static final Setting<Integer> HISTORY =
            CATALOG.setting("history", Kinds.integer(0, 1000), SEED.history(), "Messages that a newcomer is shown.");
    private static final Setting<Integer> HISTORY_COUNT = CATALOG.setting(
            "history-count",
            Kinds.integer(0, Integer.MAX_VALUE),
            0,
            "Messages that are kept per channel, the newest. 0: no limit.");
    private static final Setting<Duration> HISTORY_AGE =
            CATALOG.setting("history-age", Kinds.AGE, Duration.ZERO, "Messages older than this go. 0s: none.");
    private static final Setting<Long> HISTORY_BYTES = CATALOG.setting(
            "history-bytes",
            Kinds.size(0, 1L << 40),
            0L,
            "Bytes of messages that are kept per channel, the newest. 0: no limit.");
    private static final Setting<Integer> CONTENT = CATALOG.setting(
            "max-content", Kinds.integer(1, 1_000_000), SEED.maxContentChars(), "Characters of one message's content.");
    private static final Setting<Long> MESSAGE = CATALOG.setting(
            "max-message",
            Kinds.size(1024, 16 << 20),
            (long) SEED.maxMessageBytes(),
            "A longer frame closes the socket with 1009.");
    private static final Setting<Integer> REPLAY = CATALOG.setting(
            "replay-limit", Kinds.integer(1, 100_000), SEED.replayLimit(), "Messages in answer to one sync.");
    private static final Setting<Integer> RATE = CATALOG.setting(
            "messages-per-second",
            Kinds.integer(0, 10_000),
            SEED.messagesPerSecond(),
            "Messages that one socket may send in a second, with a burst of as many. 0: no limit.");
    private static final Setting<Duration> TYPING = CATALOG.setting(
            "typing-expiry",
            Kinds.duration(Duration.ofMillis(100), HOUR),
            SEED.typingExpiry(),
            "After this a typist who says no more has stopped.");
    private static final Setting<Duration> LINGER = CATALOG.setting(
            "linger",
            Kinds.duration(Duration.ZERO, HOUR),
            SEED.linger(),
            "After a close that the server made, a leave is held back so long: a quick return is silent.");
    private static final Setting<Duration> PING = CATALOG.setting(
            "ping-interval",
            Kinds.duration(Duration.ZERO, HOUR),
            SEED.pingInterval(),
            "A silent socket is asked whether it is still there. 0s: never.");
    private static final Setting<WaddleConfig.Access> ACCESS = CATALOG.setting(
            "access",
            Kinds.choice(WaddleConfig.Access.class),
            SEED.access(),
            "Who may be in a channel: anyone with a token, readers (permission read), or listed (claim channels names it).");
    private static final Setting<Boolean> JOINS = CATALOG.setting(
            "announce-joins",
            Kinds.SWITCH,
            SEED.announceJoins(),
            "Whether user_connected is sent, which the seed does not have.");
    private static final Setting<Boolean> EXPIRE = CATALOG.setting(
            "close-at-expiry",
            Kinds.SWITCH,
            SEED.closeAtExpiry(),
            "Whether a socket is closed once its token expired; the seed lets it live on.");
    private static final Setting<Boolean> POLITE = CATALOG.setting(
            "fault-closes-politely",
            Kinds.SWITCH,
            SEED.faultClosesPolitely(),
            "Whether a fault of ours closes with 1011, as in the seed, after which its client stays away.");
    static final TokenSettings.Declared TOKENS = new TokenSettings.Declared(CATALOG, Duration.ZERO);

    static WaddleSettings from(Values values) {
        var dialect = new WaddleConfig(
                values.of(SOCKETS),
                values.of(HISTORY),
                values.of(CONTENT),
                Math.toIntExact(values.of(MESSAGE)),
                values.of(REPLAY),
                values.of(RATE),
                values.of(TYPING),
                values.of(LINGER),
                values.of(PING),
                values.of(ACCESS),
                values.of(JOINS),
                values.of(EXPIRE),
                values.of(POLITE),
                retention(values));
        return new WaddleSettings(values.of(ENABLED), dialect, TOKENS.from(values));
    }

    private static Retention retention(Values values) {
        Duration age = values.of(HISTORY_AGE);
        return new Retention(
                orUnlimited(values.of(HISTORY_COUNT)),
                age.isZero() ? Retention.FOREVER : age,
                orUnlimited(values.of(HISTORY_BYTES)),
                true);
    }

    private static long orUnlimited(long most) {
        return most == 0 ? Retention.UNLIMITED : most;
    }

    WaddleSettings with(TokenSettings otherTokens) {
        return new WaddleSettings(enabled, dialect, otherTokens);
    }
}
