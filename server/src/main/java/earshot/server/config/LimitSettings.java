package earshot.server.config;

import java.time.Duration;

/**
 * What one node takes on.
 *
 * @param maxConnections 0: as many as the limit of open files allows
 * @param budgetBytes 0: half of what the JVM may use outside its heap
 */
public record LimitSettings(
        int maxConnections,
        int handshakesPerSecond,
        Duration handshakeTimeout,
        long budgetBytes,
        Duration slowReaderTimeout,
        int roomsPerSession,
        int appendsInFlight,
        int waitingPerMember) {
    static final Catalog CATALOG =
            new Catalog("limits", "What one node takes on; each limit has an answer of its own.");

    static final Setting<Integer> MAX_CONNECTIONS = CATALOG.setting(
            "max-connections",
            Kinds.integer(0, 10_000_000),
            0,
            "Connections served at once; beyond it 503. 0: as many as the limit of open files allows, less a reserve.");
    static final Setting<Integer> HANDSHAKES = CATALOG.setting(
            "handshakes-per-second",
            Kinds.integer(1, 1_000_000),
            2000,
            "Upgrades that one event loop begins in a second; the rest wait shortly, then hear 503 with Retry-After.");
    static final Setting<Duration> HANDSHAKE_TIMEOUT = CATALOG.setting(
            "handshake-timeout",
            Kinds.duration(Duration.ofSeconds(1), Duration.ofMinutes(1)),
            Duration.ofSeconds(10),
            "How long a client may take over each step of its arrival: the PROXY header, the TLS handshake, the head of a"
                    + " request.");
    static final Setting<Long> BUDGET = CATALOG.setting(
            "memory-budget",
            Kinds.size(0, 1L << 40),
            0L,
            "Bytes held for clients, in and out together. Near it the fattest sessions are cut, at it new ones hear 503."
                    + " 0: half of what the JVM may use outside its heap.");
    static final Setting<Duration> SLOW_READER = CATALOG.setting(
            "slow-reader-timeout",
            Kinds.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
            Duration.ofSeconds(30),
            "A session to which nothing could be written for so long is cut, so that its client comes back and resumes.");
    static final Setting<Integer> ROOMS_PER_SESSION =
            CATALOG.setting("rooms-per-session", Kinds.integer(1, 100_000), 1000, "Rooms that one session may be in.");
    static final Setting<Integer> APPENDS = CATALOG.setting(
            "appends-per-room",
            Kinds.integer(1, 1_000_000),
            4096,
            "Messages of one room that wait for the log; beyond it a message is refused as unavailable.");
    static final Setting<Integer> WAITING = CATALOG.setting(
            "commands-waiting",
            Kinds.integer(1, 100_000),
            256,
            "Commands of one session that wait in one room behind its own messages; beyond it they are refused as busy.");

    static LimitSettings from(Values values) {
        return new LimitSettings(
                values.of(MAX_CONNECTIONS),
                values.of(HANDSHAKES),
                values.of(HANDSHAKE_TIMEOUT),
                values.of(BUDGET),
                values.of(SLOW_READER),
                values.of(ROOMS_PER_SESSION),
                values.of(APPENDS),
                values.of(WAITING));
    }
}
