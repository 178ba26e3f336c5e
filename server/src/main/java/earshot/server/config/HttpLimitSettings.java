package earshot.server.config;

import earshot.gateway.GatewayConfig;
import java.time.Duration;

/** How long, large and slow an HTTP request may be, an upgrade too until it is one. */
final class HttpLimitSettings {
    static final Catalog CATALOG = new Catalog("limits", "HTTP requests, and upgrades until they are WebSockets.");

    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final GatewayConfig.Http SEEDS = GatewayConfig.Http.DEFAULT;

    static final Setting<Long> LINE = CATALOG.setting(
            "request-line", Kinds.size(256, 1 << 20), (long) SEEDS.maxLineBytes(), "A longer request line hears 414.");
    static final Setting<Long> HEADERS = CATALOG.setting(
            "headers",
            Kinds.size(1 << 10, 1 << 20),
            (long) SEEDS.maxHeaderBytes(),
            "Bytes of all header fields together; more hear 431.");
    static final Setting<Integer> HEADER_FIELDS = CATALOG.setting(
            "header-fields", Kinds.integer(10, 10_000), SEEDS.maxHeaderFields(), "More header fields hear 431.");
    static final Setting<Duration> HEAD_TIME = CATALOG.setting(
            "handshake-timeout",
            Kinds.duration(Duration.ofSeconds(1), Duration.ofMinutes(1)),
            SEEDS.headTime(),
            "How long a client may take over each step of its arrival: the PROXY header, the TLS handshake, the head of a"
                    + " request, which then hears 408.");
    static final Setting<Duration> BODY_TIME = CATALOG.setting(
            "body-timeout",
            Kinds.duration(MILLISECOND, Duration.ofHours(1)),
            SEEDS.bodyTime(),
            "From there to the end of its body; who takes longer hears 408.");
    static final Setting<Duration> ANSWER_TIME = CATALOG.setting(
            "answer-timeout",
            Kinds.duration(MILLISECOND, Duration.ofHours(1)),
            SEEDS.answerTime(),
            "A request that was not answered within this hears 503.");
    static final Setting<Duration> IDLE_TIME = CATALOG.setting(
            "keep-alive",
            Kinds.duration(MILLISECOND, Duration.ofHours(1)),
            SEEDS.idleTime(),
            "How long a connection is kept open for its next request.");

    private HttpLimitSettings() {}

    static GatewayConfig.Http from(Values values) {
        return new GatewayConfig.Http(
                values.of(LINE).intValue(),
                values.of(HEADERS).intValue(),
                values.of(HEADER_FIELDS),
                values.of(HEAD_TIME),
                values.of(BODY_TIME),
                values.of(IDLE_TIME),
                values.of(ANSWER_TIME),
                values.of(SessionLimitSettings.SLOW_READER));
    }
}
