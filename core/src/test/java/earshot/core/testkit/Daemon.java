package earshot.core.testkit;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A foreign program that serves a port of 127.0.0.1, as our child: it starts on a port that it can come back to, can be hurt, and ends with this process at
 * the latest, however that happens. Confined to the test's thread.
 */
public final class Daemon implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int PORTS_TRIED = 10;
    private static final int STARTS_TRIED = 6;
    /** Behind the daemon; ends it when its own input ends, which is when this JVM does. */
    private static final String KEEPER = "\"$@\" >\"$0\" 2>&1 & echo $!; cat >/dev/null; kill -9 $! 2>/dev/null";

    private static final Random RANDOM = new Random();

    private final Program program;
    private final Path directory;
    private int port;
    private long pid;
    private Process keeper;

    /** What a daemon is; called by {@link Daemon} only. */
    public interface Program {
        /** For names of directories, and for people. */
        String name();

        /** Once, before the first start. */
        default void prepare(Path directory) throws IOException {}

        /** Before every start: writes its configuration, and says how it is called. */
        List<String> command(Path directory, int port) throws IOException;

        /**
         * Whether it serves what it should. Another's program may answer at this port, too, so ask for something that only this one knows. An
         * {@link IllegalStateException} or {@link UncheckedIOException} means not yet.
         */
        boolean isReady(Daemon daemon);

        /** Ports beside its own that must be free. */
        default List<Integer> morePorts(int port) {
            return List.of();
        }
    }

    private Daemon(Program program) throws IOException {
        this.program = program;
        this.directory = Files.createTempDirectory("earshot-" + program.name() + "-");
    }

    /** Starts it on a free port below 32768, which nobody is given by the system. */
    public static Daemon start(Program program) {
        try {
            Daemon daemon = new Daemon(program);
            program.prepare(daemon.directory);
            daemon.startSomewhere();
            return daemon;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void startSomewhere() throws IOException {
        IOException last = new IOException("no free port");
        for (int i = 0; i < PORTS_TRIED; i++) {
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

    private int freePort() {
        while (true) {
            int candidate = freePort(11_000, 21_000);
            if (program.morePorts(candidate).stream().allMatch(Daemon::isFree)) return candidate;
        }
    }

    /** One that is free now, for a program that is told its port: choose below 32768. */
    public static int freePort(int from, int to) {
        int candidate = RANDOM.nextInt(from, to);
        while (!isFree(candidate)) candidate = RANDOM.nextInt(from, to);
        return candidate;
    }

    private static boolean isFree(int port) {
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void launch() throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", KEEPER, log().toString()));
        command.addAll(program.command(directory, port));
        keeper = new ProcessBuilder(command)
                .directory(directory.getParent().toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var out = new BufferedReader(new InputStreamReader(keeper.getInputStream(), StandardCharsets.US_ASCII));
        pid = Long.parseLong(out.readLine());
        awaitReady();
    }

    private void awaitReady() throws IOException {
        long until = System.nanoTime() + LIMIT.toNanos();
        while (isRunning() && System.nanoTime() < until) {
            try {
                if (program.isReady(this)) return;
            } catch (UncheckedIOException | IllegalStateException _) {
                // Not yet.
            }
            pause(10);
        }
        end();
        throw new IOException(program.name() + " did not start at " + port + ":\n" + said());
    }

    /** What it wrote since it was started last. */
    public String said() {
        try {
            return Files.exists(log()) ? Files.readString(log()) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path log() {
        return directory.resolveSibling(directory.getFileName() + ".log");
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public int port() {
        return port;
    }

    public long pid() {
        return pid;
    }

    /** Its own; gone with {@link #close}. */
    public Path directory() {
        return directory;
    }

    public boolean isRunning() {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    // --- how to hurt it

    /** As {@code kill} takes it, {@code -STOP}. Does not wait for anything. */
    public void signal(String signal) {
        try {
            new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor(5, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends the signal and waits for the end. */
    public void end(String signal) {
        signal(signal);
        end();
    }

    private void end() {
        long until = System.nanoTime() + LIMIT.toNanos();
        while (isRunning() && System.nanoTime() < until) pause(2);
        keeper.destroyForcibly();
    }

    /** Starts again at the same port, with the same directory. */
    public void startAgain() {
        try {
            for (int i = 1; ; i++) {
                try {
                    launch();
                    return;
                } catch (IOException e) {
                    if (i == STARTS_TRIED) throw e;
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

    @Override
    public void close() {
        end("-9");
        wipe();
        try {
            Files.deleteIfExists(log());
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
