package earshot.gateway.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Thousands of WebSocket clients on one thread, each of which can stop reading. Not ours in any other respect: no code of the server is used.
 * {@link #run} and {@link #ask} may be called by any thread; everything else, and every {@link Ear}, belongs to the swarm's own. What an ear
 * throws ends the swarm, and comes out of the next {@link #ask}.
 */
public final class Swarm implements AutoCloseable {
    /** Dialled and not yet connected, at most: a listening socket's backlog is finite. */
    private static final int MAX_DIALLING = 256;

    private static final long PATIENCE_SECONDS = 60;

    /** What one client hears. On the swarm's thread. */
    public interface Ear {
        /** The upgrade was accepted. */
        default void opened(SwarmClient client) {}

        /** A whole message; pings are answered by the client itself. */
        void heard(SwarmClient client, byte[] payload);

        /** @param how the close code, {@code refused} and the HTTP status, or {@code cut} */
        default void ended(SwarmClient client, String how) {}
    }

    private final InetSocketAddress server;
    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timed> timers = new PriorityQueue<>();
    private final ArrayDeque<SwarmClient> toDial = new ArrayDeque<>();
    /** What was read last, of whichever client. */
    final ByteBuffer read = ByteBuffer.allocateDirect(256 << 10);

    private int dialling;
    private long serial;
    private volatile boolean closing;
    private volatile @Nullable Throwable broken;

    private record Timed(long atNanos, long serial, Runnable task) implements Comparable<Timed> {
        @Override
        public int compareTo(Timed other) {
            int byTime = Long.compare(atNanos - other.atNanos, 0);
            return byTime != 0 ? byTime : Long.compare(serial, other.serial);
        }
    }

    public Swarm(InetSocketAddress server) throws IOException {
        this.server = server;
        this.selector = Selector.open();
        this.thread = Thread.ofPlatform().name("swarm").daemon().start(this::loop);
    }

    InetSocketAddress server() {
        return server;
    }

    Selector selector() {
        return selector;
    }

    // Any thread

    public void run(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /** Waits for the answer. */
    public <T> T ask(Callable<T> question) {
        var answer = new CompletableFuture<T>();
        run(() -> {
            try {
                answer.complete(question.call());
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            }
        });
        Throwable before = broken;
        if (before != null) throw new AssertionError("the swarm broke: " + before, before);
        try {
            return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            Throwable why = broken == null ? e.getCause() : broken;
            throw new AssertionError("the swarm: " + why, why);
        }
    }

    // The swarm's thread

    /**
     * Dials; {@link Ear#opened} or {@link Ear#ended} follows.
     *
     * @param receiveBufferBytes how much the kernel keeps for a client that does not read; 0: as the system has it
     * @param headers names and values in turn
     */
    public SwarmClient connect(String target, int receiveBufferBytes, Ear ear, String... headers) {
        var client = new SwarmClient(this, RawWebSocketClient.request(target, headers), receiveBufferBytes, ear);
        toDial.add(client);
        dialMore();
        return client;
    }

    public void after(Duration time, Runnable task) {
        timers.add(new Timed(System.nanoTime() + time.toNanos(), serial++, task));
    }

    private void dialMore() {
        while (dialling < MAX_DIALLING && !toDial.isEmpty()) {
            dialling++;
            toDial.remove().dial();
        }
    }

    /** A client that was dialled has connected, or never will. */
    void hasDialled() {
        dialling--;
        run(this::dialMore);
    }

    private void loop() {
        try {
            while (!closing) turn();
        } catch (Throwable e) {
            broken = e;
        } finally {
            for (SelectionKey key : selector.keys()) ((SwarmClient) key.attachment()).abandon();
            closeSelector();
        }
    }

    private void turn() throws IOException {
        selector.select(this::onReady, untilNextTimer());
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) task.run();
        long now = System.nanoTime();
        for (Timed next = timers.peek(); next != null && next.atNanos - now <= 0; next = timers.peek()) {
            timers.remove();
            next.task.run();
        }
    }

    private void onReady(SelectionKey key) {
        ((SwarmClient) key.attachment()).onReady(key);
    }

    /** In milliseconds, at least 1: 0 would be for ever. */
    private long untilNextTimer() {
        Timed next = timers.peek();
        if (next == null) return 1000;
        long nanos = next.atNanos - System.nanoTime();
        return Math.clamp(TimeUnit.NANOSECONDS.toMillis(nanos + 999_999), 1, 1000);
    }

    private void closeSelector() {
        try {
            selector.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Every connection just ends. */
    @Override
    public void close() {
        closing = true;
        selector.wakeup();
        try {
            thread.join(Duration.ofSeconds(PATIENCE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
