package earshot.gateway.tls;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * TLS 1.2 and 1.3 with the certificate and key of two PEM files, which are looked at again every ten seconds: a new pair serves the connections
 * that come from then on, those that are open stay as they are. A pair that cannot be used is refused, said once and counted; the old one goes on.
 * Thread-safe. {@link #close} ends its threads.
 */
public final class Tls implements AutoCloseable {
    /** What a look that finds a new pair costs is a few milliseconds on a thread of its own. */
    public static final Duration LOOK_EVERY = Duration.ofSeconds(10);

    private static final Logger LOG = System.getLogger("earshot.gateway.tls");
    private static final Duration REPEAT_CONCERN = Duration.ofDays(1);
    /** For TLS 1.2 clients without tickets; tickets keep their state with the client. */
    private static final long SESSIONS_KEPT = 1000;

    /** Forward secrecy and authenticated encryption only. AES-128 first: it is the cheapest here and strong enough. */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private static final ApplicationProtocolConfig HTTP1 = new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_1_1);

    static {
        // A client could ask for key exchange after key exchange on one connection (TLS 1.2), past every pace.
        if (System.getProperty("jdk.tls.rejectClientInitiatedRenegotiation") == null)
            System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    private record Current(TlsIdentity identity, SslContext context) {}

    private final Path certFile;
    private final Path keyFile;
    private final Clock clock;
    private final Meter meter;
    private final HandshakeThreads handshakes;
    private final ScheduledExecutorService looker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tls-files").factory());

    private volatile Current current;
    private FileStamps seen;
    private long shownExpiry;
    private long concernedMillis;

    /** Reads the files; throws {@link TlsUnusable}. Blocks. */
    public Tls(Path certFile, Path keyFile, int handshakeThreads, Clock clock, Meter meter) {
        this.certFile = certFile;
        this.keyFile = keyFile;
        this.clock = clock;
        this.meter = meter;
        seen = FileStamps.of(certFile, keyFile);
        current = load();
        handshakes = new HandshakeThreads(handshakeThreads);
        show();
    }

    /** Begins to look at the files by itself. */
    public void watch(Duration every) {
        var _ = looker.scheduleWithFixedDelay(this::look, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Looks at the files, and takes them if they are others than before. One caller at a time. */
    public synchronized void look() {
        try {
            FileStamps now = FileStamps.of(certFile, keyFile);
            if (!now.equals(seen)) {
                seen = now;
                reload();
            }
            if (clock.millis() - concernedMillis >= REPEAT_CONCERN.toMillis()) tellConcern();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "Looking at the certificate failed", e);
        }
    }

    private void reload() {
        try {
            current = load();
            meter.add(Metric.TLS_RELOADS, 1, "taken");
            LOG.log(Level.INFO, "New certificate for new connections: {0}", current.identity);
            show();
        } catch (TlsUnusable e) {
            meter.add(Metric.TLS_RELOADS, 1, "refused");
            LOG.log(Level.WARNING, "The certificate stays as it was: {0}", e.getMessage());
        }
    }

    private Current load() {
        TlsIdentity identity = TlsIdentity.read(certFile, keyFile);
        try {
            SslContext context = SslContextBuilder.forServer(
                            identity.key(), identity.chain().toArray(new java.security.cert.X509Certificate[0]))
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .applicationProtocolConfig(HTTP1)
                    .sessionCacheSize(SESSIONS_KEPT)
                    .build();
            return new Current(identity, context);
        } catch (SSLException | IllegalArgumentException e) {
            throw new TlsUnusable(
                    "tls.cert: " + certFile + " and " + keyFile + " cannot be used for TLS: " + e.getMessage());
        }
    }

    private void show() {
        long expiry = identity().expires().getEpochSecond();
        meter.move(Metric.TLS_EXPIRY, expiry - shownExpiry);
        shownExpiry = expiry;
        tellConcern();
    }

    private void tellConcern() {
        concernedMillis = clock.millis();
        identity()
                .concern(Instant.ofEpochMilli(clock.millis()))
                .ifPresent(concern -> LOG.log(Level.WARNING, "{0}: {1}", certFile, concern));
    }

    /** What new connections are shown. */
    public TlsIdentity identity() {
        return current.identity;
    }

    /** A handler for one connection that is about to begin its handshake. */
    public ChannelHandler handler(ByteBufAllocator alloc) {
        return new TlsHandler(current.context.newEngine(alloc), handshakes);
    }

    /** Whether so many handshakes are in work that no new one should begin. */
    public boolean isBehind() {
        return handshakes.isBehind();
    }

    @Override
    public void close() {
        looker.shutdownNow();
        handshakes.close();
    }
}
