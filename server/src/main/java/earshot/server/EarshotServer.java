package earshot.server;

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
import org.jspecify.annotations.Nullable;

/** A running server: made by {@link #start}, ended by {@link #stop}. Any thread but a loop. */
public final class EarshotServer {
    private static final Logger LOG = System.getLogger(EarshotServer.class.getName());
    private static final long LOOK_AT_KEYS_MILLIS = 1000;

    private final Wiring wiring;
    private final InetSocketAddress address;
    private final @Nullable ScheduledExecutorService keyReader;
    private boolean stopped;

    private EarshotServer(Wiring wiring, InetSocketAddress address, @Nullable ScheduledExecutorService keyReader) {
        this.wiring = wiring;
        this.address = address;
        this.keyReader = keyReader;
    }

    /** Throws {@link StartFailure}, {@link KeysUnusable} or {@link ApiKeysUnusable}: one sentence each; nothing is left running then. */
    public static EarshotServer start(ServerConfig config) {
        Optional<ApiKeyFile> file = config.history().data().map(ApiKeyFile::in);
        ApiKeys configured = ApiKeys.of(config.api().keys());
        Wiring wiring = new Wiring(config, file.<ApiKeys>map(configured::and).orElse(configured));
        try {
            InetSocketAddress address = wiring.gateway().start();
            return new EarshotServer(
                    wiring, address, file.map(EarshotServer::reading).orElse(null));
        } catch (UncheckedIOException e) {
            wiring.close();
            throw new StartFailure(sentence(e, config), e);
        }
    }

    private static String sentence(UncheckedIOException failure, ServerConfig config) {
        String what = String.valueOf(
                failure.getCause() == null
                        ? failure.getMessage()
                        : failure.getCause().getMessage());
        return what + hint(what, config.network().port());
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

    /** The port that was bound. */
    public int port() {
        return address.getPort();
    }

    public InetSocketAddress address() {
        return address;
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

    /** What each address is for, for people. */
    public List<String> addresses() {
        String host = address.getAddress().isAnyLocalAddress() ? "localhost" : address.getHostString();
        return List.of("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port() + "/");
    }
}
