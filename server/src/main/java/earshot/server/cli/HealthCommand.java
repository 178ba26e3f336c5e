package earshot.server.cli;

import earshot.server.config.Listening;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.http.HttpTimeoutException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Asks a server how it is, for health checks. */
@Command(
        name = "health",
        description = {
            "Asks a server whether it takes clients, and says so in one line: for health checks of containers, and for scripts.",
            "Without URL it asks the server that is configured here (PORT, EARSHOT_CONFIG, …)."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./earshot health           such as HEALTHCHECK CMD",
            "  ./earshot health --live    only whether the process answers",
            "  ./earshot health https://chat.example --ca ca.pem",
            "  ./earshot health unix:/run/earshot/earshot.sock",
            "",
            "Exit status: 0 it does; 1 it does not, or nobody answers; 2 it could not be asked."
        })
public final class HealthCommand implements Runnable, CommandLine.IExitCodeGenerator {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int WITHIN_SECONDS = 5;
    private static final int NOT_OK = 1;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(
            paramLabel = "URL",
            arity = "0..1",
            description = "Which server: http://host:port, https://host, unix:/path (default: EARSHOT_SERVER, or the"
                    + " one that is configured here, over TLS whoever's certificate it shows).")
    private @Nullable String url;

    @Option(names = "--live", description = "Whether the process answers, also while it takes no clients.")
    private boolean live;

    @Mixin
    private Authority authority = new Authority();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    private int status;

    @Override
    public void run() {
        StatusPage page = page();
        var asked = CompletableFuture.supplyAsync(() -> judged(page));
        Verdict verdict = verdict(page, asked);
        status = verdict.well() ? 0 : NOT_OK;
        PrintWriter out = spec.commandLine().getOut();
        out.println(verdict.line());
        out.flush();
    }

    private StatusPage page() {
        String given = url != null ? url : System.getenv("EARSHOT_SERVER");
        if (given != null && !given.isBlank()) return StatusPage.of(given, authority);
        String own = Listening.read(options.sources(Map.of()))
                .fromHere()
                .orElseThrow(
                        () -> new CommandFailure(
                                "network.port is 0, so only the server knows its port; give its URL, such as http://127.0.0.1:9001"));
        return authority.isGiven() ? StatusPage.of(own, authority) : StatusPage.ofThisMachine(own);
    }

    private record Verdict(boolean well, String line) {}

    private static Verdict verdict(StatusPage page, CompletableFuture<Verdict> asked) {
        try {
            return asked.get(WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return new Verdict(false, "not ready: no answer from " + page + " within " + WITHIN_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Verdict(false, "not known: interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CommandFailure failure) throw failure;
            throw new IllegalStateException(e.getCause());
        }
    }

    private Verdict judged(StatusPage page) {
        try {
            StatusPage.Answer answer = page.get(live ? "/health/live" : "/health/ready");
            return switch (answer.status()) {
                case 200 -> new Verdict(true, (live ? "alive" : "ready") + more(page));
                case 503 -> new Verdict(false, (live ? "not alive" : "not ready") + more(page));
                default ->
                    new Verdict(
                            false,
                            "not ready: " + page + " answers " + answer.status()
                                    + "; is that an Earshot, and does it speak TLS?");
            };
        } catch (IOException e) {
            return new Verdict(false, "not ready: " + why(page, e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Verdict(false, "not known: interrupted");
        }
    }

    private static String why(StatusPage page, IOException e) {
        if (e instanceof HttpTimeoutException) return "no answer from " + page + " within " + WITHIN_SECONDS + " s";
        if (e instanceof SSLHandshakeException) return Authority.unbelieved(page.toString());
        if (e instanceof SSLException) return page + " does not speak TLS; say http:// instead of https://";
        if (StatusPage.isNobody(e)) return "nobody answers at " + page;
        return page + " ends the connection without an answer";
    }

    /** What the page for people says; the verdict stands without it. */
    private static String more(StatusPage page) throws InterruptedException {
        try {
            JsonNode health = JSON.readTree(page.get("/health").body());
            String state = health.path("status").asString("");
            if (state.isEmpty()) return "";
            long connections = health.path("connections").path("total").asLong(0);
            return ": " + state + (health.path("draining").asBoolean(false) ? ", stopping" : "") + ", " + connections
                    + (connections == 1 ? " connection" : " connections");
        } catch (IOException | JacksonException e) {
            return "";
        }
    }

    @Override
    public int getExitCode() {
        return status;
    }
}
