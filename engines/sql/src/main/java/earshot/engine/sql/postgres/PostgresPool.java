package earshot.engine.sql.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import earshot.core.history.HistoryUnavailable;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.engine.sql.DatabaseUnusable;
import earshot.engine.sql.DatabaseUnusable.Reason;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Connections to PostgreSQL, and virtual threads that wait for its answers. Thread-safe; the caller never blocks. Questions beyond
 * {@value #MAX_WAITING} are refused, and while the server is away all are refused at once; once a second somebody tries.
 */
final class PostgresPool implements AutoCloseable {
    static final int MAX_WAITING = 2_000;

    private static final System.Logger LOG = System.getLogger(PostgresPool.class.getName());
    private static final long TRY_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int TRIES = 3;

    /** One transaction. May run again when PostgreSQL could not do it beside another. */
    interface Work<T extends @Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    private final HikariDataSource source;
    private final ExecutorService threads;
    private final Semaphore room = new Semaphore(MAX_WAITING);
    private final Clock clock;
    private final Meter meter;
    private final Thread watch;
    private final String whenAway;
    private final AtomicBoolean away = new AtomicBoolean();
    private final AtomicLong triedNanos = new AtomicLong();
    private volatile boolean closed;

    private PostgresPool(PostgresSettings settings, String whenAway, Clock clock, Meter meter) {
        this.whenAway = whenAway;
        this.clock = clock;
        this.meter = meter;
        source = new HikariDataSource(config(settings));
        threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("postgres-", 0).factory());
        watch = Thread.ofVirtual().name("postgres-watch").start(this::watch);
    }

    /** For the archive's tables. */
    static PostgresPool open(PostgresSettings settings, Clock clock, Meter meter) {
        String whenAway = "Redis keeps what is said until it is back, older messages cannot be read";
        return open(settings, new PostgresSchema(settings.shown()), whenAway, clock, meter);
    }

    /**
     * Connects, and brings the tables up to date. Blocks; throws {@link DatabaseUnusable}.
     *
     * @param whenAway what that means, for the log
     */
    static PostgresPool open(
            PostgresSettings settings, PostgresSchema schema, String whenAway, Clock clock, Meter meter) {
        try (Connection connection = DriverManager.getConnection(settings.url(), properties(settings))) {
            checkEncoding(connection, settings);
            schema.migrate(connection);
            LOG.log(
                    System.Logger.Level.INFO,
                    "PostgreSQL {0} at {1}",
                    connection.getMetaData().getDatabaseProductVersion(),
                    settings.shown());
        } catch (SQLException e) {
            throw Refusal.explain(settings, e);
        }
        return new PostgresPool(settings, whenAway, clock, meter);
    }

    private static void checkEncoding(Connection connection, PostgresSettings settings) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW server_encoding")) {
            if (row.next() && !row.getString(1).equals("UTF8"))
                throw new DatabaseUnusable(
                        Reason.FOREIGN,
                        settings.shown() + ": the database's encoding is " + row.getString(1)
                                + " (expected: UTF8). Make another one: createdb --encoding UTF8 --template template0 NAME");
        }
    }

    static Properties properties(PostgresSettings settings) {
        Properties properties = new Properties();
        if (!settings.user().isEmpty()) properties.setProperty("user", settings.user());
        if (!settings.password().isEmpty()) properties.setProperty("password", settings.password());
        int seconds = (int) Math.max(1, settings.timeout().toSeconds());
        properties.setProperty("connectTimeout", Integer.toString(seconds));
        properties.setProperty("socketTimeout", Integer.toString(seconds));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("reWriteBatchedInserts", "true");
        properties.setProperty("ApplicationName", "earshot");
        return properties;
    }

    private static HikariConfig config(PostgresSettings settings) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("earshot-postgres");
        config.setJdbcUrl(settings.url());
        config.setDataSourceProperties(properties(settings));
        config.setMaximumPoolSize(settings.connections());
        config.setMinimumIdle(Math.min(2, settings.connections()));
        config.setConnectionTimeout(settings.timeout().toMillis());
        config.setValidationTimeout(Math.max(250, settings.timeout().toMillis() / 2));
        config.setAutoCommit(false);
        config.setInitializationFailTimeout(-1);
        return config;
    }

    /** @param what for the numbers: a word of lower case */
    <T extends @Nullable Object> CompletionStage<T> ask(String what, Work<T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (isWaitedFor()) return refused(what, "away", answer);
        if (!room.tryAcquire()) return refused(what, "queue_full", answer);
        try {
            threads.execute(() -> {
                try {
                    answer(what, work, answer);
                } finally {
                    room.release();
                }
            });
        } catch (RejectedExecutionException _) {
            room.release();
            return refused(what, "closed", answer);
        }
        return answer;
    }

    private <T extends @Nullable Object> CompletionStage<T> refused(
            String what, String code, CompletableFuture<T> answer) {
        meter.add(Metric.ARCHIVE_FAILED, 1, what, code);
        answer.completeExceptionally(new HistoryUnavailable("archive_" + code, "PostgreSQL, " + what, null));
        return answer;
    }

    /** Away, and it was tried less than a second ago. */
    private boolean isWaitedFor() {
        if (!away.get()) return false;
        long now = clock.nanos();
        long tried = triedNanos.get();
        return now - tried < TRY_AGAIN_NANOS || !triedNanos.compareAndSet(tried, now);
    }

    private <T extends @Nullable Object> void answer(String what, Work<T> work, CompletableFuture<T> answer) {
        try {
            T found = inTransaction(work);
            onAnswered();
            answer.complete(found);
        } catch (Undone e) {
            onAnswered();
            answer.completeExceptionally(e.why());
        } catch (SQLException | RuntimeException e) {
            String code = Refusal.codeOf(e);
            meter.add(Metric.ARCHIVE_FAILED, 1, what, code);
            onFailed(e, code);
            answer.completeExceptionally(new HistoryUnavailable("archive_" + code, "PostgreSQL, " + what, e));
        }
    }

    private <T extends @Nullable Object> T inTransaction(Work<T> work) throws SQLException {
        for (int tries = 1; ; tries++) {
            try (Connection connection = source.getConnection()) {
                return once(connection, work);
            } catch (SQLException e) {
                if (tries == TRIES || !Refusal.isWorthAnotherTry(e)) throw e;
            }
        }
    }

    private static <T extends @Nullable Object> T once(Connection connection, Work<T> work) throws SQLException {
        try {
            T found = work.on(connection);
            connection.commit();
            return found;
        } catch (SQLException | RuntimeException e) {
            try {
                connection.rollback();
            } catch (SQLException worse) {
                e.addSuppressed(worse);
            }
            throw e;
        }
    }

    private void onAnswered() {
        if (away.compareAndSet(true, false)) LOG.log(System.Logger.Level.INFO, "PostgreSQL answers again");
    }

    private void onFailed(Exception e, String code) {
        if (closed) return;
        if (!Refusal.isAway(e)) {
            LOG.log(System.Logger.Level.DEBUG, "PostgreSQL did not do what it was asked: " + code, e);
            return;
        }
        triedNanos.set(clock.nanos());
        if (away.compareAndSet(false, true))
            LOG.log(System.Logger.Level.WARNING, "PostgreSQL does not answer ({0}): {1}", code, whenAway);
    }

    /** A server that is not asked anything is asked whether it is there. */
    private void watch() {
        while (!closed) {
            try {
                TimeUnit.SECONDS.sleep(1);
            } catch (InterruptedException _) {
                return;
            }
            var _ = ask("ping", connection -> {
                        try (Statement statement = connection.createStatement()) {
                            return statement.execute("SELECT 1");
                        }
                    })
                    .exceptionally(_ -> false);
        }
    }

    /** Any thread. */
    boolean isHealthy() {
        return !away.get();
    }

    /** Waits for what runs, for as long as the timeout at most. */
    @Override
    public void close() {
        closed = true;
        watch.interrupt();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(5, TimeUnit.SECONDS)) threads.shutdownNow();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        source.close();
    }
}
