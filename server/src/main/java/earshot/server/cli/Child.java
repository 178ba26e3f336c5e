package earshot.server.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server that was started here, on a port of loopback.
 *
 * @param log where it says what it says
 */
record Child(String name, int port, Process process, Path log) {
    private static final long START_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int LAST_LINES = 20;

    long pid() {
        return process.pid();
    }

    /**
     * Blocks until it listens. Throws {@link CommandFailure} with what it said in the end.
     *
     * @param word what it says when it listens: whoever else has the port would answer as well
     */
    void awaitListening(String word) {
        long deadline = System.nanoTime() + START_WITHIN_NANOS;
        while (!listens(word)) {
            if (!process.isAlive() || System.nanoTime() > deadline)
                throw new CommandFailure(name + " did not start; it said: " + lastLines());
            pause();
        }
    }

    private boolean listens(String word) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return process.isAlive() && said().contains(word);
        } catch (IOException notYet) {
            return false;
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted");
        }
    }

    private String lastLines() {
        List<String> lines = said().strip().lines().toList();
        if (lines.isEmpty()) return "nothing";
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    private String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "";
        }
    }

    /** A port that nobody listens on now. Throws {@link CommandFailure}. */
    static int freePort() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new CommandFailure("there is no free port: " + e.getMessage());
        }
    }
}
