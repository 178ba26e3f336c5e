package earshot.server.cli;

import earshot.gateway.tls.TlsIdentity;
import earshot.server.GatewaySettings;
import earshot.server.config.ConfigurationPage;
import earshot.server.config.EnvExample;
import earshot.server.config.ServerConfig;
import earshot.server.config.Setting;
import earshot.server.config.Values;
import earshot.server.token.SecretFile;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Explains the configuration without starting anything. */
@Command(
        name = "check-config",
        description = "Shows every setting, its value and where that came from; says what is wrong and what it means.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./earshot check-config --config earshot.yaml",
            "  ./earshot check-config --changed",
            "      only what differs from the defaults",
            "  ./earshot check-config --production --env prod.env",
            "      whether production would start",
            "  ./earshot check-config --host 0.0.0.0",
            "      what an address beyond this machine asks for",
            "  ./earshot check-config --env-example > .env",
            "      a file to fill in"
        })
public final class CheckConfigCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Option(names = "--changed", description = "Leaves out what nobody set.")
    private boolean changed;

    @Option(names = "--markdown", description = "Prints the page of all settings that is docs/configuration.md.")
    private boolean markdown;

    @Option(
            names = "--env-example",
            description = "Prints the file of all environment variables that is deploy/.env.example.")
    private boolean envExample;

    @Override
    public void run() {
        if (markdown) print(ConfigurationPage.markdown());
        else if (envExample) print(EnvExample.text());
        else explain();
    }

    private void print(String page) {
        spec.commandLine().getOut().print(page);
        spec.commandLine().getOut().flush();
    }

    private void explain() {
        ServerConfig config = options.read(SecretFile.readingOnly());
        PrintWriter out = spec.commandLine().getOut();
        Values values = config.values();
        int width = values.settings().all().stream()
                .mapToInt(s -> s.key().length())
                .max()
                .orElse(0);
        for (Setting<?> setting : values.settings().all()) {
            if (changed && !values.isGiven(setting)) continue;
            out.println(setting.key() + " ".repeat(width - setting.key().length()) + "  " + values.shown(setting)
                    + "   [" + values.origin(setting) + "]");
        }
        out.println();
        out.println("mode: " + config.mode().name().toLowerCase(Locale.ROOT) + ", on "
                + GatewaySettings.shownListeners(config));
        certificate(config).ifPresent(tls -> out.println("certificate: " + tls));
        out.println("durability: " + config.durabilityMeaning());
        certificate(config)
                .flatMap(tls -> tls.concern(Instant.now()))
                .ifPresent(concern -> out.println("warning: " + concern));
        config.warnings().forEach(warning -> out.println("warning: " + warning));
        out.println("The configuration is good.");
        out.flush();
    }

    /** Throws {@link earshot.gateway.tls.TlsUnusable}, as the start would. */
    private static Optional<TlsIdentity> certificate(ServerConfig config) {
        return config.tls().files().map(files -> TlsIdentity.read(files.cert(), files.key()));
    }
}
