package earshot.server.cli;

import earshot.core.time.Clock;
import earshot.dialect.WireUuid;
import earshot.server.config.ServerConfig;
import earshot.server.config.TokenSettings;
import earshot.server.token.SecretFile;
import earshot.server.token.TokenMint;
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
        description = "Mints a token with a dialect's newest secret and prints it.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./earshot token waddle --user u1 --name Ada --permissions read,write",
            "  ./earshot token threadkit --user 11111111-1111-4111-8111-111111111111 --name Ada",
            "  TOKEN=$(./earshot token waddle --user u1)      in development without a secret, the running server's own",
            "                                                is found in the data directory"
        })
public final class TokenCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Parameters(paramLabel = "DIALECT", description = "threadkit or waddle.")
    private String dialect = "";

    @Option(names = "--user", paramLabel = "ID", description = "Whose token; a UUID for threadkit. Made when missing.")
    private @Nullable String user;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "How the user is shown, where no record says otherwise (threadkit: in development only).")
    private @Nullable String name;

    @Option(
            names = {"--site", "--tenant"},
            paramLabel = "ID",
            description = "threadkit: the site, a UUID (default: the first configured one).")
    private @Nullable String site;

    @Option(
            names = "--permissions",
            split = ",",
            paramLabel = "WORD",
            description = "waddle: what the user may do (default: read,write).")
    private List<String> permissions = List.of("read", "write");

    @Option(names = "--claim", paramLabel = "NAME=VALUE", description = "Any further claim. May be repeated.")
    private Map<String, String> claims = new LinkedHashMap<>();

    @Option(names = "--ttl", paramLabel = "TIME", description = "How long it counts, such as 15m or 7d (default: 1h).")
    private String ttl = "1h";

    @Override
    public void run() {
        ServerConfig config = options.read(Map.of(), SecretFile.keeping());
        TokenMint mint = new TokenMint(settings(config), Clock.SYSTEM);
        if (!mint.canSign())
            throw new CommandFailure(
                    dialect + " has keys that only verify; tokens are signed by whoever has the private key");
        Map<String, Object> all =
                new LinkedHashMap<>(dialect.equals("threadkit") ? threadkitClaims(config) : waddleClaims());
        all.putAll(claims);
        spec.commandLine().getOut().println(mint.mint(all, duration()));
        spec.commandLine().getOut().flush();
    }

    private TokenSettings settings(ServerConfig config) {
        return switch (dialect) {
            case "threadkit" -> config.threadkit().tokens();
            case "waddle" -> config.waddle().tokens();
            default -> throw new CommandFailure("there is no dialect " + dialect + " (expected: threadkit or waddle)");
        };
    }

    private Map<String, Object> waddleClaims() {
        String id = Optional.ofNullable(user).orElseGet(() -> UUID.randomUUID().toString());
        return TokenMint.waddleClaims(id, Optional.ofNullable(name).orElse(id), permissions);
    }

    private Map<String, Object> threadkitClaims(ServerConfig config) {
        UUID id = user == null ? UUID.randomUUID() : uuid("--user", user);
        UUID siteId = site != null
                ? uuid("--site", site)
                : config.threadkit().sites().stream()
                        .findFirst()
                        .orElseThrow(() -> new CommandFailure("no site is configured; give one with --site UUID"))
                        .id();
        return TokenMint.threadkitClaims(id, siteId, Optional.ofNullable(name).orElse("User"));
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
