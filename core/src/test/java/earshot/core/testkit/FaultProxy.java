package earshot.core.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy that does to connections what networks do. What new connections suffer is set for the proxy ({@link #set}); {@link #storm} lets
 * chance hit the connections that are open, until {@link #calm}. Chance is seeded, the scheduling of threads is not. Thread-safe. Buffers on its
 * way are small, so that whoever is held up here is felt at the other end.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 8 << 10;

    public enum Direction {
        TO_SERVER,
        TO_CLIENT
    }

    private final InetSocketAddress server;
    private final Random chance;
    private final ServerSocket listening;
    private final List<ProxiedConnection> open = new CopyOnWriteArrayList<>();
    private final Map<Direction, Passage> first = new EnumMap<>(Direction.class);
    private final Map<Harm, AtomicInteger> done = new EnumMap<>(Harm.class);
    private volatile boolean stormy;
    private volatile boolean closed;

    /** What the storm does to one connection; how often it did is counted. */
    public enum Harm {
        STALL,
        SPLIT,
        DELAY,
        SLOW,
        HALF_CLOSE,
        RESET,
        BETTER
    }

    public FaultProxy(InetSocketAddress server, long seed) throws IOException {
        this.server = server;
        this.chance = new Random(seed);
        for (Direction direction : Direction.values()) first.put(direction, Passage.OPEN);
        for (Harm harm : Harm.values()) done.put(harm, new AtomicInteger());
        listening = new ServerSocket();
        listening.setReceiveBufferSize(BUFFER_BYTES);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        Thread.ofVirtual().name("fault-proxy").start(this::accept);
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort());
    }

    public URI ws(String pathAndQuery) {
        return URI.create("ws://127.0.0.1:" + listening.getLocalPort() + pathAndQuery);
    }

    /** For the connections that are open, and for those to come. */
    public void set(Direction direction, Passage passage) {
        synchronized (first) {
            first.put(direction, passage);
        }
        for (ProxiedConnection connection : open) connection.set(direction, passage);
    }

    /** Ends every open connection with a reset, both ways. */
    public void resetAll() {
        for (ProxiedConnection connection : open) connection.reset();
    }

    public int open() {
        return open.size();
    }

    /** What the storm has done so far, for a test that wants to know that there was one. */
    public Map<Harm, AtomicInteger> done() {
        return done;
    }

    /** From now on something happens to some connection every {@code everyMillis} or so; what holds a connection up holds it up so long at most. */
    public void storm(int everyMillis, int longestMillis) {
        stormy = true;
        Thread.ofVirtual().name("storm").start(() -> {
            while (stormy && !closed) {
                pause(1 + chance.nextInt(2 * everyMillis));
                List<ProxiedConnection> now = List.copyOf(open);
                if (!now.isEmpty()) hit(now.get(chance.nextInt(now.size())), longestMillis);
            }
        });
    }

    private void hit(ProxiedConnection connection, int longestMillis) {
        Harm harm = Harm.values()[chance.nextInt(Harm.values().length)];
        Direction direction = Direction.values()[chance.nextInt(Direction.values().length)];
        int number = 1 + chance.nextInt(longestMillis);
        done.get(harm).incrementAndGet();
        switch (harm) {
            case STALL -> connection.set(direction, Passage.stalled(number));
            case SPLIT -> connection.set(direction, Passage.split(1 + chance.nextInt(7)));
            case DELAY -> connection.set(direction, Passage.delayed(1 + chance.nextInt(30)));
            case SLOW -> connection.set(direction, Passage.rate(2_000 + chance.nextInt(60_000)));
            case HALF_CLOSE -> connection.halfClose(direction);
            case RESET -> connection.reset();
            case BETTER -> {
                connection.set(Direction.TO_SERVER, Passage.OPEN);
                connection.set(Direction.TO_CLIENT, Passage.OPEN);
            }
        }
    }

    /** Every byte passes again. Half-closed connections stay what they are. */
    public void calm() {
        stormy = false;
        for (Direction direction : Direction.values()) set(direction, Passage.OPEN);
    }

    private void accept() {
        while (!closed) {
            try {
                connect(listening.accept());
            } catch (IOException _) {
                // closed, or a client that went before it was taken
            }
        }
    }

    private void connect(Socket client) throws IOException {
        Socket upstream = new Socket();
        try {
            client.setTcpNoDelay(true);
            client.setSendBufferSize(BUFFER_BYTES);
            upstream.setTcpNoDelay(true);
            upstream.setReceiveBufferSize(BUFFER_BYTES);
            upstream.setSendBufferSize(BUFFER_BYTES);
            upstream.connect(server, 5_000);
        } catch (IOException e) {
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            client.close();
            upstream.close();
            return;
        }
        ProxiedConnection connection = new ProxiedConnection(client, upstream, open::remove);
        synchronized (first) {
            first.forEach(connection::set);
        }
        open.add(connection);
        connection.start();
        if (closed) connection.reset();
    }

    public static void pause(int millis) {
        LockSupport.parkNanos(millis * 1_000_000L);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        stormy = false;
        listening.close();
        resetAll();
    }
}
