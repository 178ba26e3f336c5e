package earshot.bench.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Stands before a server and passes on what it says in pieces of a few bytes, each on its own. Ends with its threads' sockets. */
final class Pieces implements AutoCloseable {
    private static final int LONGEST = 40;

    private final ServerSocket listener;
    private final int server;
    private final List<Socket> clients = new CopyOnWriteArrayList<>();

    Pieces(int server) throws IOException {
        this.server = server;
        this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::listen);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Ends every connection, every other one with a reset. */
    void cut() {
        try {
            for (int i = 0; i < clients.size(); i++) {
                Socket client = clients.get(i);
                if (i % 2 == 0 && !client.isClosed()) client.setSoLinger(true, 0);
                client.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void listen() {
        try {
            for (int seed = 1; ; seed++) {
                Socket client = listener.accept();
                Socket behind = new Socket(InetAddress.getLoopbackAddress(), server);
                client.setTcpNoDelay(true);
                clients.add(client);
                Random random = new Random(seed);
                Thread.ofVirtual().start(() -> pass(client, behind, null));
                Thread.ofVirtual().start(() -> pass(behind, client, random));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static void pass(Socket from, Socket to, @Nullable Random pieces) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[8192];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                int at = 0;
                while (at < read) {
                    int piece = pieces == null ? read : Math.min(read - at, 1 + pieces.nextInt(LONGEST));
                    out.write(bytes, at, piece);
                    at += piece;
                }
            }
        } catch (IOException e) {
            // one of them has gone
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
