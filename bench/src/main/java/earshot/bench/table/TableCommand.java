package earshot.bench.table;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line of the comparison. */
@Command(
        name = "table",
        sortOptions = false,
        description = {
            "Measures Earshot beside a bare Netty loop and other servers, under the same load, in rounds that interleave them, and writes what came of it as Markdown, HTML and JSON.",
            ""
        },
        footer = {
            "",
            "Servers: bare, memory, sqlite, two-loops (Earshot), nchan, ws, socketio. bench/peers/install fetches the last three; what is missing is left out and said.",
            "Exit status: 0 all of it is measured; 1 something was lost, doubled or reordered, or could not be measured; 2 it could not begin; 4 unfinished, go on with --resume.",
            "",
            "  ./earshot bench table --quick              a look, a few minutes",
            "  ./earshot bench table --only bare,memory   two servers, all of the rest",
            "  ./earshot bench table --stop-after 240; ./earshot bench table --resume"
        })
public final class TableCommand implements Callable<Integer> {
    private static final int UNFINISHED = 4;
    private static final int PAYLOAD_BYTES = 130;

    @Option(names = "--rounds", paramLabel = "N", description = "How often everything is measured (default: 3).")
    private int rounds = 3;

    @Option(names = "--only", paramLabel = "SERVER", split = ",", description = "Servers, instead of all.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--shapes",
            paramLabel = "SHAPE",
            split = ",",
            description = "Of 100, 1000, 10000 and 1000x10, instead of all.")
    private List<String> shapes = new ArrayList<>();

    @Option(
            names = "--quick",
            description = "One round of short runs, 2,000 idle connections. For a look, not for a claim.")
    private boolean quick;

    @Option(
            names = "--idle",
            paramLabel = "N",
            description = "Idle connections whose memory is measured (default: 15000); 0: none.")
    private int idleConnections = 15_000;

    @Option(
            names = "--idle-of",
            paramLabel = "SERVER",
            split = ",",
            description = "Whose idle connections (default: bare,memory).")
    private List<String> idleOf = new ArrayList<>(List.of("bare", "memory"));

    @Option(names = "--no-sqlite", description = "Without the SQLite engine alone.")
    private boolean withoutSqlite;

    @Option(
            names = "--generator",
            paramLabel = "PROGRAM",
            description = "Another load generator: wsload, as a binary or as C source.")
    private @Nullable Path generator;

    @Option(
            names = "--stop-after",
            paramLabel = "SECONDS",
            description = "Begins nothing that would end later than this; --resume goes on.")
    private long stopAfter;

    @Option(
            names = "--resume",
            arity = "0..1",
            fallbackValue = "",
            paramLabel = "FILE",
            description = "Goes on with an unfinished comparison: its JSON, or the newest in --out.")
    private @Nullable String resume;

    @Option(names = "--out", paramLabel = "DIR", description = "Where the results go (default: bench/results).")
    private @Nullable Path out;

    @Option(names = "--name", paramLabel = "NAME", description = "Of the files (default: DATE-table).")
    private @Nullable String name;

    @Option(names = "--home", paramLabel = "DIR", description = "The checkout (default: this program's).")
    private @Nullable Path home;

    @Option(names = "--unpinned", description = "Leaves servers and load on all cores.")
    private boolean unpinned;

    @Spec
    private @Nullable CommandSpec spec;

    private final PrintStream console = System.out;

    /** Without the rest of Earshot's command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new TableCommand()).execute(args));
    }

    @Override
    public Integer call() {
        try {
            return compare();
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("earshot: " + e.getMessage());
            return CommandLine.ExitCode.USAGE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return UNFINISHED;
        }
    }

    private int compare() throws IOException, InterruptedException {
        long stop = stopAfter > 0 ? System.nanoTime() + stopAfter * 1_000_000_000L : Long.MAX_VALUE;
        Checkout checkout = home == null ? Checkout.find() : Checkout.at(home);
        Cores cores = unpinned ? Cores.free() : Cores.of(Runtime.getRuntime().availableProcessors());
        Path target = Files.createDirectories(checkout.root().resolve("target"));
        Path work = Files.createTempDirectory(target, "table");
        try {
            return compare(checkout, cores, work, stop);
        } finally {
            delete(work);
        }
    }

    private int compare(Checkout checkout, Cores cores, Path work, long stop) throws IOException, InterruptedException {
        LoadSource load = generator == null
                ? new OwnLoad(cores.around(cores.load(), Starter.java(checkout)), work)
                : Wsload.of(generator, cores, work);
        Starter starter = new Starter(checkout, cores, work);
        Path json = json(checkout);
        Table table = resume == null ? fresh(checkout, cores, load, starter) : begun(json, checkout, load);
        List<Contender> resting = idleConnections == 0 ? List.of() : contenders(idleOf);
        List<Step> left = Step.left(table, resting);
        int done = table.runs().size() + table.idle().size() + (table.sqlite() == null ? 0 : 1);
        announce(table, left, json);
        cores.pinMyself();
        var progress = new ProgressLine(console, onTerminal(), left.size() + done, done);
        TableFile file = new TableFile(json);
        try (TableRun run = new TableRun(
                table, starter::start, load, () -> SqliteAlone.measure(checkout, cores, work), file, progress)) {
            Table now = run.run(left, stop);
            return conclude(now, file);
        }
    }

    private static boolean onTerminal() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }

    private void announce(Table table, List<Step> left, Path json) {
        table.notes().forEach(console::println);
        console.println(
                left.size() + " measurements to " + json + ", about " + Step.duration(left, table.setup()) + ".");
    }

    private int conclude(Table table, TableFile file) {
        console.println("Written: " + file.path("md") + ", .html and .json");
        for (Gate gate : Gates.of(table)) {
            if (gate.verdict() == Gate.Verdict.NOT_MEASURED) continue;
            console.println(String.format(
                    Locale.ROOT,
                    "  %-8s %s: %s (%s)",
                    gate.verdict().words.replace("*", ""),
                    gate.what(),
                    gate.seenText(),
                    gate.limitText()));
        }
        if (!table.finished()) {
            console.println("Unfinished: go on with --resume " + file.path("json"));
            return UNFINISHED;
        }
        return TableWords.isFine(table) ? 0 : 1;
    }

    private Table fresh(Checkout checkout, Cores cores, LoadSource load, Starter starter)
            throws IOException, InterruptedException {
        List<String> notes = new ArrayList<>();
        List<Contender> wanted = only.isEmpty() ? List.of(Contender.values()) : contenders(only);
        Map<String, String> present = starter.present(wanted, notes);
        if (!cores.pinned() && !unpinned)
            notes.add("Nothing is pinned: that needs two cores and taskset. Server and load disturb each other.");
        if (quick) notes.add("Quick: one round of short runs, good for a look and for nothing else.");
        var setup = new Table.Setup(
                Host.machine(),
                checkout.commit(),
                command(),
                load.description(),
                cores.one(),
                cores.load(),
                quick ? 1 : rounds,
                quick ? 1 : 3,
                quick ? 2 : 5,
                PAYLOAD_BYTES,
                present,
                shapes().stream().map(Shape::name).toList(),
                quick ? Math.min(2000, idleConnections) : idleConnections,
                quick ? 5 : 60,
                !withoutSqlite);
        return new Table(Table.FORMAT, Instant.now(), setup, List.of(), List.of(), null, notes, false);
    }

    private String command() {
        List<String> given =
                spec == null ? List.of() : spec.commandLine().getParseResult().originalArgs();
        // As part of the server's command line they begin with the names of the commands.
        String words = String.join(" ", given);
        return ("./earshot " + (words.startsWith("bench ") ? words : "bench table " + words)).strip();
    }

    private static Table begun(Path json, Checkout checkout, LoadSource load) throws IOException {
        Table table = TableFile.read(json);
        if (table.finished()) throw new IOException(json + " is finished; begin a new one without --resume");
        String commit = checkout.commit();
        if (!commit.equals(table.setup().commit()))
            throw new IOException(json + " was begun at commit " + table.setup().commit() + ", this is " + commit
                    + ": figures of two commits do not belong into one table");
        if (!load.description().equals(table.setup().generator()))
            throw new IOException(json + " was begun with another load generator: "
                    + table.setup().generator());
        return table;
    }

    private Path json(Checkout checkout) throws IOException {
        Path directory = out == null ? checkout.root().resolve("bench/results") : out.toAbsolutePath();
        if (resume != null && !resume.isEmpty()) return Path.of(resume).toAbsolutePath();
        if (resume != null) return newest(directory);
        String called = name == null ? LocalDate.now(ZoneOffset.UTC) + "-table" : name;
        Path json = directory.resolve(called + ".json");
        for (int n = 2; name == null && Files.exists(json); n++) json = directory.resolve(called + "-" + n + ".json");
        return json;
    }

    private static Path newest(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> f.getFileName().toString().contains("table")
                            && f.getFileName().toString().endsWith(".json"))
                    .max(Comparator.comparingLong(f -> f.toFile().lastModified()))
                    .orElseThrow(() -> new IOException("--resume: there is no comparison in " + directory));
        }
    }

    private static List<Contender> contenders(List<String> keys) {
        List<Contender> all = new ArrayList<>();
        for (String key : keys) all.add(contender(key.strip().toLowerCase(Locale.ROOT)));
        return all;
    }

    private static Contender contender(String key) {
        return Arrays.stream(Contender.values())
                .filter(c -> c.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("server: " + key + " (expected: "
                        + String.join(
                                ", ",
                                Arrays.stream(Contender.values())
                                        .map(Contender::key)
                                        .toList())
                        + ")"));
    }

    private Set<Shape> shapes() {
        Set<Shape> all = java.util.EnumSet.noneOf(Shape.class);
        for (String key : shapes) all.add(Shape.named(key.strip()));
        return all.isEmpty() ? java.util.EnumSet.allOf(Shape.class) : all;
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(each);
        }
    }
}
