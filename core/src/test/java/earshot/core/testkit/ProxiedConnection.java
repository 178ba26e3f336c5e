package earshot.core.testkit;

import earshot.core.testkit.FaultProxy.Direction;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** One connection through a {@link FaultProxy}: a socket to the client, one to the server, a virtual thread for each direction. Thread-safe. */
final class ProxiedConnection {
    private final Socket client;
    private final Socket server;
    private final Consumer<ProxiedConnection> gone;
    private final Pump toServer;
    private final Pump toClient;
    private final AtomicInteger ended = new AtomicInteger();

    ProxiedConnection(Socket client, Socket server, Consumer<ProxiedConnection> gone) {
        this.client = client;
        this.server = server;
        this.gone = gone;
        this.toServer = new Pump(client, server);
        this.toClient = new Pump(server, client);
    }

    void start() {
        toServer.start();
        toClient.start();
    }

    void set(Direction direction, Passage passage) {
        pump(direction).set(passage);
    }

    /** The receiver of this direction sees its end (FIN), the other direction goes on. */
    void halfClose(Direction direction) {
        pump(direction).finish();
    }

    private Pump pump(Direction direction) {
        return direction == Direction.TO_SERVER ? toServer : toClient;
    }

    /** Both ends see a reset (RST): close with SO_LINGER 0 throws away what was not sent. */
    void reset() {
        reset(client);
        reset(server);
        toServer.wake();
        toClient.wake();
        gone.accept(this);
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException _) {
            // gone already
        }
    }

    /** A direction is over; with the second one the connection is. */
    private void onEnd() {
        if (ended.incrementAndGet() < 2) return;
        gone.accept(this);
        try {
            client.close();
            server.close();
        } catch (IOException _) {
            // it is closed all the same
        }
    }

    /** One direction. */
    private final class Pump {
        private final Socket from;
        private final Socket to;
        private final byte[] buffer = new byte[4096];
        private volatile Passage passage = Passage.OPEN;
        private volatile boolean finished;
        private volatile Thread thread = Thread.currentThread();

        Pump(Socket from, Socket to) {
            this.from = from;
            this.to = to;
        }

        void start() {
            thread = Thread.ofVirtual().start(this::run);
        }

        void set(Passage next) {
            passage = next;
            wake();
        }

        void wake() {
            LockSupport.unpark(thread);
        }

        void finish() {
            finished = true;
            try {
                to.shutdownOutput();
            } catch (IOException _) {
                // it ended by itself
            }
            wake();
        }

        private void run() {
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) if (!finished) pass(out, n);
                if (!finished) to.shutdownOutput();
                onEnd();
            } catch (IOException e) {
                // What one end sees, the other is to see too; after our own FIN it is the end that was to come.
                if (finished) onEnd();
                else reset();
            }
        }

        private void pass(OutputStream out, int count) throws IOException {
            for (int at = 0; at < count && !finished; ) {
                awaitEndOfStall();
                Passage now = passage;
                if (now.pauseNanos() > 0) LockSupport.parkNanos(now.pauseNanos());
                int size = Math.min(now.pieceBytes(), count - at);
                out.write(buffer, at, size);
                at += size;
            }
        }

        private void awaitEndOfStall() {
            while (!finished && !from.isClosed()) {
                long left = passage.untilNanos() - System.nanoTime();
                if (left <= 0) return;
                LockSupport.parkNanos(left);
            }
        }
    }
}
