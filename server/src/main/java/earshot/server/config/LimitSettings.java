package earshot.server.config;

import earshot.gateway.GatewayConfig;
import earshot.gateway.SessionLimits;

/**
 * What one node takes on. What happens beyond each is in {@code docs/limits.md}.
 *
 * @param maxConnections 0: as many as the limit of open files allows
 * @param budgetBytes 0: half of what the JVM may use outside its heap
 */
public record LimitSettings(
        int maxConnections,
        int reservedConnections,
        GatewayConfig.Http http,
        GatewayConfig.Handshakes handshakes,
        SessionLimits sessions,
        long budgetBytes,
        int roomsPerSession,
        int appendsInFlight,
        int waitingPerMember,
        int loopQueue) {
    static final Catalog CATALOG =
            new Catalog("limits", "What one node takes on; each limit has an answer of its own (docs/limits.md).");

    static final Setting<Integer> MAX_CONNECTIONS = CATALOG.setting(
            "max-connections",
            Kinds.integer(0, 10_000_000),
            0,
            "Connections served at once; beyond it 503. 0: as many as the limit of open files allows, less a reserve.");
    static final Setting<Integer> RESERVE = CATALOG.setting(
            "reserved-connections",
            Kinds.integer(0, 100_000),
            GatewayConfig.Network.DEFAULT.reserve(),
            "Connections over these that still hear a proper 503, and plain HTTP such as health checks; more are closed at once.");
    static final Setting<Long> BUDGET = CATALOG.setting(
            "memory-budget",
            Kinds.size(0, 1L << 40),
            0L,
            "Bytes held for clients, in and out together. Near it the fattest sessions are cut, at it new ones hear 503."
                    + " 0: half of what the JVM may use outside its heap.");
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
    static final Setting<Integer> LOOP_QUEUE = CATALOG.setting(
            "loop-queue",
            Kinds.integer(1, 10_000_000),
            65_536,
            "Commands from other loops that wait for one loop; beyond it they are refused as busy.");

    static LimitSettings from(Values values) {
        return new LimitSettings(
                values.of(MAX_CONNECTIONS),
                values.of(RESERVE),
                HttpLimitSettings.from(values),
                HandshakeLimitSettings.from(values),
                SessionLimitSettings.from(values),
                values.of(BUDGET),
                values.of(ROOMS_PER_SESSION),
                values.of(APPENDS),
                values.of(WAITING),
                values.of(LOOP_QUEUE));
    }
}
