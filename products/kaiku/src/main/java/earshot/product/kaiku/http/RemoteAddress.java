package earshot.product.kaiku.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;

/** Addresses of clients, as they are counted. */
final class RemoteAddress {
    private static final int NETWORK_BYTES = 8;

    private RemoteAddress() {}

    /** IPv4 as it is; of IPv6 the network of 64 bits, of which one client may have all (protocols/kaiku.md section 10). */
    static String counted(String remote) {
        if (remote.indexOf(':') < 0) return remote;
        try {
            // A literal is not looked up.
            InetAddress address = InetAddress.getByName(remote);
            return address instanceof Inet6Address six
                    ? HexFormat.of().formatHex(six.getAddress(), 0, NETWORK_BYTES)
                    : address.getHostAddress();
        } catch (UnknownHostException _) {
            return remote;
        }
    }
}
