package earshot.gateway;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What trusted proxies say in a request about whom it is from. One header counts and the other is not looked at: a proxy writes one of them and
 * passes on the other as the client sent it. Thread-safe.
 */
final class Forwarding {
    private static final int MAX_HOPS = 64;

    private final TrustedProxies proxies;
    private final ForwardedHeader header;
    private final Meter meter;

    Forwarding(TrustedProxies proxies, ForwardedHeader header, Meter meter) {
        this.proxies = proxies;
        this.header = header;
        this.meter = meter;
    }

    /** At the other end of a socket. */
    Peer peer(@Nullable SocketAddress remote) {
        return Peer.of(remote, proxies);
    }

    /**
     * The client behind a peer: the last hop that is no proxy of ours. Where a hop is no address (a made-up name, garbage) the walk ends at the
     * proxy that wrote it, which is the last that we know of.
     */
    Peer clientOf(Peer peer, Map<String, List<String>> headers) {
        List<String> lines = headers.getOrDefault(header.field(), List.of());
        if (!peer.trusted() || lines.isEmpty()) return peer;
        List<String> hops = header == ForwardedHeader.FORWARDED ? forwardedHops(lines) : listedHops(lines);
        String client = peer.address();
        for (int i = hops.size() - 1; i >= 0; i--) {
            byte[] hop = address(hops.get(i));
            if (hop == null) {
                meter.add(Metric.FORWARDED_IGNORED, 1);
                break;
            }
            client = TrustedProxies.shown(hop);
            if (!proxies.has(hop)) break;
        }
        return new Peer(client, false, false);
    }

    private static List<String> listedHops(List<String> lines) {
        var hops = new ArrayList<String>();
        for (String line : lines) for (String hop : line.split(",", -1)) hops.add(hop.trim());
        return last(hops);
    }

    /** The {@code for} of each element (RFC 7239 section 4); empty for one without. */
    private static List<String> forwardedHops(List<String> lines) {
        var hops = new ArrayList<String>();
        for (String line : lines) for (String element : split(line, ',')) hops.add(forOf(element));
        return last(hops);
    }

    private static List<String> last(List<String> hops) {
        return hops.subList(Math.max(0, hops.size() - MAX_HOPS), hops.size());
    }

    private static String forOf(String element) {
        String found = "";
        for (String pair : split(element, ';')) {
            int equals = pair.indexOf('=');
            if (equals < 0 || !pair.substring(0, equals).trim().equalsIgnoreCase("for")) continue;
            // Two of them in one element are against section 4: nobody knows which is meant.
            if (!found.isEmpty()) return "";
            found = unquoted(pair.substring(equals + 1).trim());
        }
        return found;
    }

    /** At a character outside of quoted strings. */
    private static List<String> split(String text, char at) {
        var parts = new ArrayList<String>();
        boolean quoted = false;
        int begin = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\') i++;
            else if (c == '"') quoted = !quoted;
            else if (c == at && !quoted) {
                parts.add(text.substring(begin, i));
                begin = i + 1;
            }
        }
        parts.add(text.substring(begin));
        return parts;
    }

    private static String unquoted(String value) {
        if (value.length() < 2 || value.charAt(0) != '"' || value.charAt(value.length() - 1) != '"') return value;
        return value.substring(1, value.length() - 1).replace("\\", "");
    }

    /** {@code 192.0.2.1}, {@code 192.0.2.1:80}, {@code 2001:db8::1}, {@code [2001:db8::1]}, {@code [2001:db8::1]:80}; null for anything else. */
    private static byte @Nullable [] address(String hop) {
        if (hop.startsWith("[")) {
            int end = hop.indexOf(']');
            return end > 0 && isPort(hop.substring(end + 1)) ? TrustedProxies.bytes(hop.substring(1, end)) : null;
        }
        int colon = hop.indexOf(':');
        boolean hasPort = colon >= 0 && colon == hop.lastIndexOf(':');
        if (!hasPort) return TrustedProxies.bytes(hop);
        return isPort(hop.substring(colon)) ? TrustedProxies.bytes(hop.substring(0, colon)) : null;
    }

    private static boolean isPort(String text) {
        return text.isEmpty() || text.matches(":\\d{1,5}");
    }
}
