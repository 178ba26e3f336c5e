package earshot.engine.redis.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A redis-server of our own, on 127.0.0.1, with a directory of its own, which ends with this process at the latest. Needs the program redis-server
 * ({@code scripts/need redis}).
 */
public final class RedisServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final Random RANDOM = new Random();

    private final List<String> options;
    /** What the program gets after its configuration. */
    private final String mode;

    private final Path directory;
    private int port;
    private Process process;
    private long pid;

    private RedisServer(List<String> options, String mode) throws IOException {
        this.options = options;
        this.mode = mode;
        this.directory = Files.createTempDirectory("earshot-redis-");
    }

    /**
     * Starts one without persistence, on a free port below 32768: it can be restarted there.
     *
     * @param options more of redis.conf, in pairs: {@code "appendonly", "yes"}
     */
    public static RedisServer start(String... options) {
        return start(List.of(options), "");
    }

    /** One that watches others. */
    static RedisServer startSentinel() {
        return start(List.of(), "--sentinel");
    }

    private static RedisServer start(List<String> options, String mode) {
        try {
            RedisServer server = new RedisServer(options, mode);
            server.startSomewhere();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One for all tests of this JVM that do not hurt it. */
    public static RedisServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        static final RedisServer SERVER = start();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(SERVER::close));
        }
    }

    private void startSomewhere() throws IOException {
        IOException last = new IOException("no free port");
        for (int i = 0; i < 10; i++) {
            port = freePort();
            try {
                launch();
                return;
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    /** Nobody's now, and none that the system hands out by itself; the cluster bus, 10000 above, is free as well. */
    private static int freePort() {
        while (true) {
            int candidate = 11_000 + RANDOM.nextInt(10_000);
            if (isFree(candidate) && isFree(candidate + 10_000)) return candidate;
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The shell between ends the server when its own input ends, which is when this JVM does, however that happens. */
    private void launch() throws IOException {
        Path conf = directory.resolve("redis.conf");
        Files.writeString(conf, configuration());
        process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "redis-server \"$0\" $1 >/dev/null 2>&1 & echo $!; cat >/dev/null; kill -9 $! 2>/dev/null",
                        conf.toString(),
                        mode)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        pid = Long.parseLong(out.readLine());
        awaitAnswer();
    }

    private String configuration() {
        StringBuilder conf = new StringBuilder()
                .append("port ")
                .append(port)
                .append('\n')
                .append("bind 127.0.0.1\ndir ")
                .append(directory)
                .append('\n')
                .append("logfile ")
                .append(directory.resolve("log"))
                .append('\n')
                .append("daemonize no\nenable-debug-command yes\nprotected-mode no\n");
        if (!options.contains("save")) conf.append("save \"\"\n");
        for (int i = 0; i < options.size(); i += 2)
            conf.append(options.get(i)).append(' ').append(options.get(i + 1)).append('\n');
        return conf.toString();
    }

    private void awaitAnswer() throws IOException {
        long until = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() < until) {
            if (!ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) break;
            try {
                // Another's server at this port answers, too, but has another process.
                if (ask("INFO", "server").contains("process_id:" + pid) && isLoaded()) return;
            } catch (UncheckedIOException | IllegalStateException _) {
                // Not yet.
            }
            pause(10);
        }
        String log = Files.exists(directory.resolve("log")) ? Files.readString(directory.resolve("log")) : "no log";
        end();
        throw new IOException("redis-server did not start at " + port + ":\n" + log);
    }

    private boolean isLoaded() {
        return ask("PING").equals("PONG");
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public boolean isRunning() {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    public int port() {
        return port;
    }

    /** {@code redis://127.0.0.1:port}. */
    public String address() {
        return "redis://127.0.0.1:" + port;
    }

    public Path directory() {
        return directory;
    }

    /** One command on a connection of its own; its answer, an error as an exception: {@code ask("CLIENT", "PAUSE", "500", "ALL")}. */
    public String ask(String... words) {
        return String.valueOf(askFor(words));
    }

    /** The same; a string, a number, null, or a list of these. */
    public Object askFor(String... words) {
        try (RedisTalk talk = new RedisTalk(port)) {
            return talk.ask(words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // --- how to hurt it

    /** At once, with nothing written that was not. */
    public void kill() {
        signal("-9");
        end();
    }

    /** Ends the process, orderly. */
    public void stop() {
        signal("-15");
        end();
    }

    /** Starts again at the same port, with what the persistence that was asked for has kept. */
    public void startAgain() {
        try {
            for (int i = 0; ; i++) {
                try {
                    launch();
                    return;
                } catch (IOException e) {
                    if (i == 5) throw e;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it has on disk is gone; only while it does not run. */
    public void wipe() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList())
                if (!file.equals(directory)) Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It does nothing any more, and its connections stay. */
    public void freeze() {
        signal("-STOP");
    }

    public void thaw() {
        signal("-CONT");
    }

    private void signal(String signal) {
        try {
            new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor(5, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        long until = System.nanoTime() + START_LIMIT.toNanos();
        while (ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false) && System.nanoTime() < until) pause(2);
        process.destroyForcibly();
    }

    @Override
    public void close() {
        signal("-9");
        end();
        wipe();
        try {
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
