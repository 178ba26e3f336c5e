package earshot.server.cli;

import earshot.server.token.Secrets;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Several nodes on this machine over a Redis of their own: what a cluster does, seen by one command. */
@Command(
        name = "dev-cluster",
        description = {
            "Starts several development nodes on this machine that act as one server, with a private Redis.",
            "They share their secrets: a token that one accepts, all accept. Nothing is left when it ends, unless --data says so."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./earshot dev-cluster                 three nodes on ports 9001 to 9003",
            "  ./earshot dev-cluster 2 --port 8001   two, on 8001 and 8002",
            "  ./earshot dev-cluster --redis redis://127.0.0.1:6379",
            "",
            "Open the page of one node and the page of another: they are the same room. End a node with kill -9 PID and look how its people leave once; Ctrl-C ends all."
        })
final class DevClusterCommand implements Runnable, CommandLine.IExitCodeGenerator {
    private static final int MOST = 16;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(arity = "0..1", paramLabel = "NODES", defaultValue = "3", description = "How many (default: 3).")
    private int count;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            defaultValue = "9001",
            description = "Of the first node; the others follow (default: 9001).")
    private int port;

    @Option(names = "--redis", paramLabel = "URL", description = "A Redis that runs already, instead of a private one.")
    private @Nullable String redis;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where nodes and Redis keep what outlives them (default: a directory that goes with them).")
    private @Nullable Path data;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting of every node, for example --set waddle.channel-sockets=50000. May be repeated.")
    private List<String> settings = new ArrayList<>();

    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean stopping = new AtomicBoolean();

    @Override
    public void run() {
        if (count < 1 || count > MOST) throw new CommandFailure("NODES: " + count + " (expected: 1.." + MOST + ")");
        Path home = data == null ? temporary() : made(data);
        try (ChildProcesses children = new ChildProcesses()) {
            for (String signal : new String[] {"TERM", "INT"})
                Signals.on(signal, () -> {
                    if (stopping.getAndSet(true)) Runtime.getRuntime().halt(1);
                    ended.countDown();
                });
            start(children, home);
            children.onEachEnd(name -> say("dev-cluster: " + name + " has ended"));
            ended.await();
            say("dev-cluster: ending");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (data == null) remove(home);
        }
    }

    private void start(ChildProcesses children, Path home) {
        PrintWriter out = spec.commandLine().getOut();
        String address = redis != null ? redis : PrivateRedis.start(children, home, data != null);
        String apiKey = "ek_" + Secrets.fresh();
        String secret = Secrets.fresh();
        Map<String, String> environment = Map.of(
                "JWT_SECRET",
                secret,
                "EARSHOT_API_KEYS",
                apiKey,
                "SITE_ID",
                UUID.randomUUID().toString(),
                "PROJECT_ID_PUBLIC",
                "tk_pub_" + Secrets.fresh());
        List<Child> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<String> words = new ArrayList<>(List.of("--redis", address));
            words.addAll(List.of("--data", home.resolve("node-" + (i + 1)).toString()));
            words.addAll(List.of("--set", "node-id=node-" + (i + 1)));
            words.addAll(List.of("--set", "redis.advertise=http://127.0.0.1:" + (port + i)));
            for (String setting : settings) words.addAll(List.of("--set", setting));
            String name = "node-" + (i + 1);
            nodes.add(ChildNode.start(
                    children, name, port + i, List.of(), environment, words, home.resolve(name + ".log")));
        }
        nodes.forEach(node -> node.awaitListening(ChildNode.LISTENS));
        out.println();
        out.println(count + " nodes over " + (redis == null ? "a private Redis, " : "") + address);
        out.println();
        for (Child node : nodes) row(out, node.name(), "http://127.0.0.1:" + node.port() + "/   pid " + node.pid());
        row(out, "logs", home.resolve("node-N.log").toString());
        out.println();
        row(out, "API key", apiKey);
        row(out, "secret", secret);
        row(out, "look", "http://127.0.0.1:" + port + "/demo/channel.html?room=lobby");
        row(out, "", "http://127.0.0.1:" + (port + count - 1) + "/demo/channel.html?room=lobby");
        String addresses = nodes.stream().map(n -> "localhost:" + n.port()).collect(Collectors.joining(" "));
        row(out, "load", "./earshot bench " + addresses + " \\");
        row(out, "", "  --secret " + secret);
        out.printf("%nFor nginx in front of them:%n%n%s%n", upstream(nodes));
        out.flush();
    }

    private static void row(PrintWriter out, String name, String what) {
        out.printf("  %-9s  %s%n", name, what);
    }

    private static String upstream(List<Child> nodes) {
        StringBuilder text = new StringBuilder("upstream earshot {\n    least_conn;\n");
        for (Child node : nodes)
            text.append("    server 127.0.0.1:").append(node.port()).append(";\n");
        return text.append("}\n").toString();
    }

    private void say(String sentence) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(sentence);
        out.flush();
    }

    private static Path made(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new CommandFailure("--data: " + directory + " cannot be made: " + e.getMessage());
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("earshot-cluster");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
        } catch (IOException | UncheckedIOException e) {
            // a leftover in the system's directory for such
        }
    }

    @Override
    public int getExitCode() {
        return 0;
    }
}
