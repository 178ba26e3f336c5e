package earshot.gateway;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;

/**
 * How many sockets a node takes, so that 503 comes before descriptors run out.
 *
 * @param connections served at once
 * @param reserve sockets over these that still hear a proper 503, and plain HTTP such as health checks
 */
record Capacity(int connections, int reserve) {
    private static final Logger LOG = System.getLogger("earshot.gateway");
    /** Descriptors that files, databases and other nodes need beside client sockets. */
    private static final int OWN_DESCRIPTORS = 128;

    private static final int LEAST = 16;

    /** As configured, as far as the limit of open files allows it. */
    static Capacity of(GatewayConfig.Network network) {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)) {
            int asked = network.maxConnections();
            return new Capacity(asked > 0 ? asked : 10_000, network.reserve());
        }
        return of(network, system.getMaxFileDescriptorCount(), system.getOpenFileDescriptorCount());
    }

    static Capacity of(GatewayConfig.Network network, long descriptors, long open) {
        long free = Math.max(LEAST, descriptors - open - OWN_DESCRIPTORS);
        int reserve = (int) Math.min(network.reserve(), free / 4);
        int possible = (int) Math.min(10_000_000, free - reserve);
        int asked = network.maxConnections();
        if (asked == 0) return new Capacity(possible, reserve);
        if (asked > possible)
            LOG.log(
                    Level.WARNING,
                    "limits.max-connections is {0}, but the limit of open files, {1}, leaves room for {2}: so many are served."
                            + " Raise it (ulimit -n, LimitNOFILE= of systemd) for more",
                    Integer.toString(asked),
                    Long.toString(descriptors),
                    Integer.toString(possible));
        return new Capacity(Math.min(asked, possible), reserve);
    }
}
