package earshot.server.cli;

import earshot.core.message.UserId;
import earshot.core.time.Clock;
import earshot.dialect.WireUuid;
import earshot.server.config.Listening;
import earshot.server.config.ServerConfig;
import earshot.server.config.TokenSettings;
import earshot.server.token.SecretFile;
import earshot.server.token.TokenMint;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Mints a token, as a product's own sign-in would. */
@Command(
        name = "token",
        description = {
            "Mints a token with a dialect's newest secret and prints it.",
            "With --name the user's record is put as well: by the server that runs here when there is one, else into Redis where nodes share one"
                    + " (redis.url), else into the data directory."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./earshot token waddle --user u1 --name Ada --permissions read,write",
            "  ./earshot token threadkit --user 11111111-1111-4111-8111-111111111111",
            "  ./earshot token summit --user u1 --tenant acme --roles analyst",
            "  ./earshot token graphwiz --user alice --roles moderator",
            "  TOKEN=$(./earshot token waddle --user u1)",
            "",
            "In development without a secret, the running server's own is found in the data directory.",
            "",
            "A running server is looked for at EARSHOT_SERVER, or at its configured port, and asked with EARSHOT_KEY (scopes users:read, users:write), or with the key of its own that development keeps in the data directory. One that speaks TLS by a certificate that the system does not know: --ca FILE, and EARSHOT_SERVER=https://the-name-in-it:port."
        })
public final class TokenCommand implements Runnable {
    private static final String THREADKIT = "threadkit";
    private static final String WADDLE = "waddle";
    private static final String SUMMIT = "summit";
    private static final String GRAPHWIZ = "graphwiz";
    private static final List<String> PERMISSIONS = List.of("read", "write", "moderate");

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Parameters(paramLabel = "DIALECT", description = "threadkit, waddle, summit or graphwiz.")
    private String dialect = "";

    @Option(names = "--user", paramLabel = "ID", description = "Whose token; a UUID for threadkit. Made when missing.")
    private @Nullable String user;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "How the user is shown: put into the user's record, and a claim of the token.")
    private @Nullable String name;

    @Option(
            names = {"--site", "--tenant"},
            paramLabel = "ID",
            description = {
                "threadkit: the site, a UUID (default: the first configured one).",
                "summit: the tenant (default: default)."
            })
    private @Nullable String site;

    @Option(
            names = "--roles",
            split = ",",
            paramLabel = "WORD",
            description = "summit, graphwiz: the claim roles (graphwiz knows moderator and admin).")
    private @Nullable List<String> roles;

    @Option(
            names = "--permissions",
            split = ",",
            paramLabel = "WORD",
            description = {"waddle: what the user may do (default: read,write).", "summit: the claim permissions."})
    private @Nullable List<String> permissions;

    @Option(names = "--claim", paramLabel = "NAME=VALUE", description = "Any further claim. May be repeated.")
    private Map<String, String> claims = new LinkedHashMap<>();

    @Mixin
    private Authority authority = new Authority();

    @Option(names = "--ttl", paramLabel = "TIME", description = "How long it counts, such as 15m or 7d (default: 1h).")
    private String ttl = "1h";

    @Override
    public void run() {
        SecretFile secrets = SecretFile.readingOnly();
        ServerConfig config = options.read(Map.of(), secrets);
        TokenMint mint = new TokenMint(settings(config), Clock.SYSTEM);
        if (secrets.hasMade(dialect)) throw new CommandFailure(noSecret(config));
        checkOptions();
        if (!mint.canSign())
            throw new CommandFailure(
                    dialect + " has keys that only verify; tokens are signed by whoever has the private key");
        String id = userId();
        Map<String, Object> all = new LinkedHashMap<>(ownClaims(config, id));
        all.putAll(claims);
        Duration lifetime = duration();
        if (name != null) putUser(new UserId(dialect, id), name, config, secrets);
        spec.commandLine().getOut().println(mint.mint(all, lifetime));
        spec.commandLine().getOut().flush();
    }

    private Map<String, Object> ownClaims(ServerConfig config, String id) {
        return switch (dialect) {
            case THREADKIT -> threadkitClaims(config, id);
            case SUMMIT ->
                TokenMint.summitClaims(
                        id,
                        Optional.ofNullable(site).orElse(""),
                        Optional.ofNullable(name).orElse(""),
                        roles == null ? List.of() : roles,
                        permissions == null ? List.of() : permissions);
            case GRAPHWIZ -> TokenMint.graphwizClaims(id, roles == null ? List.of() : roles);
            default -> waddleClaims(id);
        };
    }

    /** A secret made up here would be one that no server has. */
    private String noSecret(ServerConfig config) {
        String where = config.history()
                .data()
                .map(data -> "in " + data.toAbsolutePath().normalize())
                .orElse("without a data directory");
        return "there is no secret for " + dialect + " " + where
                + "; name the data directory of a development server that has run with --data DIR, or give the secret with"
                + " JWT_SECRET or --config";
    }

    private void checkOptions() {
        if (dialect.equals(THREADKIT) && permissions != null)
            throw new CommandFailure("--permissions is for waddle and summit; a token of threadkit carries none");
        if (dialect.equals(GRAPHWIZ) && permissions != null)
            throw new CommandFailure("--permissions is for waddle and summit; a token of graphwiz carries roles");
        if ((dialect.equals(WADDLE) || dialect.equals(GRAPHWIZ)) && site != null)
            throw new CommandFailure("--site is for threadkit; " + dialect + " has neither sites nor tenants");
        if (!dialect.equals(SUMMIT) && !dialect.equals(GRAPHWIZ) && roles != null)
            throw new CommandFailure("--roles is for summit and graphwiz; a token of " + dialect + " carries none");
        if (!dialect.equals(WADDLE)) return;
        granted().stream()
                .filter(word -> !PERMISSIONS.contains(word))
                .forEach(word -> aside("waddle knows no permission " + word + " (expected: "
                        + String.join(", ", PERMISSIONS) + "); the token carries it all the same"));
    }

    private List<String> granted() {
        return permissions == null ? List.of("read", "write") : permissions;
    }

    private void aside(String sentence) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("earshot: " + sentence);
        err.flush();
    }

    /** What it cannot do is said aside: the token is good without it, and stays alone on its line. */
    private void putUser(UserId user, String shown, ServerConfig config, SecretFile secrets) {
        if (shown.isBlank()) throw new CommandFailure("--name: empty (expected: a name)");
        String kept =
                config.isDevelopment() ? "ek_" + secrets.secret(config.history().data(), "api-key") : "";
        String key = Optional.ofNullable(System.getenv("EARSHOT_KEY")).orElse(kept);
        String base = Optional.ofNullable(System.getenv("EARSHOT_SERVER")).orElseGet(() -> address(config));
        if (new UserRecords(config, base, key, authority, this::aside).name(user, shown)) return;
        aside("the user was not put: no server answers at " + base
                + (config.redis().isOn() ? " and Redis did not take it" : " and there is no data directory to use")
                + "; in development the name in the token is shown anyway");
    }

    private static String address(ServerConfig config) {
        return new Listening(config.network(), config.tls()).fromHere().orElse("");
    }

    private String userId() {
        if (user == null) return UUID.randomUUID().toString();
        return dialect.equals(THREADKIT) ? uuid("--user", user).toString() : user;
    }

    private TokenSettings settings(ServerConfig config) {
        return switch (dialect) {
            case THREADKIT -> config.threadkit().tokens();
            case WADDLE -> config.waddle().tokens();
            case SUMMIT -> config.summit().tokens();
            case GRAPHWIZ -> config.graphwiz().tokens();
            default ->
                throw new CommandFailure(
                        "there is no dialect " + dialect + " (expected: threadkit, waddle, summit or graphwiz)");
        };
    }

    private Map<String, Object> waddleClaims(String id) {
        return TokenMint.waddleClaims(id, Optional.ofNullable(name).orElse(id), granted());
    }

    private Map<String, Object> threadkitClaims(ServerConfig config, String id) {
        UUID siteId = site != null
                ? uuid("--site", site)
                : config.threadkit().sites().stream()
                        .findFirst()
                        .orElseThrow(() -> new CommandFailure("no site is configured; give one with --site UUID"))
                        .id();
        return TokenMint.threadkitClaims(
                UUID.fromString(id), siteId, Optional.ofNullable(name).orElse("User"));
    }

    private static UUID uuid(String flag, String text) {
        UUID id = WireUuid.parse(text);
        if (id == null) throw new CommandFailure(flag + ": " + text + " is no UUID, and threadkit's ids are UUIDs");
        return id;
    }

    private Duration duration() {
        Duration duration = Durations.parse("--ttl", ttl);
        if (duration.isZero())
            throw new CommandFailure("--ttl: a token that never counts is of no use (write 15m or 7d)");
        return duration;
    }
}
