package earshot.server.cli;

import earshot.bench.load.Credentials;
import earshot.bench.load.LoadPlan;
import earshot.server.Main;
import earshot.server.token.Secrets;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A server that lives as long as a run: same code, same JVM flags, profile bench, secrets of its own. */
final class BenchServer implements AutoCloseable {
    private static final long START_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final String secret = Secrets.fresh();
    private final String apiKey = "ek_" + Secrets.fresh();
    private final String siteKey = "tk_pub_bench";
    private final UUID site = UUID.randomUUID();
    private final int port;
    private final Path log;
    private final Process process;
    private final Thread atExit;

    private BenchServer(List<String> more) throws IOException {
        this.port = freePort();
        this.log = Files.createTempFile("earshot-bench-server", ".log");
        boolean isPinned = pinLoad();
        List<String> command = new ArrayList<>();
        // Ctrl-C is for the run: the server ends after it.
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) command.add("setsid");
        if (isPinned) command.addAll(List.of("taskset", "-c", "0"));
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "serve"));
        command.addAll(List.of("--dev", "--profile", "bench", "--port", Integer.toString(port), "--log", "text"));
        if (more.stream().noneMatch(word -> word.startsWith("--data"))) command.addAll(List.of("--data", "none"));
        command.addAll(more);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("JWT_SECRET", secret);
        builder.environment().put("EARSHOT_API_KEYS", apiKey);
        builder.environment().put("SITE_ID", site.toString());
        builder.environment().put("PROJECT_ID_PUBLIC", siteKey);
        this.process = builder.start();
        this.atExit = new Thread(process::destroyForcibly, "earshot-bench-server-end");
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Blocks until it listens. Throws {@link CommandFailure} with what it said. */
    static BenchServer start(List<String> more) {
        try {
            BenchServer server = new BenchServer(more);
            try {
                server.awaitListening();
                return server;
            } catch (CommandFailure e) {
                server.close();
                throw e;
            }
        } catch (IOException e) {
            throw new CommandFailure("a server cannot be started: " + e.getMessage());
        }
    }

    /** Where there are two cores, the load leaves the first to the server. Whether that could be done. */
    private static boolean pinLoad() {
        int cores = Runtime.getRuntime().availableProcessors();
        if (cores < 2) return false;
        try {
            return new ProcessBuilder(
                                    "taskset",
                                    "-a",
                                    "-c",
                                    "-p",
                                    "1-" + (cores - 1),
                                    Long.toString(ProcessHandle.current().pid()))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // no taskset: they share the cores
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private void awaitListening() {
        long deadline = System.nanoTime() + START_WITHIN_NANOS;
        while (!listens()) {
            if (!process.isAlive() || System.nanoTime() > deadline)
                throw new CommandFailure("the server did not start; it said: " + said());
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException notYet) {
            return pause();
        }
    }

    private static boolean pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted");
        }
    }

    private String said() {
        try {
            return Files.readString(log).strip();
        } catch (IOException e) {
            return "nothing";
        }
    }

    LoadPlan.Target target(String dialect) {
        String path = dialect.equals("threadkit") ? "/ws?project_id=" + siteKey + "&site_id=" + site : "/{room}";
        return new LoadPlan.Target(
                URI.create("ws://127.0.0.1:" + port), dialect, path, "", "{content}", process.pid(), List.of());
    }

    Credentials credentials() {
        return new Credentials(secret, null, apiKey);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) process.destroyForcibly();
            Files.deleteIfExists(log);
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | IllegalStateException e) {
            // a leftover file, or the process ends already
        }
    }
}
