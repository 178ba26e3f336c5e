package earshot.bench.table;

import earshot.bench.load.LoadResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An independent load generator, as a program: wsload, or one with its options and its line of JSON. It knows marks of its own: {@code %T} a time,
 * {@code %S} a sequence number, {@code %P} padding.
 */
final class Wsload implements LoadSource {
    /** What time, sequence number and the spaces behind them take of a content. */
    private static final int MARK_BYTES = 18 + 1 + 10 + 1;

    private static final long EXTRA_SECONDS = 60;

    private final Path program;
    private final Cores cores;
    private final Path work;

    /** @param program the binary, or its C source, which is compiled first */
    static Wsload of(Path program, Cores cores, Path work) throws IOException, InterruptedException {
        Path given = program.toAbsolutePath();
        if (!Files.isReadable(given)) throw new IOException("--generator " + program + ": there is no such file");
        if (!given.toString().endsWith(".c")) return new Wsload(given, cores, work);
        Path binary = work.resolve("wsload");
        Process cc = new ProcessBuilder("cc", "-O2", "-w", "-o", binary.toString(), given.toString())
                .inheritIO()
                .start();
        if (cc.waitFor() != 0) throw new IOException("--generator " + program + ": cc could not compile it");
        return new Wsload(binary, cores, work);
    }

    private Wsload(Path program, Cores cores, Path work) {
        this.program = program;
        this.cores = cores;
        this.work = work;
    }

    @Override
    public String description() {
        return "wsload, an independent generator in C";
    }

    @Override
    public Table.Figures measure(Rival rival, Shape shape, double warmUpSeconds, double seconds, int payloadBytes)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "-p",
                Integer.toString(rival.process().port()),
                "-P",
                Long.toString(rival.process().pid()),
                "-L",
                rival.contender().key(),
                "-n",
                Integer.toString(shape.connections),
                "-r",
                Integer.toString(shape.rooms),
                "-W",
                Integer.toString(shape.inFlight),
                "-b",
                Integer.toString(Math.max(0, payloadBytes - MARK_BYTES)),
                "-w",
                number(warmUpSeconds),
                "-d",
                number(seconds),
                "-c"));
        command.addAll(speech(rival, shape));
        return figures(run(cores.around(cores.load(), command), warmUpSeconds + seconds), shape);
    }

    private List<String> speech(Rival rival, Shape shape) throws IOException {
        String room = String.format(
                Locale.ROOT, "table-%06x-%%R", ThreadLocalRandom.current().nextInt(1 << 24));
        List<String> words = new ArrayList<>();
        words.addAll(List.of("-u", rival.path().replace("{room}", room)));
        words.addAll(List.of("-m", rival.say().replace("{content}", "%T %S %P")));
        if (!rival.greeting().isEmpty())
            words.addAll(List.of("-e", "-s", rival.greeting().replace("{room}", room)));
        if (!rival.secret().isEmpty()) {
            Path tokens = Files.write(
                    work.resolve("tokens"),
                    Tokens.signed(rival.secret(), shape.connections),
                    StandardCharsets.US_ASCII);
            words.addAll(List.of("-k", tokens.toString(), "-H", "Authorization: Bearer %K"));
        }
        return words;
    }

    private String run(List<String> command, double seconds) throws IOException, InterruptedException {
        Path output = work.resolve("wsload.out");
        Path said = work.resolve("wsload.err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(said.toFile())
                .start();
        if (!process.waitFor((long) seconds + EXTRA_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("wsload did not end");
        }
        List<String> lines = Files.readAllLines(output);
        if (lines.isEmpty()) {
            List<String> errors = Files.readAllLines(said);
            throw new IOException("wsload measured nothing: " + (errors.isEmpty() ? "" : errors.getLast()));
        }
        return lines.getLast();
    }

    /** What arrives after a later one is a gap to wsload and then a double: told apart by whether anything is missing in the end. */
    static Table.Figures figures(String line, Shape shape) throws IOException {
        try {
            JsonNode json = JsonMapper.shared().readTree(line);
            long missing = json.path("missing").asLong();
            return new Table.Figures(
                    json.path("deliveries_per_cpu_s").asDouble(),
                    json.path("delivered_per_s").asDouble(),
                    json.path("server_cpu_s_per_s").asDouble(),
                    json.path("p50_ms").asDouble(),
                    json.path("p99_ms").asDouble(),
                    json.path("rss_mb").asLong() << 20,
                    json.path("expected").asLong(),
                    Math.max(0, missing),
                    json.path("dups").asLong(),
                    missing > 0 ? 0 : json.path("gaps").asLong(),
                    shape.connections - json.path("conns").asLong(),
                    json.path("closed_by_server").asLong());
        } catch (JacksonException e) {
            throw new IOException("wsload said no JSON: " + line, e);
        }
    }

    @Override
    public LoadResult.Idle idle(Rival rival, int connections, double restSeconds) throws IOException {
        throw new IOException("wsload has no slope between two levels; measure it with the other generator");
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
