package earshot.server.cli;

import earshot.bench.load.Credentials;
import earshot.bench.load.LoadPlan;
import earshot.server.token.Secrets;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A server that lives as long as a run: same code, same JVM flags, profile bench, secrets of its own. */
final class BenchServer implements AutoCloseable {
    private final String secret = Secrets.fresh();
    private final String apiKey = "ek_" + Secrets.fresh();
    private final String siteKey = "tk_pub_bench";
    private final UUID site = UUID.randomUUID();
    private final Path log;
    private final ChildProcesses children = new ChildProcesses();
    private final Child node;

    private BenchServer(List<String> more) throws IOException {
        log = Files.createTempFile("earshot-bench-server", ".log");
        List<String> cores = pinLoad() ? List.of("taskset", "-c", "0") : List.of();
        List<String> words = new ArrayList<>(List.of("--profile", "bench"));
        if (more.stream().noneMatch(word -> word.startsWith("--data"))) words.addAll(List.of("--data", "none"));
        words.addAll(more);
        Map<String, String> environment = Map.of(
                "JWT_SECRET", secret,
                "EARSHOT_API_KEYS", apiKey,
                "SITE_ID", site.toString(),
                "PROJECT_ID_PUBLIC", siteKey);
        try {
            node = ChildNode.start(children, "the server", Child.freePort(), cores, environment, words, log);
            node.awaitListening(ChildNode.LISTENS);
        } catch (CommandFailure e) {
            close();
            throw e;
        }
    }

    /** Blocks until it listens. Throws {@link CommandFailure} with what it said. */
    static BenchServer start(List<String> more) {
        try {
            return new BenchServer(more);
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

    LoadPlan.Target target(String dialect) {
        String path = dialect.equals("threadkit") ? "/ws?project_id=" + siteKey + "&site_id=" + site : "/{room}";
        return new LoadPlan.Target(
                URI.create("ws://127.0.0.1:" + node.port()), dialect, path, "", "{content}", node.pid(), List.of());
    }

    Credentials credentials() {
        return new Credentials(secret, null, apiKey);
    }

    @Override
    public void close() {
        children.close();
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            // a leftover in the system's directory for such
        }
    }
}
