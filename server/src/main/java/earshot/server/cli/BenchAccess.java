package earshot.server.cli;

import earshot.bench.load.Credentials;
import earshot.bench.load.LoadPlan;
import earshot.server.config.ConfigProblems;
import earshot.server.config.ServerConfig;
import earshot.server.config.ThreadkitSettings.SiteEntry;
import earshot.server.config.TokenSettings;
import earshot.server.token.SecretFile;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What lets clients in: given, or found where a server of this machine has it. */
final class BenchAccess {
    @Mixin
    private ConfigOptions sources = new ConfigOptions();

    @Option(
            names = "--secret",
            paramLabel = "SECRET",
            description =
                    "Signs a token for every client, HS256 (default: JWT_SECRET, the configuration, or what a development"
                            + " server keeps in the data directory).")
    private @Nullable String secret;

    @Option(names = "--token", paramLabel = "TOKEN", description = "One token for all clients instead.")
    private @Nullable String token;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "API key for messages that enter by /v1 (default: EARSHOT_KEY, or development's own).")
    private @Nullable String key;

    @Option(names = "--pid", paramLabel = "PID", description = "The server's process (default: who listens there).")
    private @Nullable Long pid;

    @Option(
            names = "--path",
            paramLabel = "PATH",
            description =
                    "raw: where clients connect, with {room} and {member}; threadkit: /ws?project_id=KEY&site_id=UUID.")
    private @Nullable String path;

    @Option(names = "--greeting", paramLabel = "TEXT", description = "raw: what each client says first.")
    private String greeting = "";

    @Option(names = "--say", paramLabel = "TEXT", description = "raw: a message, with {content} and {room}.")
    private String say = "{content}";

    private @Nullable ServerConfig read;
    private final SecretFile kept = SecretFile.readingOnly();

    /** @param nodes of one server, at least one */
    LoadPlan.Target target(List<URI> nodes, String dialect) {
        String usual = dialect.equals("threadkit") && path == null ? site() : "/{room}";
        String where = path == null ? usual : path;
        try {
            return new LoadPlan.Target(
                    nodes.getFirst(), dialect, where, greeting, say, pid, nodes.subList(1, nodes.size()));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
    }

    private String site() {
        SiteEntry site = config().threadkit().sites().stream()
                .findFirst()
                .orElseThrow(() -> new CommandFailure(
                        "threadkit needs a site; give it with --path '/ws?project_id=KEY&site_id=UUID'"));
        return config().threadkit().dialect().path() + "?project_id="
                + site.keys().getFirst() + "&site_id=" + site.id();
    }

    Credentials credentials(String dialect) {
        boolean isSigned = token == null && !dialect.equals("raw");
        return new Credentials(isSigned ? secret(dialect) : null, token, apiKey(dialect));
    }

    private @Nullable String apiKey(String dialect) {
        if (key != null) return key;
        String named = System.getenv("EARSHOT_KEY");
        if (named != null && !named.isBlank()) return named;
        if (!dialect.equals("threadkit")) return null;
        List<String> keys = config().api().keys();
        if (!keys.isEmpty()) return keys.getFirst();
        String made = kept.secret(config().history().data(), "api-key");
        return kept.hasMade("api-key") || !config().isDevelopment() ? null : "ek_" + made;
    }

    private String secret(String dialect) {
        if (secret != null) return secret;
        TokenSettings tokens = dialect.equals("threadkit")
                ? config().threadkit().tokens()
                : config().waddle().tokens();
        if (tokens.secrets().isEmpty() || kept.hasMade(dialect))
            throw new CommandFailure(
                    "there is no secret to sign clients' tokens with; give it with --secret or JWT_SECRET,"
                            + " name the data directory of the development server with --data DIR, or let --serve start a server");
        return tokens.secrets().getFirst();
    }

    private ServerConfig config() {
        ServerConfig known = read;
        if (known != null) return known;
        try {
            known = sources.read(Map.of(), kept);
        } catch (ConfigProblems e) {
            throw new CommandFailure("the configuration cannot be read for its secret ("
                    + String.join("; ", e.problems()) + "); give the secret with --secret");
        }
        read = known;
        return known;
    }
}
