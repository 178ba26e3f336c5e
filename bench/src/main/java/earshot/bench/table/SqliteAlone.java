package earshot.bench.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The microbenchmark of the SQLite engine, run by {@code scripts/jmh} on all cores. */
final class SqliteAlone {
    /** Two short iterations to warm up, four that count, the JVM and what it opens. */
    static final double SECONDS = 40;

    private static final long MOST_SECONDS = 240;

    private SqliteAlone() {}

    static Table.SqliteRun measure(Checkout checkout, Cores cores, Path work) throws IOException, InterruptedException {
        Path json = work.resolve("sqlite.json");
        Path log = work.resolve("sqlite.log");
        String script = checkout.root().resolve("scripts/jmh").toString();
        List<String> words = List.of(script, "SqliteBenchmark", "-rf", "json", "-rff", json.toString());
        ProcessBuilder builder = new ProcessBuilder(cores.around(cores.all(), words))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        // Said for the server, which is built; microbenchmarks are built by nobody else.
        builder.environment().remove("EARSHOT_SKIP_BUILD");
        Process process = builder.start();
        if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            return failed("scripts/jmh did not end");
        }
        if (process.exitValue() != 0 || !Files.isReadable(json))
            return failed("scripts/jmh failed: " + checkout.withoutPaths(ServerProcess.lastLine(log)));
        return read(Files.readString(json));
    }

    /** JMH's report of one benchmark. */
    static Table.SqliteRun read(String report) {
        try {
            JsonNode only = JsonMapper.shared().readTree(report).path(0);
            double rate = score(only.path("primaryMetric"));
            double p99 = -1;
            double rows = -1;
            for (Map.Entry<String, JsonNode> each :
                    only.path("secondaryMetrics").properties()) {
                if (each.getKey().endsWith("commitP99Millis")) p99 = last(each.getValue());
                if (each.getKey().endsWith("rowsPerCommit")) rows = last(each.getValue());
            }
            if (!(rate > 0) || p99 < 0) return failed("scripts/jmh reported no figures");
            return new Table.SqliteRun(rate, p99, rows, "");
        } catch (JacksonException e) {
            return failed("scripts/jmh reported no JSON");
        }
    }

    /** These are of all that went before, so the last iteration says it; their score would be the sum. */
    private static double last(JsonNode metric) {
        JsonNode iterations = metric.path("rawData").path(0);
        return iterations.path(iterations.size() - 1).asDouble(-1);
    }

    private static double score(JsonNode metric) {
        return metric.path("score").asDouble(-1);
    }

    private static Table.SqliteRun failed(String why) {
        return new Table.SqliteRun(0, 0, 0, why);
    }
}
