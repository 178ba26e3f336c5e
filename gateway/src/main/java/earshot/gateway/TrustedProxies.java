package earshot.gateway;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The proxies whose word about their clients is believed: addresses and networks (CIDR, RFC 4632 and RFC 4291), IPv4 and IPv6. Immutable.
 * An IPv4 address inside IPv6 ({@code ::ffff:10.0.0.1}) is the IPv4 address. Names are never looked up.
 */
public final class TrustedProxies {
    /** The word for whoever may connect to the Unix domain socket. */
    public static final String UNIX = "unix";

    public static final TrustedProxies NONE = new TrustedProxies(List.of(), false);

    private final List<Network> networks;
    private final boolean unix;

    private record Network(byte[] address, int bits) {
        boolean has(byte[] other) {
            if (other.length != address.length) return false;
            int whole = bits / 8;
            for (int i = 0; i < whole; i++) if (address[i] != other[i]) return false;
            int rest = bits % 8;
            return rest == 0 || ((address[whole] ^ other[whole]) & 0xFF) >> (8 - rest) == 0;
        }
    }

    private TrustedProxies(List<Network> networks, boolean unix) {
        this.networks = List.copyOf(networks);
        this.unix = unix;
    }

    /** Throws {@link IllegalArgumentException} whose message says which entry is wrong and what is expected. */
    public static TrustedProxies of(List<String> entries) {
        List<Network> networks = new ArrayList<>();
        boolean unix = false;
        for (String entry : entries) {
            if (entry.equals(UNIX)) unix = true;
            else networks.add(network(entry));
        }
        return new TrustedProxies(networks, unix);
    }

    private static Network network(String entry) {
        int slash = entry.indexOf('/');
        byte[] address = bytes(slash < 0 ? entry : entry.substring(0, slash));
        int bits = address == null || slash < 0 ? -1 : digits(entry.substring(slash + 1));
        if (address == null || (slash >= 0 && (bits < 0 || bits > address.length * 8)))
            throw new IllegalArgumentException("\"" + entry
                    + "\" is no address (expected: 10.0.0.7, 10.0.0.0/8, 2001:db8::/32 or the word unix; no names)");
        return new Network(address, slash < 0 ? address.length * 8 : bits);
    }

    private static int digits(String text) {
        return text.matches("\\d{1,3}") ? Integer.parseInt(text) : -1;
    }

    /** Of an address as text; null: it is none. */
    static byte @Nullable [] bytes(String text) {
        boolean plain = text.indexOf('[') < 0 && text.indexOf('%') < 0;
        return plain ? unmapped(NetUtil.createByteArrayFromIpAddressString(text)) : null;
    }

    private static byte @Nullable [] unmapped(byte @Nullable [] address) {
        if (address == null || address.length != 16) return address;
        for (int i = 0; i < 10; i++) if (address[i] != 0) return address;
        if (address[10] != -1 || address[11] != -1) return address;
        return new byte[] {address[12], address[13], address[14], address[15]};
    }

    boolean has(byte[] address) {
        byte[] plain = unmapped(address);
        return plain != null && networks.stream().anyMatch(n -> n.has(plain));
    }

    /** Whether who is at the other end of a socket is one. */
    boolean has(@Nullable SocketAddress remote) {
        return remote instanceof InetSocketAddress inet
                && inet.getAddress() != null
                && has(inet.getAddress().getAddress());
    }

    /** Whether whoever connects to the Unix domain socket is one. */
    boolean hasUnix() {
        return unix;
    }

    /** As logs and clients see it: never with a zone, IPv4 as IPv4. */
    static String shown(byte[] address) {
        try {
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address of " + address.length + " bytes", e);
        }
    }
}
