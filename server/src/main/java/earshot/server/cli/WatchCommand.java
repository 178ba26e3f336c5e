package earshot.server.cli;

import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what a room hears. */
@Command(
        name = "watch",
        description = "Prints what a room hears, and comes back by itself when the connection ends. Ctrl-C stops it.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./earshot watch public:lobby --key ek_…",
            "      the meeting that development declares",
            "  ./earshot watch general --realm waddle --key ek_…",
            "      a channel",
            "  EARSHOT_KEY=ek_… ./earshot watch acme/incident-7 --json | jq ."
        })
public final class WatchCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(
            paramLabel = "[TENANT/]ROOM",
            description = "Which room; a name with a slash of its own needs --room-only.")
    private String room = "";

    @Option(
            names = "--realm",
            paramLabel = "REALM",
            description = "threadkit, waddle or meeting (default: threadkit for a UUID, else waddle).")
    private @Nullable String realm;

    @Option(names = "--room-only", description = "A slash in ROOM is part of the name.")
    private boolean roomOnly;

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "Where (default: EARSHOT_SERVER, or http://127.0.0.1:9001).")
    private @Nullable String server;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "API key with the scope messages:read (default: EARSHOT_KEY).")
    private @Nullable String key;

    @Mixin
    private Authority authority = new Authority();

    @Option(names = "--json", description = "A line of JSON per event, as it came.")
    private boolean json;

    @Override
    public void run() {
        String apiKey = given(key, "EARSHOT_KEY")
                .orElseThrow(() -> new CommandFailure(
                        "watch needs an API key: --key ek_… or EARSHOT_KEY; a development server prints one, and"
                                + " ./earshot api-key NAME --scopes messages:read makes one"));
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        new RoomWatch(address(), apiKey, authority, line -> print(out, line), err).run();
    }

    private void print(PrintWriter out, String line) {
        out.println(json ? line : ReadableLine.of(line));
        out.flush();
    }

    private static Optional<String> given(@Nullable String flag, String variable) {
        return Optional.ofNullable(flag)
                .or(() -> Optional.ofNullable(System.getenv(variable)))
                .filter(text -> !text.isBlank());
    }

    private URI address() {
        String base = given(server, "EARSHOT_SERVER").orElse("http://127.0.0.1:9001");
        if (!base.matches("(?:https?|wss?)://.+"))
            throw new CommandFailure("--server: " + base + " is no address (expected: http://host:port)");
        String socket = base.replaceFirst("^http", "ws").replaceFirst("/+$", "");
        int slash = roomOnly ? -1 : room.indexOf('/');
        StringBuilder query = new StringBuilder("?room=").append(encoded(room.substring(slash + 1)));
        if (slash > 0) query.append("&tenant=").append(encoded(room.substring(0, slash)));
        if (realm != null) query.append("&realm=").append(encoded(realm));
        try {
            return URI.create(socket + "/v1/watch" + query);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("--server: " + base + " is no address (expected: http://host:port)");
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
