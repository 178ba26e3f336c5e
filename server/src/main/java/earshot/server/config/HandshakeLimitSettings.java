package earshot.server.config;

import earshot.gateway.GatewayConfig;
import java.time.Duration;

/** How many upgrades are begun, and how long each may take. */
final class HandshakeLimitSettings {
    static final Catalog CATALOG = new Catalog("limits", "Handshakes: requests that want to be a WebSocket.");

    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final GatewayConfig.Handshakes SEEDS = GatewayConfig.Handshakes.DEFAULT;

    static final Setting<Integer> PER_SECOND = CATALOG.setting(
            "handshakes-per-second",
            Kinds.integer(1, 1_000_000),
            SEEDS.perLoopPerSecond(),
            "Upgrades that one event loop begins in a second; the rest wait shortly, then hear 503 with Retry-After.");
    static final Setting<Duration> LAG = CATALOG.setting(
            "handshake-lag",
            Kinds.duration(MILLISECOND, Duration.ofMinutes(1)),
            SEEDS.lag(),
            "A loop that is later than this begins a quarter of them, so that who is connected is served first.");
    static final Setting<Integer> WAITING = CATALOG.setting(
            "handshakes-waiting",
            Kinds.integer(0, 1_000_000),
            SEEDS.maxWaiting(),
            "Upgrades that wait for their turn on one loop; more hear 503 with Retry-After.");
    static final Setting<Duration> WAIT = CATALOG.setting(
            "handshake-wait",
            Kinds.duration(MILLISECOND, Duration.ofMinutes(1)),
            SEEDS.maxWait(),
            "An upgrade that waited so long for its turn hears 503 with Retry-After.");
    static final Setting<Duration> DECISION = CATALOG.setting(
            "handshake-decision",
            Kinds.duration(MILLISECOND, Duration.ofMinutes(1)),
            SEEDS.admitTime(),
            "How long it may take to look up keys and users for an upgrade; then it hears 503.");
    static final Setting<Long> EARLY = CATALOG.setting(
            "handshake-early",
            Kinds.size(1, 16 << 20),
            (long) SEEDS.maxEarlyBytes(),
            "What a client may send before its upgrade is answered; the rest is not read until then.");

    private HandshakeLimitSettings() {}

    static GatewayConfig.Handshakes from(Values values) {
        return new GatewayConfig.Handshakes(
                values.of(PER_SECOND),
                values.of(LAG),
                values.of(WAITING),
                values.of(WAIT),
                values.of(DECISION),
                values.of(EARLY).intValue());
    }
}
