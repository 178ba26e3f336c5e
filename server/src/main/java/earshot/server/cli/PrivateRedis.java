package earshot.server.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A redis-server of our own, on loopback and a free port. */
final class PrivateRedis {
    private static final long START_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(20);

    private PrivateRedis() {}

    /**
     * Blocks until it listens. Throws {@link CommandFailure}.
     *
     * @param keeps whether it writes what it has into the directory
     * @return its address
     */
    static String start(ChildProcesses children, Path home, boolean keeps) {
        String program = program();
        Path directory = home.resolve("redis");
        int port = freePort();
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new CommandFailure(directory + " cannot be made: " + e.getMessage());
        }
        Path log = directory.resolve("redis.log");
        List<String> command = List.of(
                program,
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                directory.toString(),
                "--save",
                "",
                "--appendonly",
                keeps ? "yes" : "no",
                "--maxmemory-policy",
                "noeviction");
        Process process = children.start("redis", command, Map.of(), log);
        awaitListening(process, port, log);
        return "redis://127.0.0.1:" + port;
    }

    private static String program() {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            Path program = Path.of(directory.isEmpty() ? "." : directory, "redis-server");
            if (Files.isExecutable(program)) return program.toString();
        }
        throw new CommandFailure(
                "there is no redis-server; install it (Debian: apt-get install redis-server), or name a Redis that runs with --redis URL");
    }

    private static int freePort() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new CommandFailure("there is no free port: " + e.getMessage());
        }
    }

    private static void awaitListening(Process process, int port, Path log) {
        long deadline = System.nanoTime() + START_WITHIN_NANOS;
        while (!listens(port)) {
            if (!process.isAlive() || System.nanoTime() > deadline)
                throw new CommandFailure("redis-server did not start; why is in " + log);
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandFailure("interrupted");
            }
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }
}
