package earshot.server.cli;

import earshot.gateway.tls.TlsUnusable;
import earshot.server.StartFailure;
import earshot.server.api.ApiKeysUnusable;
import earshot.server.config.ConfigProblems;
import earshot.server.token.KeysUnusable;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: commands, and what happens when one fails: a sentence, what to do next, exit status 2. */
@Command(
        name = "earshot",
        mixinStandardHelpOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        description = "One real-time server for rooms, messages, presence and history, in the words of your clients.",
        subcommands = {
            ServeCommand.class,
            TokenCommand.class,
            ApiKeyCommand.class,
            CheckConfigCommand.class,
            WatchCommand.class,
            HealthCommand.class,
            DevClusterCommand.class,
            BenchCommand.class,
            VersionCommand.class,
            RehearseCommand.class
        },
        footerHeading = "%nFirst steps:%n",
        footer = {
            "  ./earshot serve           a full server for development: open what it prints",
            "  ./earshot serve --help    what can be set",
            "  ./earshot dev-cluster     three nodes on this machine that act as one",
            "  ./earshot check-config    every setting, its value, and where it came from"
        })
public final class EarshotCommand implements Runnable {
    /** What a command returns whose work goes on after it. */
    public static final int STILL_RUNNING = -1;

    static final int MISTAKE = 2;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @SuppressWarnings("unused") // picocli looks at it
    @CommandLine.Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = CommandLine.ScopeType.INHERIT,
            description = "Shows this.")
    private boolean help;

    @CommandLine.Option(names = "--version", description = "The same as the command version.")
    private boolean version;

    /** Runs a command with the process's own streams. */
    public static int run(String... arguments) {
        return commandLine().execute(arguments);
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new EarshotCommand());
        line.setParameterExceptionHandler((failure, _) -> complain(failure));
        line.setExecutionExceptionHandler((failure, command, _) -> complain(failure, command.getErr()));
        line.setUsageHelpAutoWidth(true);
        line.setUsageHelpLongOptionsMaxWidth(28);
        line.setAbbreviatedOptionsAllowed(false);
        return line;
    }

    private static int complain(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("earshot: " + failure.getMessage());
        List<String> meant =
                failure instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        if (!meant.isEmpty()) err.println("Did you mean " + String.join(" or ", meant) + "?");
        err.println("Try: ./" + command.getCommandSpec().qualifiedName() + " --help");
        return MISTAKE;
    }

    private static int complain(Exception failure, PrintWriter err) {
        if (failure instanceof ConfigProblems problems) {
            problems.problems().forEach(problem -> err.println("earshot: " + problem));
            err.println("Every setting with its value: ./earshot check-config; what there is: docs/configuration.md");
        } else if (isForPeople(failure)) {
            err.println("earshot: " + failure.getMessage());
        } else {
            err.println("earshot: unexpected: " + failure + "; this is a mistake of ours, please report it");
            System.getLogger(EarshotCommand.class.getName()).log(System.Logger.Level.DEBUG, "unexpected", failure);
        }
        return MISTAKE;
    }

    private static boolean isForPeople(Exception failure) {
        return failure instanceof CommandFailure
                || failure instanceof StartFailure
                || failure instanceof KeysUnusable
                || failure instanceof ApiKeysUnusable
                || failure instanceof TlsUnusable;
    }

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        if (version) VersionCommand.print(out);
        else spec.commandLine().usage(out);
    }
}
