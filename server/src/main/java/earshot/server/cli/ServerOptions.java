package earshot.server.cli;

import earshot.server.config.DevelopmentSecrets;
import earshot.server.config.ServerConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a server is started with: shared by the command that starts one and the one that explains what it would do. */
final class ServerOptions {
    @Mixin
    private ConfigOptions sources = new ConfigOptions();

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "Port for everything (default: 9001).")
    private @Nullable String port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "Address to bind (default: 127.0.0.1). Others mean production, unless --dev.")
    private @Nullable String host;

    @Option(
            names = "--echo",
            description = "Offers /echo, which sends WebSocket messages back, for conformance suites.")
    private boolean echo;

    @Option(
            names = "--log",
            paramLabel = "FORMAT",
            description = "text or json (default: text on a terminal and in development, else json).")
    private @Nullable String log;

    ServerConfig read(DevelopmentSecrets secrets) {
        return sources.read(flags(), secrets);
    }

    private Map<String, ConfigOptions.Flag> flags() {
        Map<String, ConfigOptions.Flag> flags = new LinkedHashMap<>();
        if (port != null) flags.put("network.port", new ConfigOptions.Flag("--port", port));
        if (host != null) flags.put("network.host", new ConfigOptions.Flag("--host", host));
        if (echo) flags.put("network.echo", new ConfigOptions.Flag("--echo", "true"));
        if (log != null) flags.put("log.format", new ConfigOptions.Flag("--log", log));
        return flags;
    }
}
