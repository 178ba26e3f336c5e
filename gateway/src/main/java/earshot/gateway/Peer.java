package earshot.gateway;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end: of the socket, or of the proxy's that says so in a PROXY header. Immutable.
 *
 * @param address as text; {@code local} at the other end of a Unix domain socket
 * @param loopback it is on this machine, and no proxy speaks for it
 * @param trusted what it says in its requests about those behind it is believed
 */
record Peer(String address, boolean loopback, boolean trusted) {
    static Peer of(@Nullable SocketAddress remote, TrustedProxies proxies) {
        InetAddress address = remote instanceof InetSocketAddress inet ? inet.getAddress() : null;
        if (address == null) return new Peer("unknown", false, false);
        return new Peer(TrustedProxies.shown(address.getAddress()), address.isLoopbackAddress(), proxies.has(remote));
    }

    /** At the other end of a Unix domain socket. */
    static Peer local(TrustedProxies proxies) {
        return new Peer("local", true, proxies.hasUnix());
    }

    /** Whom a trusted proxy has announced before the first request. */
    static Peer announced(byte[] address, TrustedProxies proxies) {
        return new Peer(TrustedProxies.shown(address), false, proxies.has(address));
    }
}
