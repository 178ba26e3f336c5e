package earshot.server.config;

import earshot.gateway.ForwardedHeader;
import earshot.gateway.TrustedProxies;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where the server listens, and who may speak for others.
 *
 * @param tcp false: only the Unix socket was asked for
 * @param port 0: any free one
 * @param unixSocket empty: none
 * @param unixPermissions of its file
 * @param loops event loops; 0: one per core
 * @param protocolFixture whether the counterparts of the suites of Engine.IO and Socket.IO are there, and no summit
 */
public record NetworkSettings(
        boolean tcp,
        String host,
        int port,
        Optional<Path> unixSocket,
        Set<PosixFilePermission> unixPermissions,
        int loops,
        List<String> trustedProxies,
        ProxyProtocol proxyProtocol,
        ForwardedHeader forwardedHeader,
        boolean echo,
        ProtocolFixture protocolFixture,
        SocketSettings sockets) {
    static final Catalog CATALOG = new Catalog("network", "Where the server listens, and who may speak for others.");

    /** Whether the counterparts of the protocols' own suites are there. */
    public enum ProtocolFixture {
        OFF,
        /** With the times that the suites measure: a client that is half a second late is dead. */
        SUITE,
        /** With everybody's times, for suites of clients. */
        PATIENT
    }

    /** Whether connections begin with a PROXY header. */
    public enum ProxyProtocol {
        OFF,
        REQUIRED
    }

    static final Setting<String> HOST = CATALOG.setting(
            "host",
            Kinds.TEXT,
            "127.0.0.1",
            "Address to bind. Anything but loopback means production, unless --dev says otherwise.",
            "HOST",
            "WS_HOST");
    static final Setting<Integer> PORT = CATALOG.setting(
            "port",
            Kinds.integer(0, 65_535),
            9001,
            "Port for everything: WebSocket, HTTP, the page. 0 takes any free one.",
            "PORT",
            "WS_PORT");
    static final Setting<Path> UNIX_SOCKET = CATALOG.optional(
            "unix-socket",
            Kinds.PATH,
            "no Unix socket",
            "Unix domain socket to listen on, for a proxy on this machine. With it TCP is listened on only if network.port or"
                    + " network.host is given as well.");
    static final Setting<Set<PosixFilePermission>> UNIX_PERMISSIONS = CATALOG.setting(
            "unix-permissions",
            new PermissionsKind(),
            PermissionsKind.read("660"),
            "Permissions of the socket's file: who may write to it may connect.");
    static final Setting<Integer> LOOPS = CATALOG.setting(
            "loops",
            Kinds.integer(0, 256),
            0,
            "Event loops (threads that own connections and rooms). 0: one per core.");
    static final Setting<List<String>> TRUSTED_PROXIES = CATALOG.setting(
            "trusted-proxies",
            new ProxiesKind(),
            List.of(),
            "Proxies that are believed about their clients' addresses: addresses, networks such as 10.0.0.0/8, and the word"
                    + " unix for who connects to the Unix socket.");
    static final Setting<ForwardedHeader> FORWARDED_HEADER = CATALOG.setting(
            "forwarded-header",
            Kinds.choice(ForwardedHeader.class),
            ForwardedHeader.X_FORWARDED_FOR,
            "The header in which trusted proxies name the client; the other one may be the client's own invention.");
    static final Setting<ProxyProtocol> PROXY_PROTOCOL = CATALOG.setting(
            "proxy-protocol",
            Kinds.choice(ProxyProtocol.class),
            ProxyProtocol.OFF,
            "required: every connection begins with a PROXY header (version 1 or 2) of a trusted proxy, and others are closed.");
    static final Setting<Boolean> ECHO = CATALOG.setting(
            "echo", Kinds.SWITCH, false, "Whether /echo sends WebSocket messages back, for conformance suites.");

    static final Setting<ProtocolFixture> PROTOCOL_FIXTURE = CATALOG.setting(
            "protocol-fixture",
            Kinds.choice(ProtocolFixture.class),
            ProtocolFixture.OFF,
            "Whether /engine.io/ and /socket.io/ answer as the suites of those protocols ask; summit is off then. suite: with"
                    + " their short times; patient: with the usual ones.");

    static NetworkSettings from(Values values, List<String> problems) {
        Optional<Path> unix = values.maybe(UNIX_SOCKET);
        var settings = new NetworkSettings(
                unix.isEmpty() || values.isGiven(PORT) || values.isGiven(HOST),
                values.of(HOST),
                values.of(PORT),
                unix,
                values.of(UNIX_PERMISSIONS),
                values.of(LOOPS),
                values.of(TRUSTED_PROXIES),
                values.of(PROXY_PROTOCOL),
                values.of(FORWARDED_HEADER),
                values.of(ECHO),
                values.of(PROTOCOL_FIXTURE),
                SocketSettings.from(values));
        if (settings.proxyProtocol == ProxyProtocol.REQUIRED && settings.trustedProxies.isEmpty())
            problems.add(
                    "network.proxy-protocol: required, and network.trusted-proxies names nobody who may say it; name the"
                            + " addresses of your proxies");
        return settings;
    }

    /** Whether only this machine can reach it. */
    public boolean isLoopback() {
        return !tcp || isLoopback(host);
    }

    static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("::1") || host.equals("[::1]") || host.startsWith("127.");
    }

    /** As {@code chmod} takes them: three digits. */
    private static final class PermissionsKind implements Kind<Set<PosixFilePermission>> {
        private static final List<PosixFilePermission> BITS = List.of(
                PosixFilePermission.OTHERS_EXECUTE,
                PosixFilePermission.OTHERS_WRITE,
                PosixFilePermission.OTHERS_READ,
                PosixFilePermission.GROUP_EXECUTE,
                PosixFilePermission.GROUP_WRITE,
                PosixFilePermission.GROUP_READ,
                PosixFilePermission.OWNER_EXECUTE,
                PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.OWNER_READ);

        @Override
        public String describe() {
            return "three octal digits, as chmod takes them";
        }

        @Override
        public Set<PosixFilePermission> parse(Raw raw) {
            return read(Kinds.word(raw).text().strip());
        }

        static Set<PosixFilePermission> read(String text) {
            if (!text.matches("0?[0-7]{3}"))
                throw new Unfit(Kinds.quoted(text) + " (expected: three octal digits, such as 660)");
            int bits = Integer.parseInt(text, 8);
            Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
            for (int i = 0; i < BITS.size(); i++) if ((bits >> i & 1) == 1) set.add(BITS.get(i));
            return Set.copyOf(set);
        }

        @Override
        public String show(Set<PosixFilePermission> value) {
            int bits = 0;
            for (int i = 0; i < BITS.size(); i++) if (value.contains(BITS.get(i))) bits |= 1 << i;
            return String.format("%03o", bits);
        }
    }

    private static final class ProxiesKind implements Kind<List<String>> {
        @Override
        public String describe() {
            return "list of addresses and networks";
        }

        @Override
        public List<String> parse(Raw raw) {
            List<String> words = Kinds.WORDS.parse(raw);
            try {
                TrustedProxies.of(words);
            } catch (IllegalArgumentException e) {
                throw new Unfit(String.valueOf(e.getMessage()));
            }
            return words;
        }

        @Override
        public String show(List<String> value) {
            return Kinds.WORDS.show(value);
        }
    }
}
