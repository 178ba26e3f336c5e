package earshot.server.token;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of key sets that behaves as it is told, well or badly. Thread-safe. */
final class KeySetServer implements AutoCloseable {
    enum Manner {
        WELL,
        ERROR,
        GARBAGE,
        /** Closes without a word. */
        MUTE,
        /** Takes the request and says nothing. */
        SILENT,
        /** A byte now and then, without an end. */
        TRICKLING,
        /** As much as is taken. */
        ENDLESS
    }

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Manner manner = Manner.WELL;
    private volatile String keySet;

    KeySetServer(String keySet) throws IOException {
        this.keySet = keySet;
        Thread.ofVirtual().start(this::accept);
    }

    String address() {
        return "http://127.0.0.1:" + listening.getLocalPort() + "/keys?secret=of-the-operator";
    }

    void behave(Manner next) {
        manner = next;
    }

    void publish(String next) {
        keySet = next;
    }

    /** How often somebody asked. */
    int asked() {
        return asked.get();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException _) {
                // closed
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            byte[] request = new byte[4096];
            if (client.getInputStream().read(request) < 0) return;
            asked.incrementAndGet();
            answer(client.getOutputStream());
        } catch (IOException _) {
            // whoever asked has gone
        }
    }

    private void answer(OutputStream out) throws IOException {
        switch (manner) {
            case WELL -> say(out, "200 OK", keySet);
            case ERROR -> say(out, "500 Internal Server Error", keySet);
            case GARBAGE -> say(out, "200 OK", "{\"keys\":\"none\"}");
            case MUTE -> {}
            case SILENT -> pause(60_000);
            case TRICKLING -> {
                out.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                while (true) {
                    out.write(' ');
                    pause(50);
                }
            }
            case ENDLESS -> {
                out.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                while (true) out.write(new byte[64 << 10]);
            }
        }
    }

    private static void say(OutputStream out, String status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + "\r\nContent-Length: " + bytes.length + "\r\nConnection: close\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
    }

    private static void pause(long millis) {
        java.util.concurrent.locks.LockSupport.parkNanos(millis * 1_000_000);
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
