package earshot.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Thousands of connections that never finish a request, on one thread. {@link #ended} and the statuses of their answers from any thread. */
final class UnfinishedRequests implements AutoCloseable {
    private static final long TRICKLE_MILLIS = 100;
    private static final int STATUS_AT = "HTTP/1.1 ".length();

    /** What a connection says, and whether it goes on with a byte every 100 ms. */
    enum Kind {
        NOTHING("", false),
        HALF_A_LINE("GET /hea", false),
        HALF_A_HEAD("GET /health HTTP/1.1\nHost: t\nX-Name: some", false),
        TRICKLED_HEAD("GET /health HTTP/1.1\nHost: t\nX-Slow: ", true),
        ENDLESS_UPGRADE("""
                GET /channel/x/websocket HTTP/1.1
                Host: t
                Upgrade: websocket
                Connection: Upgrade
                Sec-WebSocket-Version: 13
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
                """, false),
        TRICKLED_BODY(
                "POST /v1/waddle/rooms/x/messages HTTP/1.1\nHost: t\nContent-Type: application/json\nContent-Length: 5000\n\n{",
                true);

        private final byte[] opening;
        private final boolean trickles;

        Kind(String opening, boolean trickles) {
            this.opening = opening.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
            this.trickles = trickles;
        }
    }

    private final Selector selector = Selector.open();
    private final List<SocketChannel> trickling = new ArrayList<>();
    private final AtomicInteger ended = new AtomicInteger();
    private final Map<Integer, AtomicInteger> statuses = new ConcurrentSkipListMap<>();
    private final Thread thread = new Thread(this::run, "unfinished-requests");
    private volatile boolean closed;

    /** Connects all of them, the kinds in turn, and lets them be. */
    UnfinishedRequests(InetSocketAddress server, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Kind kind = Kind.values()[i % Kind.values().length];
            SocketChannel channel = SocketChannel.open(server);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.write(ByteBuffer.wrap(kind.opening));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            if (kind.trickles) trickling.add(channel);
        }
        thread.setDaemon(true);
        thread.start();
    }

    /** How many the server has ended. */
    int ended() {
        return ended.get();
    }

    int answered(int status) {
        return statuses.getOrDefault(status, new AtomicInteger()).get();
    }

    @Override
    public String toString() {
        return ended + " ended, answers " + statuses;
    }

    private void run() {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        long next = System.nanoTime();
        try {
            while (!closed) {
                selector.select(key -> read(key, buffer), TRICKLE_MILLIS / 2);
                if (System.nanoTime() - next < 0) continue;
                next = System.nanoTime() + TRICKLE_MILLIS * 1_000_000;
                trickling.removeIf(channel -> !trickle(channel));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void read(SelectionKey key, ByteBuffer buffer) {
        SocketChannel channel = (SocketChannel) key.channel();
        int count;
        try {
            buffer.clear();
            count = channel.read(buffer);
        } catch (IOException reset) {
            count = -1;
        }
        if (count > STATUS_AT + 3) {
            byte[] status = new byte[3];
            buffer.get(STATUS_AT, status);
            statuses.computeIfAbsent(
                            Integer.valueOf(new String(status, StandardCharsets.US_ASCII)), _ -> new AtomicInteger())
                    .incrementAndGet();
        }
        if (count >= 0) return;
        ended.incrementAndGet();
        close(channel);
    }

    private static boolean trickle(SocketChannel channel) {
        try {
            channel.write(ByteBuffer.wrap(new byte[] {'a'}));
            return true;
        } catch (IOException ended) {
            return false;
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // it is closed all the same
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SelectionKey key : selector.keys()) close((SocketChannel) key.channel());
        selector.close();
    }
}
