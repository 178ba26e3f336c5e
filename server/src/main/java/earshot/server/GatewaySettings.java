package earshot.server;

import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.gateway.GatewayConfig;
import earshot.gateway.Listener;
import earshot.gateway.TrustedProxies;
import earshot.gateway.tls.Tls;
import earshot.server.config.CompressionSettings;
import earshot.server.config.LimitSettings;
import earshot.server.config.NetworkSettings;
import earshot.server.config.ServerConfig;
import earshot.server.config.SocketSettings;
import earshot.server.config.TlsSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The operator's settings as the gateway wants them. */
public final class GatewaySettings {
    private GatewaySettings() {}

    static GatewayConfig of(ServerConfig config) {
        NetworkSettings network = config.network();
        LimitSettings limits = config.limits();
        SocketSettings sockets = network.sockets();
        GatewayConfig.Network socket = GatewayConfig.Network.DEFAULT
                .at(listeners(network, config.tls()))
                .capped(limits.maxConnections(), limits.reservedConnections())
                .trusting(TrustedProxies.of(network.trustedProxies()), network.forwardedHeader())
                .tuned(sockets.backlog(), sockets.notSentLowatBytes(), sockets.userTimeout());
        GatewayConfig.Links links = GatewayConfig.Links.DEFAULT.tuned(sockets.highWaterBytes(), sockets.closeTimeout());
        return GatewayConfig.DEFAULT
                .with(socket)
                .with(limits.http())
                .with(limits.handshakes())
                .with(links)
                .with(compression(config))
                .withEcho(network.echo());
    }

    /** Where it listens, for people. */
    public static String shownListeners(ServerConfig config) {
        return listeners(config.network(), config.tls()).stream()
                .map(each -> each.shown() + (each instanceof Listener.Tcp tcp && tcp.tls() ? " (TLS)" : ""))
                .collect(Collectors.joining(" and "));
    }

    static GatewayConfig.Compression compression(ServerConfig config) {
        CompressionSettings given = config.compression();
        return new GatewayConfig.Compression(given.dialects(), given.level(), given.minBytes(), given.maxRatio());
    }

    private static List<Listener> listeners(NetworkSettings network, TlsSettings tls) {
        boolean proxied = network.proxyProtocol() == NetworkSettings.ProxyProtocol.REQUIRED;
        OptionalInt tlsPort = tls.port();
        List<Listener> all = new ArrayList<>();
        if (network.tcp())
            all.add(new Listener.Tcp(network.host(), network.port(), tls.isOn() && tlsPort.isEmpty(), proxied));
        tlsPort.ifPresent(port -> all.add(new Listener.Tcp(network.host(), port, true, proxied)));
        network.unixSocket().ifPresent(path -> all.add(new Listener.Unix(path, network.unixPermissions(), proxied)));
        return all;
    }

    /** Reads the certificate, and goes on looking at it; null: no TLS. Throws {@link earshot.gateway.tls.TlsUnusable}. */
    static @Nullable Tls tls(TlsSettings settings, Clock clock, Meter meter) {
        if (settings.files().isEmpty()) return null;
        TlsSettings.Files files = settings.files().get();
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        Tls tls = new Tls(files.cert(), files.key(), threads, clock, meter);
        tls.watch(Tls.LOOK_EVERY);
        return tls;
    }
}
