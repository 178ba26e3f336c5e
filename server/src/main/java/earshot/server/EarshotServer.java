package earshot.server;

import earshot.gateway.Gateway;
import earshot.gateway.Listener;
import earshot.gateway.tls.Tls;
import earshot.gateway.tls.TlsIdentity;
import earshot.gateway.tls.TlsUnusable;
import earshot.server.api.ApiKeyFile;
import earshot.server.api.ApiKeys;
import earshot.server.api.ApiKeysUnusable;
import earshot.server.config.ServerConfig;
import earshot.server.page.Demo;
import earshot.server.token.KeysUnusable;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A running server: made by {@link #start}, ended by {@link #stop}. Any thread but a loop. */
public final class EarshotServer {
    private static final Logger LOG = System.getLogger(EarshotServer.class.getName());
    private static final long LOOK_AT_KEYS_MILLIS = 1000;

    private final Wiring wiring;
    private final List<Gateway.Bound> bound;
    private final @Nullable ScheduledExecutorService keyReader;
    private boolean stopped;

    private EarshotServer(Wiring wiring, List<Gateway.Bound> bound, @Nullable ScheduledExecutorService keyReader) {
        this.wiring = wiring;
        this.bound = bound;
        this.keyReader = keyReader;
    }

    /**
     * Throws {@link StartFailure}, {@link KeysUnusable}, {@link ApiKeysUnusable} or {@link TlsUnusable}: one sentence each; nothing is left running
     * then.
     */
    public static EarshotServer start(ServerConfig config) {
        Optional<ApiKeyFile> file = config.history().data().map(ApiKeyFile::in);
        ApiKeys configured = ApiKeys.of(config.api().keys());
        Wiring wiring = Wiring.of(config, file.<ApiKeys>map(configured::and).orElse(configured));
        try {
            List<Gateway.Bound> bound = wiring.gateway().start();
            return new EarshotServer(
                    wiring, bound, file.map(EarshotServer::reading).orElse(null));
        } catch (UncheckedIOException e) {
            wiring.close();
            throw new StartFailure(sentence(e, config), e);
        } catch (RuntimeException e) {
            wiring.close();
            throw e;
        }
    }

    private static String sentence(UncheckedIOException failure, ServerConfig config) {
        String what = String.valueOf(
                failure.getCause() == null
                        ? failure.getMessage()
                        : failure.getCause().getMessage());
        return what
                + (what.startsWith("Cannot listen on unix:")
                        ? ""
                        : hint(what, config.network().port()));
    }

    /** What to do about an address that cannot be had; in the words of the system, which Java's exceptions repeat. */
    static String hint(String what, int port) {
        if (what.contains("in use"))
            return "; is another server running there? Take another port with --port " + (port + 1);
        if (what.contains("ermission denied"))
            return "; ports below 1024 are not for everybody, take a higher one with --port, such as 9001";
        if (what.contains("assign requested address") || what.contains("no such host"))
            return "; --host must be an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them";
        return "";
    }

    private static ScheduledExecutorService reading(ApiKeyFile file) {
        ScheduledExecutorService reader = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("earshot-api-keys").factory());
        Runnable look = () -> {
            try {
                file.refresh();
            } catch (ApiKeysUnusable e) {
                LOG.log(Level.WARNING, "API keys stay as they were: " + e.getMessage());
            }
        };
        var _ = reader.scheduleWithFixedDelay(look, LOOK_AT_KEYS_MILLIS, LOOK_AT_KEYS_MILLIS, TimeUnit.MILLISECONDS);
        return reader;
    }

    /** The first TCP port that was bound; 0: none. */
    public int port() {
        return tcpAddresses().map(InetSocketAddress::getPort).findFirst().orElse(0);
    }

    private Stream<InetSocketAddress> tcpAddresses() {
        return bound.stream()
                .map(Gateway.Bound::address)
                .filter(InetSocketAddress.class::isInstance)
                .map(InetSocketAddress.class::cast);
    }

    /** What the server shows to TLS clients; empty without TLS. */
    public Optional<TlsIdentity> certificate() {
        return Optional.ofNullable(wiring.tls()).map(Tls::identity);
    }

    /** Whether somebody who joins a voice room now has a chance. */
    public boolean hasVoice() {
        return wiring.voice().isAvailable();
    }

    /** Who the demos are; empty in production. */
    public Optional<Demo> demo() {
        return Optional.ofNullable(wiring.demo());
    }

    /** Says goodbye to everybody, stores what was accepted, ends every thread. Blocks for the drain timeout at most, and a little. */
    public synchronized void stop() {
        if (stopped) return;
        stopped = true;
        wiring.gateway().stop(wiring.drainTimeout());
        if (keyReader != null) keyReader.shutdownNow();
        wiring.close();
    }

    /** Every address that it listens on, for people: as a browser takes it, or {@code unix:} and a path. */
    public List<String> addresses() {
        return bound.stream().map(EarshotServer::shown).toList();
    }

    /** The address that a browser takes; empty when there is only a Unix socket. */
    public Optional<String> webAddress() {
        return addresses().stream().filter(a -> a.startsWith("http")).findFirst();
    }

    private static String shown(Gateway.Bound each) {
        if (!(each.address() instanceof InetSocketAddress inet))
            return each.listener().shown();
        String scheme = each.listener() instanceof Listener.Tcp tcp && tcp.tls() ? "https" : "http";
        String host = inet.getAddress().isAnyLocalAddress() ? "localhost" : inet.getHostString();
        return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + inet.getPort() + "/";
    }
}
