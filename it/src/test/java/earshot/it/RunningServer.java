package earshot.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server process on a port and a data directory of its own, which may be killed and started again. Not thread-safe. When a start fails the
 * exception carries what the process printed.
 */
final class RunningServer implements AutoCloseable {
    static final String SECRET = "an-integration-test-secret-of-good-length-0123456789";

    private static final boolean LONG = Boolean.getBoolean("earshot.long");

    /** What lives for seconds, and is started a hundred times, does without the compiler that thinks long. */
    private static final String QUICK = "-XX:TieredStopAtLevel=1";

    private static final String CLASSES = System.getProperty("java.class.path");
    private static final Pattern API_KEY = Pattern.compile("ek_[A-Za-z0-9_-]{16,}");
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration START_WITHIN = Duration.ofSeconds(60);

    private final int port = freePort();
    private final Path data;
    private final Path log;
    private final List<String> prefix;
    private final List<String> jvm;
    private final List<String> arguments;
    private String classes = CLASSES;
    private Process process;

    private RunningServer(Path directory, List<String> prefix, List<String> jvm, List<String> arguments)
            throws IOException {
        this.prefix = prefix;
        this.data = Files.createDirectories(directory.resolve("data"));
        this.log = directory.resolve("server.log");
        this.jvm = jvm;
        this.arguments = arguments;
    }

    /** A development server that listens; {@code more} are further arguments of {@code serve}, in which <code>{port}</code> is its port. */
    static RunningServer start(Path directory, String... more) throws IOException {
        return start(directory, List.of(), more);
    }

    /** @param prefix a command that runs the server's, {@code prlimit --nofile=300} for one */
    static RunningServer startUnder(List<String> prefix, Path directory, String... more) throws IOException {
        RunningServer server = new RunningServer(directory, prefix, List.of(), List.of(more));
        server.startAgain();
        return server;
    }

    /** @param classes what it is run from, instead of the test's class path */
    static RunningServer startUnder(List<String> prefix, String classes, Path directory, String... more)
            throws IOException {
        RunningServer server = new RunningServer(directory, prefix, List.of(), List.of(more));
        server.classes = classes;
        server.startAgain();
        return server;
    }

    /** @param jvm flags after those that every server of a test has */
    static RunningServer start(Path directory, List<String> jvm, String... more) throws IOException {
        RunningServer server = new RunningServer(directory, List.of(), jvm, List.of(more));
        server.startAgain();
        return server;
    }

    /** One that a plain request cannot ask whether it is ready: it has said where it listens. */
    static RunningServer startUnasked(Path directory, String... more) throws IOException {
        RunningServer server = new RunningServer(directory, List.of(), List.of(), List.of(more));
        server.launch();
        Await.until("the server listens", START_WITHIN, server::output, () -> {
            if (!server.process.isAlive())
                throw new AssertionError(
                        "the server ended with " + server.process.exitValue() + ":\n" + server.output());
            return server.output().contains(" listens on ");
        });
        return server;
    }

    /** One that starts beside others: {@link #awaitReady} says when it has. */
    static RunningServer begin(Path directory, List<String> jvm, String... more) throws IOException {
        RunningServer server = new RunningServer(directory, List.of(), jvm, List.of(more));
        server.launch();
        return server;
    }

    /** On the same port and data. */
    void startAgain() throws IOException {
        launch();
        awaitReady();
    }

    /** Begins to start, and does not wait. */
    void launch() throws IOException {
        List<String> command = new ArrayList<>(List.of("serve", "--dev", "--port", Integer.toString(port)));
        if (!arguments.contains("--data")) command.addAll(List.of("--data", data.toString()));
        for (String argument : arguments) command.add(argument.replace("{port}", Integer.toString(port)));
        process = earshot(prefix, jvm, classes, command)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Any command of ours, with the settings of a test. */
    static ProcessBuilder earshot(List<String> jvm, List<String> arguments) {
        return earshot(List.of(), jvm, CLASSES, arguments);
    }

    private static ProcessBuilder earshot(
            List<String> prefix, List<String> jvm, String classes, List<String> arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED"));
        if (!LONG && !jvm.contains(QUICK)) command.add(QUICK);
        command.addAll(jvm);
        command.addAll(List.of("-cp", classes, "earshot.server.Main"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // Settings come from the test alone, not from whoever runs it.
        builder.environment().keySet().removeIf(name -> name.startsWith("EARSHOT_"));
        builder.environment().putAll(Map.of("JWT_SECRET", SECRET, "LOG_LEVEL", "info"));
        return builder;
    }

    /** What another command prints that works on the same data directory, {@code earshot api-key create …} for one. */
    String command(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data", data.toString()));
        Process command = earshot(List.of(), all).start();
        String printed = new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (command.waitFor() != 0) throw new AssertionError(arguments[0] + ": " + printed);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return printed.strip();
    }

    void awaitReady() throws IOException {
        Await.until("the server is ready", START_WITHIN, this::output, () -> {
            if (!process.isAlive())
                throw new AssertionError("the server ended with " + process.exitValue() + ":\n" + output());
            return statusOf("/health/ready") == 200;
        });
    }

    private int statusOf(String path) {
        try {
            return get(path).statusCode();
        } catch (IOException notListening) {
            return 0;
        }
    }

    int port() {
        return port;
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    Path data() {
        return data;
    }

    boolean isRunning() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Time of a processor that the process has used. */
    Duration cpu() {
        return process.toHandle().info().totalCpuDuration().orElseThrow();
    }

    /** Files and sockets that the process has open, as Linux counts them. */
    int descriptors() {
        String[] open =
                Path.of("/proc", Long.toString(process.pid()), "fd").toFile().list();
        if (open == null) throw new AssertionError("no /proc to count descriptors in");
        return open.length;
    }

    URI ws(String pathAndQuery) {
        return URI.create("ws://127.0.0.1:" + port + pathAndQuery);
    }

    HttpResponse<String> get(String path) throws IOException {
        return send(request(path).GET().build());
    }

    HttpResponse<String> send(HttpRequest request) throws IOException {
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20));
    }

    /** The sum of a series over its labels, from {@code /metrics}. */
    double metric(String name) throws IOException {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** The API key that a development server prints to the terminal. */
    String apiKey() {
        Matcher key = API_KEY.matcher(output());
        if (!key.find()) throw new AssertionError("no API key was printed:\n" + output());
        return key.group();
    }

    /** What the process has in memory now, as the system counts it. */
    long rssBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
        throw new AssertionError("no VmRSS of process " + process.pid());
    }

    /** As {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** As {@code kill -STOP}: it does nothing until {@link #thaw}. */
    void freeze() {
        signal("-STOP");
    }

    void thaw() {
        signal("-CONT");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", name, Long.toString(pid())).start();
            if (kill.waitFor() != 0) throw new AssertionError("kill " + name + " " + pid());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** As {@code kill}: SIGTERM. Does not wait. */
    void terminate() {
        process.destroy();
    }

    int awaitExit() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS))
                throw new AssertionError("the server does not end:\n" + output());
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    String output() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) kill();
    }

    /** Free now, and below the ephemeral range, so that a killed server finds it free again. */
    static int freePort() {
        for (int i = 0; i < 200; i++) {
            int candidate = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket probe = new ServerSocket(candidate)) {
                return probe.getLocalPort();
            } catch (IOException taken) {
                // the next one
            }
        }
        throw new AssertionError("no free port between 20000 and 32000");
    }
}
