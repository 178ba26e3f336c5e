package earshot.server.cli;

import earshot.core.time.Clock;
import earshot.server.api.ApiKey;
import earshot.server.api.ApiKeyFile;
import earshot.server.api.Scope;
import earshot.server.config.ServerConfig;
import earshot.server.token.SecretFile;
import earshot.server.token.Secrets;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes, lists and takes back keys of the server API. A running server sees it within two seconds. */
@Command(
        name = "api-key",
        description =
                "Makes, lists and takes back keys of the server API. A running server sees it within two seconds.",
        customSynopsis = {
            "earshot api-key NAME --scopes SCOPE[,SCOPE…] [OPTIONS]",
            "       earshot api-key create NAME --scopes SCOPE[,SCOPE…] [OPTIONS]",
            "       earshot api-key list [OPTIONS]",
            "       earshot api-key revoke NAME [OPTIONS]"
        },
        subcommands = {ApiKeyCommand.Create.class, ApiKeyCommand.Listed.class, ApiKeyCommand.Revoke.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./earshot api-key backend --scopes messages:write,users:write",
            "  ./earshot api-key list",
            "  ./earshot api-key revoke backend"
        })
public final class ApiKeyCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Parameters(
            paramLabel = "NAME",
            arity = "0..1",
            description =
                    "Makes a key of this name, as create does; one named list, revoke or create needs the word create.")
    private @Nullable String name;

    @Option(
            names = "--scopes",
            split = ",",
            paramLabel = "SCOPE",
            description = "What it may do: ${COMPLETION-CANDIDATES}.",
            completionCandidates = ScopeWords.class)
    private List<String> scopes = List.of();

    @Override
    public void run() {
        if (name == null) {
            spec.commandLine().usage(spec.commandLine().getOut());
            return;
        }
        if (scopes.isEmpty())
            throw new CommandFailure(
                    "what may " + name + " do? Give it --scopes (any of " + String.join(", ", new ScopeWords()) + ")");
        create(name, scopes, options, spec.commandLine().getOut());
    }

    /** Makes a key and prints it. */
    private static void create(String name, List<String> scopes, ConfigOptions options, PrintWriter out) {
        Set<Scope> granted = new LinkedHashSet<>();
        for (String word : scopes) granted.add(scope(word));
        ApiKeyFile file = file(options);
        if (file.named(name).isPresent())
            throw new CommandFailure("there is a key " + name + " already; take another name, or revoke it first");
        out.println(file.create(name, granted, Secrets.fresh(), Clock.SYSTEM.millis()));
        out.flush();
    }

    private static Scope scope(String word) {
        return Scope.of(word.strip())
                .orElseThrow(() -> new CommandFailure(
                        "there is no scope " + word + " (expected: " + String.join(", ", new ScopeWords()) + ")"));
    }

    private static ApiKeyFile file(ConfigOptions options) {
        ServerConfig config = options.read(Map.of(), SecretFile.readingOnly());
        Path data = config.history()
                .data()
                .orElseThrow(() -> new CommandFailure(
                        "there is no data directory to keep keys in (--data none); give keys with EARSHOT_API_KEYS"));
        return ApiKeyFile.in(data);
    }

    /** {@code create}. */
    @Command(name = "create", description = "Makes a key and prints it, once: only a hash of it is kept.")
    static final class Create implements Runnable {
        @CommandLine.Spec
        private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

        @Mixin
        private ConfigOptions options = new ConfigOptions();

        @Parameters(paramLabel = "NAME", description = "What it is for; revoke takes it.")
        private String name = "";

        @Option(
                names = "--scopes",
                split = ",",
                required = true,
                paramLabel = "SCOPE",
                description = "What it may do: ${COMPLETION-CANDIDATES}.",
                completionCandidates = ScopeWords.class)
        private List<String> scopes = List.of();

        @Override
        public void run() {
            create(name, scopes, options, spec.commandLine().getOut());
        }
    }

    /** {@code list}. */
    @Command(name = "list", description = "Shows the keys that there are, not the keys themselves.")
    static final class Listed implements Runnable {
        @CommandLine.Spec
        private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

        @Mixin
        private ConfigOptions options = new ConfigOptions();

        @Override
        public void run() {
            PrintWriter out = spec.commandLine().getOut();
            List<ApiKey> keys = file(options).all();
            if (keys.isEmpty()) out.println("no keys; make one with: ./earshot api-key NAME --scopes messages:write");
            for (ApiKey key : keys) {
                String scopes = key.scopes().stream().sorted().map(Scope::word).collect(Collectors.joining(","));
                out.println(key.id() + "  " + key.name() + "  " + scopes + "  "
                        + Instant.ofEpochMilli(key.createdMillis()));
            }
            out.flush();
        }
    }

    /** {@code revoke}. */
    @Command(name = "revoke", description = "Takes a key back, by its name or id.")
    static final class Revoke implements Runnable {
        @CommandLine.Spec
        private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

        @Mixin
        private ConfigOptions options = new ConfigOptions();

        @Parameters(paramLabel = "NAME", description = "Name or id, as list shows them.")
        private String name = "";

        @Override
        public void run() {
            List<ApiKey> gone = file(options).revoke(name);
            if (gone.isEmpty()) throw new CommandFailure("there is no key " + name + "; see: ./earshot api-key list");
            gone.forEach(key -> spec.commandLine().getOut().println("revoked " + key.name() + " (" + key.id() + ")"));
            spec.commandLine().getOut().flush();
        }
    }

    /** The scopes, for help texts. */
    static final class ScopeWords implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return Arrays.stream(Scope.values()).map(Scope::word).iterator();
        }
    }
}
