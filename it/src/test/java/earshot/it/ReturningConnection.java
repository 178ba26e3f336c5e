package earshot.it;

import earshot.core.testkit.FaultProxy;
import earshot.gateway.testkit.RawWebSocketClient;
import earshot.gateway.testkit.RawWebSocketClient.Received;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A connection that comes back after every end, as clients do, on a thread of its own; that thread tells what is heard. Ends for good when the
 * {@link Hearer} says that something is wrong. Thread-safe.
 */
final class ReturningConnection implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Supplier<InetSocketAddress> address;
    private final String path;
    private final String[] headers;
    private final Duration patience;
    private final Hearer hearer;
    private final String user;
    private final AtomicInteger begun = new AtomicInteger();
    private volatile @Nullable RawWebSocketClient socket;
    private volatile @Nullable String broken;
    private volatile boolean closed;

    /** Whose connection it is. Throws {@link AssertionError} when what it hears cannot be. */
    interface Hearer {
        /** It is upgraded. */
        void onBegun(RawWebSocketClient client) throws IOException;

        void onFrame(RawWebSocketClient client, JsonNode frame) throws IOException;

        /** It has ended, or was never upgraded. */
        void onEnded();
    }

    /** @param patience how long it may hear nothing at all */
    ReturningConnection(
            String user, InetSocketAddress address, String path, Duration patience, Hearer hearer, String... headers) {
        this(user, () -> address, path, patience, hearer, headers);
    }

    /** @param address asked before each try */
    ReturningConnection(
            String user,
            Supplier<InetSocketAddress> address,
            String path,
            Duration patience,
            Hearer hearer,
            String... headers) {
        this.user = user;
        this.address = address;
        this.path = path;
        this.patience = patience;
        this.hearer = hearer;
        this.headers = headers;
    }

    void start() {
        Thread.ofVirtual().name(user).start(this::live);
    }

    /** How often it was upgraded. */
    int count() {
        return begun.get();
    }

    void throwIfBroken() {
        if (broken != null) throw new AssertionError(user + ": " + broken);
    }

    private void live() {
        try {
            while (!closed) {
                try (RawWebSocketClient client = new RawWebSocketClient(address.get(), path, headers)) {
                    if (client.upgrade().status() == 101) converse(client);
                } catch (IOException | NumberFormatException | IndexOutOfBoundsException _) {
                    // as clients do: once more
                } finally {
                    hearer.onEnded();
                }
                FaultProxy.pause(20);
            }
        } catch (AssertionError | RuntimeException e) {
            broken = e.toString();
        }
    }

    private void converse(RawWebSocketClient client) throws IOException {
        begun.incrementAndGet();
        client.http().socket().setSoTimeout(Math.toIntExact(patience.toMillis()));
        socket = client;
        hearer.onBegun(client);
        Received frame = client.read();
        while (!frame.isEnd() && !closed) {
            if (frame.opcode() == RawWebSocketClient.PING)
                client.send(RawWebSocketClient.frame(RawWebSocketClient.PONG, frame.payload()));
            else if (frame.opcode() == RawWebSocketClient.TEXT) hearer.onFrame(client, JSON.readTree(frame.text()));
            else break;
            frame = client.read();
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        RawWebSocketClient now = socket;
        if (now != null) now.close();
    }

    @Override
    public String toString() {
        return user + " on connection " + begun + (broken == null ? "" : ", " + broken);
    }
}
