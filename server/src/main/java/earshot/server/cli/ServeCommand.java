package earshot.server.cli;

import earshot.server.EarshotServer;
import earshot.server.config.LogSettings;
import earshot.server.config.ServerConfig;
import earshot.server.log.LibraryLog;
import earshot.server.log.LogLines;
import earshot.server.token.SecretFile;
import java.io.Console;
import java.io.PrintWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the server. */
@Command(
        name = "serve",
        description = {
            "Runs the server: all dialects, the server API and the page on one port.",
            "Without a word of configuration it is a development server on 127.0.0.1 that makes its own secrets and demo users."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./earshot serve                development on http://127.0.0.1:9001/",
            "  ./earshot serve --data none    keeps nothing when it ends",
            "  ./earshot serve --voice        with voice rooms; needs Janus installed",
            "  ./earshot serve --port 8080 --data /var/lib/earshot",
            "  ./earshot serve --tls-cert fullchain.pem --tls-key privkey.pem",
            "  ./earshot serve --listen unix:/run/earshot/earshot.sock",
            "  ./earshot serve --production --host 0.0.0.0 --env prod.env",
            "",
            "Ctrl-C or SIGTERM drains: clients are told to come back later; a second signal ends at once."
        })
public final class ServeCommand implements Runnable, CommandLine.IExitCodeGenerator {
    private static final Logger LOG = System.getLogger(ServeCommand.class.getName());

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Option(
            names = "--voice",
            description =
                    "Voice rooms: starts a Janus on this machine for development, unless voice.janus-url names one that runs.")
    private boolean voice;

    @Override
    public void run() {
        SecretFile secrets = SecretFile.keeping();
        ServerConfig config = options.read(secrets);
        if (voice && !config.voice().isOn()) config = withJanus(config, secrets);
        LogSettings.Format format = format(config);
        LogLines.use(format, config.log().level(), config.nodeId());
        LibraryLog.join();
        config.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
        String madeKey =
                config.isDevelopment() ? "ek_" + secrets.secret(config.history().data(), "api-key") : "";
        long began = System.nanoTime();
        EarshotServer server = EarshotServer.start(madeKey.isEmpty() ? config : config.withApiKey(madeKey));
        long millis = (System.nanoTime() - began) / 1_000_000;
        stopOnSignals(server);
        StartBanner banner = new StartBanner(config, server, madeKey, millis);
        PrintWriter out = spec.commandLine().getOut();
        if (format == LogSettings.Format.JSON) banner.log(LOG);
        else banner.print(out);
        out.flush();
    }

    private ServerConfig withJanus(ServerConfig config, SecretFile secrets) {
        if (!config.isDevelopment())
            throw new CommandFailure(
                    "--voice starts a Janus for development only; in production name one that runs: voice.janus-url (JANUS_URL),"
                            + " as docs/voice.md describes it");
        return options.read(
                secrets,
                "--voice",
                PrivateJanus.start(config.voice(), config.history().data()));
    }

    private static LogSettings.Format format(ServerConfig config) {
        boolean people = config.isDevelopment()
                || Optional.ofNullable(System.console())
                        .map(Console::isTerminal)
                        .orElse(false);
        return config.log().format().orElse(people ? LogSettings.Format.TEXT : LogSettings.Format.JSON);
    }

    /**
     * The first signal drains and ends with 0; the second ends at once. The thread that stops must not be a daemon, as the one that hears signals
     * is: the process would end with the last loop, before the databases are closed.
     */
    private static void stopOnSignals(EarshotServer server) {
        AtomicBoolean stopping = new AtomicBoolean();
        for (String name : new String[] {"TERM", "INT"})
            Signals.on(name, () -> {
                if (stopping.getAndSet(true)) Runtime.getRuntime().halt(1);
                Thread.ofPlatform().daemon(false).name("earshot-stop").start(() -> {
                    server.stop();
                    Runtime.getRuntime().halt(0);
                });
            });
    }

    @Override
    public int getExitCode() {
        return EarshotCommand.STILL_RUNNING;
    }
}
