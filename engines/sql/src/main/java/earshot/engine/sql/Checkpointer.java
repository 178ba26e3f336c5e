package earshot.engine.sql;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;

/**
 * Moves the write-ahead log into the database, beside the writer. PASSIVE checkpoints copy while the writer goes on, so they never reach the
 * end of a log that grows; what is left after two of them is little, and for that much the writer is held. Then the next commit begins the log
 * anew. (Checkpoints on the writer's own thread put commit p99 at 75 to 118 ms, only passive ones let the log grow by 250 MB a second.)
 */
final class Checkpointer implements Runnable, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Checkpointer.class.getName());
    private static final int PASSES = 5;
    private static final long LITTLE_BYTES = 2L << 20;
    private static final int LOG_HEADER_BYTES = 32;
    private static final int FRAME_HEADER_BYTES = 24;
    private static final int BUSY_MILLIS = 20;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SqliteFile file;
    private final Connection connection;
    private final Lock gate;
    private final SqliteSettings settings;
    private final Meter meter;
    private final Runnable everySecond;
    private final Thread thread;
    /** What a page takes in the log (sqlite.org/fileformat2.html, section 4.1). */
    private final long frameBytes;

    private long shownWalBytes;
    /** The log has grown since it was last copied as a whole. Only then is its length what is in it: it shrinks with the commit that begins it anew. */
    private volatile boolean grown;

    private volatile boolean closed;

    /** @param gate held by the writer while it writes; fair */
    Checkpointer(SqliteFile file, Lock gate, SqliteSettings settings, Meter meter, Runnable everySecond)
            throws SQLException {
        this.file = file;
        this.connection = file.connect();
        // A long reader keeps the log from beginning anew. The writer is held meanwhile, so nobody waits for that: the
        // next look tries again.
        SqliteFile.execute(connection, "PRAGMA busy_timeout=" + BUSY_MILLIS);
        frameBytes = FRAME_HEADER_BYTES + pageBytes(connection);
        this.gate = gate;
        this.settings = settings;
        this.meter = meter;
        this.everySecond = everySecond;
        thread = Thread.ofPlatform().name("sqlite-checkpoint").daemon().unstarted(this);
    }

    void start() {
        thread.start();
    }

    private static long pageBytes(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA page_size")) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** The log has grown over the soft limit. Any thread. */
    void wake() {
        grown = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        long lookedAt = System.nanoTime();
        while (!closed) {
            LockSupport.parkNanos(LOOK_NANOS);
            if (closed) return;
            look();
            if (System.nanoTime() - lookedAt < LOOK_NANOS) continue;
            lookedAt = System.nanoTime();
            everySecond.run();
        }
    }

    private void look() {
        long bytes = file.walBytes();
        meter.move(Metric.SQL_WAL_BYTES, bytes - shownWalBytes);
        shownWalBytes = bytes;
        if (bytes < settings.softWalBytes() || !grown) return;
        try {
            checkpoint(bytes >= settings.hardWalBytes());
        } catch (SQLException e) {
            // A full disk, mostly: the writer says so as well, and the next look tries again.
            LOG.log(System.Logger.Level.DEBUG, "checkpoint failed", e);
        }
    }

    private void checkpoint(boolean hard) throws SQLException {
        long left = Long.MAX_VALUE;
        for (int pass = 0; pass < PASSES && left > LITTLE_BYTES; pass++) left = pass("PASSIVE");
        gate.lock();
        try {
            // The writer cannot say that there is more meanwhile.
            grown = pass(hard ? "TRUNCATE" : "PASSIVE") > 0;
        } finally {
            gate.unlock();
        }
    }

    /** How much a pass has left, in bytes. */
    private long pass(String mode) throws SQLException {
        long started = file.walBytes();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(" + mode + ")")) {
            if (!row.next()) return 0;
            long copied = LOG_HEADER_BYTES + row.getLong(3) * frameBytes;
            return Math.max(0, Math.max(started, file.walBytes()) - copied);
        }
    }

    @Override
    public void close() throws SQLException {
        closed = true;
        LockSupport.unpark(thread);
        Uninterrupted.join(thread);
        connection.close();
    }
}
