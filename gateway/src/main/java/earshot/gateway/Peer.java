package earshot.gateway;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The other end of a socket, and whether what it says about those behind it is believed. */
record Peer(String address, boolean loopback, Set<String> trustedProxies) {
    private static final int MAX_ADDRESS_CHARS = 64;

    static Peer of(@Nullable SocketAddress remote, Set<String> trustedProxies) {
        if (remote instanceof InetSocketAddress inet && inet.getAddress() != null) {
            InetAddress address = inet.getAddress();
            return new Peer(withoutScope(address.getHostAddress()), address.isLoopbackAddress(), trustedProxies);
        }
        return new Peer("unknown", false, trustedProxies);
    }

    private static String withoutScope(String address) {
        int percent = address.indexOf('%');
        return percent < 0 ? address : address.substring(0, percent);
    }

    /** Whether a trusted proxy speaks for somebody else. */
    boolean speaksFor(Map<String, List<String>> headers) {
        return trustedProxies.contains(address) && headers.containsKey("x-forwarded-for");
    }

    /** The client: the last address in {@code X-Forwarded-For} that is no proxy of ours, when the peer is one; else the peer. */
    String client(Map<String, List<String>> headers) {
        if (!speaksFor(headers)) return address;
        String[] hops = String.join(",", headers.getOrDefault("x-forwarded-for", List.of()))
                .split(",", -1);
        String client = address;
        for (int i = hops.length - 1; i >= 0; i--) {
            String hop = hops[i].trim();
            if (hop.isEmpty() || hop.length() > MAX_ADDRESS_CHARS) return client;
            client = hop;
            if (!trustedProxies.contains(hop)) return client;
        }
        return client;
    }
}
