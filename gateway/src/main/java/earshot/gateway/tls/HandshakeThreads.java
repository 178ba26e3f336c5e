package earshot.gateway.tls;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where the dear half of handshakes runs: key exchange and signature, about a millisecond each, of which an event loop must not do one. Bounded in
 * threads and in what waits. Thread-safe. Threads end when nothing has come for a while.
 */
final class HandshakeThreads implements Executor, AutoCloseable {
    /** Tasks per thread after which no new handshake begins: about a tenth of a second of work. */
    private static final int BEHIND = 128;
    /** Handshakes that have begun may all want their task at once; beyond this one is failed. */
    private static final int MOST = 8192;

    private final ThreadPoolExecutor threads;
    private final int behind;

    HandshakeThreads(int count) {
        var serial = new AtomicInteger();
        threads = new ThreadPoolExecutor(count, count, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST), work -> {
            Thread thread = new Thread(work, "tls-" + serial.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
        behind = BEHIND * count;
    }

    /** Throws {@link RejectedExecutionException} when too much waits already. */
    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    boolean isBehind() {
        return threads.getQueue().size() >= behind;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
