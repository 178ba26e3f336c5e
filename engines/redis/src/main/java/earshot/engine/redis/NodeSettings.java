package earshot.engine.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Who this node is among the others, and when they give it up.
 *
 * @param name of this node, different from that of every other, the same after a restart
 * @param address where other nodes reach it; empty: nowhere
 * @param timeout a node that Redis did not hear of for so long is given up: its leases are free, its users leave
 * @param returnWithin how long the users of a node that stopped in an orderly way, or began anew, are expected back before they leave
 * @param lookEvery how often the places of all streams that are followed here are compared with Redis
 */
public record NodeSettings(String name, String address, Duration timeout, Duration returnWithin, Duration lookEvery) {
    private static final int MAX_BYTES = 1_000;

    public NodeSettings {
        if (name.isEmpty() || bytes(name) > MAX_BYTES)
            throw new IllegalArgumentException("name: " + bytes(name) + " bytes (expected: 1.." + MAX_BYTES + ")");
        if (bytes(address) > MAX_BYTES)
            throw new IllegalArgumentException(
                    "address: " + bytes(address) + " bytes (expected: 0.." + MAX_BYTES + ")");
        if (timeout.compareTo(Duration.ofMillis(100)) < 0)
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: >= 100 ms)");
        if (returnWithin.isNegative())
            throw new IllegalArgumentException("returnWithin: " + returnWithin + " (expected: >= 0)");
        if (lookEvery.compareTo(Duration.ofMillis(10)) < 0)
            throw new IllegalArgumentException("lookEvery: " + lookEvery + " (expected: >= 10 ms)");
    }

    /** Given up after 10 s; expected back for a minute (DECISIONS 28). */
    public static NodeSettings of(String name, String address) {
        return new NodeSettings(name, address, Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(30));
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
