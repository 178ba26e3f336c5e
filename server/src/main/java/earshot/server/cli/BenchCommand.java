package earshot.server.cli;

import earshot.bench.load.Credentials;
import earshot.bench.load.Load;
import earshot.bench.load.LoadJson;
import earshot.bench.load.LoadPlan;
import earshot.bench.load.LoadResult;
import earshot.bench.load.LoadTable;
import earshot.bench.page.LoadPage;
import earshot.bench.table.TableCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Loads a server and says how it did. */
@Command(
        name = "bench",
        sortOptions = false,
        subcommands = TableCommand.class,
        description = {
            "Loads a server with clients that check every delivery, and says how it did: latency, deliveries, loss, CPU, memory.",
            "A development server on this machine needs no more words: its secret is found in the data directory. Every server"
                    + " has limits; ./earshot serve --profile bench raises them."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./earshot bench --serve",
            "      a figure by one command: a server of its own, on a core of its own",
            "  ./earshot bench -n 500 -r 50 --rate 200 --duration 30s",
            "      the development server here, 200 messages a second",
            "  ./earshot bench ws://10.0.0.5:9001 --profile fan-1000 --json result.json",
            "      another one, with JWT_SECRET in the environment",
            "  ./earshot bench localhost:9001 localhost:9002 -n 3000 -r 100 --rate 500",
            "      two nodes of one server: what is said on one must be heard on both",
            "",
            "Exit status: 0 all is well; 1 something was lost, doubled or reordered, or connections failed; 2 it could not be run.",
            "How to measure honestly: docs/benchmarking.md"
        })
public final class BenchCommand implements Runnable, CommandLine.IExitCodeGenerator {
    private static final int NOT_OK = 1;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(
            paramLabel = "URL",
            arity = "0..*",
            description =
                    "Where the server is (default: EARSHOT_SERVER, or http://127.0.0.1:9001). Of several nodes of one server all"
                            + " addresses: the members of each room are spread over them.")
    private List<String> urls = List.of();

    @Mixin
    private BenchOptions load = new BenchOptions();

    @Mixin
    private BenchAccess access = new BenchAccess();

    @Option(
            names = "--serve",
            description =
                    "Starts a server for this run, with profile bench and memory history, and ends it. Where there are two"
                            + " cores or more it gets the first, the load the others.")
    private boolean serve;

    @Option(
            names = "--server-option",
            paramLabel = "WORD",
            parameterConsumer = AnyWord.class,
            description =
                    "With --serve: a further word for serve, such as --server-option=--data=/tmp/x. May be repeated.")
    private List<String> serverOptions = new ArrayList<>();

    @Option(names = "--json", paramLabel = "FILE", description = "Writes all that was seen, second by second.")
    private @Nullable Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Writes a page with plots.")
    private @Nullable Path html;

    private int status;

    @Override
    public void run() {
        if (load.asksForProfiles()) {
            spec.commandLine().getOut().print(BenchOptions.profiles());
            spec.commandLine().getOut().flush();
            return;
        }
        refuseUnwritable(json);
        refuseUnwritable(html);
        if (serve) {
            if (!urls.isEmpty())
                throw new CommandFailure("--serve starts a server of its own; leave out " + urls.getFirst());
            try (BenchServer own = BenchServer.start(serverOptions)) {
                bench(load.plan(own.target(load.dialect())), own.credentials());
            }
        } else {
            LoadPlan.Target target = access.target(addresses(), load.dialect());
            bench(load.plan(target), access.credentials(load.dialect()));
        }
    }

    private void bench(LoadPlan plan, Credentials credentials) {
        LoadResult result = measured(plan, credentials);
        PrintWriter out = spec.commandLine().getOut();
        LoadTable.of(result).forEach(out::println);
        out.flush();
        write(result);
        status = result.isFine() ? 0 : NOT_OK;
    }

    private LoadResult measured(LoadPlan plan, Credentials credentials) {
        try (var progress = new BenchProgress(spec.commandLine().getErr())) {
            return Load.run(plan, credentials, progress);
        } catch (IOException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
    }

    private List<URI> addresses() {
        if (!urls.isEmpty()) return urls.stream().map(BenchCommand::address).toList();
        String given = System.getenv("EARSHOT_SERVER");
        return List.of(address(given == null || given.isBlank() ? "http://127.0.0.1:9001" : given));
    }

    private static URI address(String given) {
        String socket = given.contains("://") ? given.replaceFirst("^http://", "ws://") : "ws://" + given;
        if (!socket.matches("ws://[^/?#]+/?"))
            throw new CommandFailure(given + " is no address to load (expected: http://host:port; TLS is not spoken)");
        try {
            return URI.create(socket.replaceFirst("/$", ""));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(given + " is no address (expected: http://host:port)");
        }
    }

    /** Before minutes of load, not after them. */
    private static void refuseUnwritable(@Nullable Path file) {
        if (file == null) return;
        Path directory = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || directory == null || !Files.isWritable(directory))
            throw new CommandFailure(file + " cannot be written; name a file in a directory that can be written");
    }

    private void write(LoadResult result) {
        try {
            if (json != null) LoadJson.write(result, json);
            if (html != null) Files.writeString(html, LoadPage.html(result));
        } catch (IOException e) {
            throw new CommandFailure("the result cannot be written: " + e.getMessage());
        }
    }

    @Override
    public int getExitCode() {
        return status;
    }

    /** Takes words that look like options of ours, which picocli would refuse. */
    private static final class AnyWord implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
            if (words.isEmpty())
                throw new ParameterException(command.commandLine(), "--server-option wants a word for serve");
            List<String> known = option.getValue();
            known.add(words.pop());
        }
    }
}
