package earshot.bench.table;

import earshot.bench.load.Credentials;
import earshot.bench.load.Load;
import earshot.bench.load.LoadJson;
import earshot.bench.load.LoadPlan;
import earshot.bench.load.LoadResult;
import earshot.bench.load.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * One load run in a process of its own: what a run leaves behind, sockets and garbage, cannot weigh on the next one. The plan and the secret
 * come by standard input, so that no list of processes shows them; the result goes into a file.
 */
final class LoadChild {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long EXTRA_SECONDS = 240;
    private static final int FAILED = 2;

    /** What the child is asked. */
    record Order(LoadPlan plan, Credentials credentials) {}

    private LoadChild() {}

    /** The child: the file for the result. */
    public static void main(String[] args) throws IOException {
        try {
            Order order = JSON.readValue(System.in.readAllBytes(), Order.class);
            LoadJson.write(Load.run(order.plan(), order.credentials(), Progress.SILENT), Path.of(args[0]));
        } catch (IOException | JacksonException e) {
            System.out.println(e.getMessage());
            System.exit(FAILED);
        }
        System.exit(0);
    }

    /**
     * The parent.
     *
     * @param java the command up to the main class, on its cores
     * @throws IOException with the child's sentence when it could not be run
     */
    static LoadResult run(List<String> java, Order order, Path work) throws IOException, InterruptedException {
        Path result = work.resolve("load.json");
        Path log = work.resolve("load.log");
        Files.deleteIfExists(result);
        List<String> command = new ArrayList<>(java);
        command.add(LoadChild.class.getName());
        command.add(result.toString());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Thread killer = new Thread(process::destroyForcibly, "load-killer");
        Runtime.getRuntime().addShutdownHook(killer);
        try (OutputStream to = process.getOutputStream()) {
            to.write(JSON.writeValueAsBytes(order));
        }
        LoadPlan.Timing timing = order.plan().timing();
        long most = 3 * timing.warmUp().toSeconds() + timing.measured().toSeconds() + EXTRA_SECONDS;
        boolean ended = process.waitFor(most, TimeUnit.SECONDS);
        if (!ended) process.destroyForcibly();
        Runtime.getRuntime().removeShutdownHook(killer);
        if (!ended) throw new IOException("the load generator did not end within " + most + " s");
        if (process.exitValue() == 0) return LoadJson.read(result);
        List<String> said =
                Files.readString(log, StandardCharsets.UTF_8).lines().toList();
        throw new IOException(said.isEmpty() ? "the load generator failed" : said.getLast());
    }
}
