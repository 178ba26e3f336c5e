package earshot.bench.table;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A server that was started here, and is ended here. One thread. */
final class ServerProcess implements AutoCloseable {
    private static final long START_SECONDS = 60;
    private static final long STOP_SECONDS = 15;
    /** Below the ports that the system gives to clients, so that none of ten thousand takes it. */
    private static final int FIRST_PORT = 18_000;

    private static final int LAST_PORT = 32_000;

    private final Process process;
    private final Thread killer;
    private final int port;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
        this.killer = new Thread(process::destroyForcibly, "table-killer");
        Runtime.getRuntime().addShutdownHook(killer);
    }

    /**
     * Starts a command and waits until it listens.
     *
     * @param directory where it runs, and what it prints is kept
     * @throws IOException with a sentence when it ends before, or never listens
     */
    static ServerProcess start(List<String> command, Map<String, String> environment, Path directory, int port)
            throws IOException, InterruptedException {
        Path log = directory.resolve("output.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        ServerProcess server = new ServerProcess(builder.start(), port);
        try {
            server.awaitListening(log);
            return server;
        } catch (IOException | InterruptedException e) {
            server.close();
            throw e;
        }
    }

    private void awaitListening(Path log) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!listens()) {
            if (process.waitFor(50, TimeUnit.MILLISECONDS))
                throw new IOException("it ended with status " + process.exitValue() + ": " + lastLine(log));
            if (System.nanoTime() > deadline)
                throw new IOException("it did not listen within " + START_SECONDS + " s: " + lastLine(log));
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** What a process said in the end. */
    static String lastLine(Path log) throws IOException {
        List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                .lines()
                .filter(l -> !l.isBlank())
                .toList();
        return lines.isEmpty() ? "it said nothing" : lines.getLast();
    }

    /** A port that nobody listens on. */
    static int freePort() throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            if (isFree(port)) return port;
        }
        throw new IOException("there is no free port between " + FIRST_PORT + " and " + LAST_PORT);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS))
                process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            process.destroyForcibly(); // we are being shut down ourselves
        }
    }
}
