package earshot.server.config;

import earshot.gateway.GatewayConfig;
import java.time.Duration;

/**
 * What the kernel and we hold for one socket, and how patient we are with its other end.
 *
 * @param backlog connections that wait to be accepted
 * @param notSentLowatBytes bytes that the kernel holds unsent before it says that the socket is full
 * @param userTimeout how long bytes may stay unacknowledged
 * @param highWaterBytes bytes that we hold behind a full socket before its session lags
 * @param closeTimeout how long a closing handshake may take
 */
public record SocketSettings(
        int backlog, int notSentLowatBytes, Duration userTimeout, int highWaterBytes, Duration closeTimeout) {
    static final Catalog CATALOG =
            new Catalog("network", "What is held for one socket, and how long its end may take.");

    private static final GatewayConfig.Network SOCKETS = GatewayConfig.Network.DEFAULT;
    private static final GatewayConfig.Links LINKS = GatewayConfig.Links.DEFAULT;

    static final Setting<Integer> BACKLOG = CATALOG.setting(
            "backlog",
            Kinds.integer(1, 65_535),
            SOCKETS.backlog(),
            "Connections that the kernel keeps until they are accepted; the system's own limit (net.core.somaxconn) comes"
                    + " first.");
    static final Setting<Long> NOTSENT_LOWAT = CATALOG.setting(
            "notsent-lowat",
            Kinds.size(1 << 10, 16 << 20),
            (long) SOCKETS.notSentLowatBytes(),
            "Bytes that the kernel takes for a socket beyond what is on its way (TCP_NOTSENT_LOWAT, Linux). Less: a slow"
                    + " reader is noticed sooner and gets fresher values; more: fewer writes to clients that are far away.");
    static final Setting<Duration> USER_TIMEOUT = CATALOG.setting(
            "user-timeout",
            Kinds.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
            SOCKETS.userTimeout(),
            "A connection whose bytes nobody acknowledged for so long is over (TCP_USER_TIMEOUT, Linux).");
    static final Setting<Long> HIGH_WATER = CATALOG.setting(
            "high-water",
            Kinds.size(4 << 10, 64 << 20),
            (long) LINKS.highWaterBytes(),
            "Bytes that wait behind a full socket before its session is a slow reader, which keeps places, not copies.");
    static final Setting<Duration> CLOSE_TIMEOUT = CATALOG.setting(
            "close-timeout",
            Kinds.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
            LINKS.closeTime(),
            "How long a client may take to answer a WebSocket's close; then the connection is cut.");

    static SocketSettings from(Values values) {
        return new SocketSettings(
                values.of(BACKLOG),
                values.of(NOTSENT_LOWAT).intValue(),
                values.of(USER_TIMEOUT),
                values.of(HIGH_WATER).intValue(),
                values.of(CLOSE_TIMEOUT));
    }
}
