package earshot.engine.redis.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A way to a Redis that can be blocked: as a network that loses everything and says nothing. */
public final class RedisDoor implements AutoCloseable {
    private final ServerSocket door;
    private final int to;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean blocked;

    public RedisDoor(RedisServer server) {
        to = server.port();
        try {
            door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    public String address() {
        return "redis://127.0.0.1:" + door.getLocalPort();
    }

    /** From now on nothing passes, either way; connections stay. */
    public void block() {
        set(true);
    }

    public void unblock() {
        set(false);
    }

    private void set(boolean now) {
        lock.lock();
        try {
            blocked = now;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket here = door.accept();
                Socket there = new Socket(InetAddress.getLoopbackAddress(), to);
                open.add(here);
                open.add(there);
                start(() -> pass(here, there));
                start(() -> pass(there, here));
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    private void pass(Socket from, Socket into) {
        byte[] buffer = new byte[64 << 10];
        try (from;
                into) {
            InputStream in = from.getInputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                awaitOpen();
                into.getOutputStream().write(buffer, 0, n);
            }
        } catch (IOException _) {
            // One side has gone.
        } finally {
            open.remove(from);
            open.remove(into);
        }
    }

    private void awaitOpen() throws IOException {
        lock.lock();
        try {
            while (blocked) changed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            lock.unlock();
        }
    }

    private static void start(Runnable task) {
        Thread.ofVirtual().start(task);
    }

    @Override
    public void close() {
        try {
            door.close();
            for (Socket socket : open) socket.close();
            unblock();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
