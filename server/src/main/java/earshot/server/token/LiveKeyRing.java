package earshot.server.token;

import earshot.server.config.TokenSettings;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keys from settings, files and key sets, read again while the server runs. Thread-safe; reading happens on one thread of its own. What cannot be
 * read the first time is an error of the start; later the keys known before go on to count, and the log says so once per failure.
 */
public final class LiveKeyRing implements KeyRing, AutoCloseable {
    private static final Logger LOG = System.getLogger(LiveKeyRing.class.getName());

    /**
     * How often things are looked at.
     *
     * @param files and whether it is time to fetch
     * @param fetchAtMost an unknown key id may be made up: it never makes us fetch more often than this; nor does a failure
     * @param fetchWithin how long one answer may take
     */
    record Pace(Duration files, Duration fetchAtMost, Duration fetchWithin) {
        static final Pace DEFAULT = new Pace(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(5));
    }

    private final Pace pace;
    private final String dialect;
    private final TokenSettings settings;
    private final ScheduledExecutorService reader = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("earshot-keys").factory());
    private final AtomicBoolean wanted = new AtomicBoolean();

    private volatile List<VerificationKey> keys;
    private volatile long fetchedNanos;
    private volatile List<VerificationKey> fetched = List.of();
    private volatile boolean failing;
    /** The last fetch failed. */
    private volatile boolean unfetched;

    /** Reads everything once. Throws {@link KeysUnusable}. */
    public LiveKeyRing(String dialect, TokenSettings settings) {
        this(dialect, settings, Pace.DEFAULT);
    }

    LiveKeyRing(String dialect, TokenSettings settings, Pace pace) {
        this.pace = pace;
        this.dialect = dialect;
        this.settings = settings;
        settings.jwksAddress().ifPresent(this::fetch);
        this.keys = readAll();
        if (settings.secretFile().isPresent()
                || settings.publicKey().isPresent()
                || settings.jwks().isPresent()) {
            var _ = reader.scheduleWithFixedDelay(
                    this::lookAgain, pace.files().toMillis(), pace.files().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public List<VerificationKey> keys() {
        return keys;
    }

    @Override
    public void missed(String keyId) {
        if (settings.jwksAddress().isPresent()) wanted.set(true);
    }

    private List<VerificationKey> readAll() {
        String algorithm = settings.secretAlgorithm().name();
        List<VerificationKey> all = new ArrayList<>();
        settings.secretFile().ifPresent(file -> all.addAll(KeyReader.secrets(file, algorithm)));
        for (String secret : settings.secrets())
            all.add(VerificationKey.secret(secret.getBytes(StandardCharsets.UTF_8), algorithm));
        settings.publicKey().ifPresent(file -> all.addAll(KeyReader.pem(file)));
        Optional<URI> address = settings.jwksAddress();
        if (address.isPresent()) {
            all.addAll(fetched);
        } else {
            settings.jwks()
                    .map(java.nio.file.Path::of)
                    .ifPresent(file -> all.addAll(KeyReader.keySet(file.toString(), KeyReader.text(file))));
        }
        return List.copyOf(all);
    }

    private void fetch(URI address) {
        fetchedNanos = System.nanoTime();
        unfetched = true;
        fetched = KeyReader.keySet(
                String.valueOf(address.getAuthority()), KeyReader.fetched(address, pace.fetchWithin()));
        unfetched = false;
    }

    private void lookAgain() {
        try {
            Optional<URI> address = settings.jwksAddress();
            if (address.isPresent() && isTimeToFetch()) fetch(address.get());
            keys = readAll();
            if (!unfetched) failing = false;
        } catch (RuntimeException e) {
            // Whatever it is, it must not end the looking.
            if (!failing) LOG.log(Level.WARNING, dialect + ": keys stay as they were: " + e.getMessage());
            failing = true;
        }
    }

    private boolean isTimeToFetch() {
        long age = System.nanoTime() - fetchedNanos;
        boolean due = age >= settings.jwksRefresh().toNanos();
        return due || (age >= pace.fetchAtMost().toNanos() && (wanted.getAndSet(false) || unfetched));
    }

    @Override
    public void close() {
        reader.shutdownNow();
    }
}
