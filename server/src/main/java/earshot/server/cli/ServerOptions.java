package earshot.server.cli;

import earshot.server.config.DevelopmentSecrets;
import earshot.server.config.ServerConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
            names = "--listen",
            paramLabel = "ADDRESS",
            description =
                    "unix:/path of a Unix domain socket for a proxy on this machine, or HOST:PORT. May be repeated.")
    private List<String> listen = new ArrayList<>();

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description =
                    "PEM certificate chain: the port speaks https and wss. A new file is taken without a restart.")
    private @Nullable String tlsCert;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "PEM private key of --tls-cert.")
    private @Nullable String tlsKey;

    @Option(names = "--tls-port", paramLabel = "PORT", description = "A second port for TLS, while --port stays plain.")
    private @Nullable String tlsPort;

    @Option(
            names = "--echo",
            description = "Offers /echo, which sends WebSocket messages back, for conformance suites.")
    private boolean echo;

    @Option(
            names = "--protocol-fixture",
            description =
                    "Answers on /engine.io/ and /socket.io/ as the official suites of those protocols ask; summit is off.")
    private boolean protocolFixture;

    @Option(
            names = "--deflate",
            description =
                    "Packs messages for clients that ask for it (permessage-deflate), in every dialect and /echo.")
    private boolean deflate;

    @Option(
            names = "--log",
            paramLabel = "FORMAT",
            description = "text or json (default: text on a terminal and in development, else json).")
    private @Nullable String log;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "Other defaults: bench raises limits for ./earshot bench (default: usual).")
    private @Nullable String profile;

    @Option(
            names = "--redis",
            arity = "0..1",
            fallbackValue = "redis://127.0.0.1:6379",
            paramLabel = "URL",
            description =
                    "Several nodes over one Redis: redis://host:port, or several addresses in quotes. Without URL: ${FALLBACK-VALUE}.")
    private @Nullable String redis;

    ServerConfig read(DevelopmentSecrets secrets) {
        return sources.read(flags(), secrets);
    }

    /** @param more settings that a flag of the command itself stands for */
    ServerConfig read(DevelopmentSecrets secrets, String flag, Map<String, String> more) {
        Map<String, ConfigOptions.Flag> flags = flags();
        more.forEach((key, value) -> flags.put(key, new ConfigOptions.Flag(flag, value)));
        return sources.read(flags, secrets);
    }

    private Map<String, ConfigOptions.Flag> flags() {
        Map<String, ConfigOptions.Flag> flags = new LinkedHashMap<>();
        if (port != null) flags.put("network.port", new ConfigOptions.Flag("--port", port));
        if (host != null) flags.put("network.host", new ConfigOptions.Flag("--host", host));
        for (String address : listen) addListener(flags, address);
        if (tlsCert != null) flags.put("tls.cert", new ConfigOptions.Flag("--tls-cert", tlsCert));
        if (tlsKey != null) flags.put("tls.key", new ConfigOptions.Flag("--tls-key", tlsKey));
        if (tlsPort != null) flags.put("tls.port", new ConfigOptions.Flag("--tls-port", tlsPort));
        if (redis != null) flags.put("redis.url", new ConfigOptions.Flag("--redis", redis));
        if (echo) flags.put("network.echo", new ConfigOptions.Flag("--echo", "true"));
        if (protocolFixture)
            flags.put("network.protocol-fixture", new ConfigOptions.Flag("--protocol-fixture", "suite"));
        if (deflate) flags.put("compression.dialects", new ConfigOptions.Flag("--deflate", "all"));
        if (profile != null) flags.put("profile", new ConfigOptions.Flag("--profile", profile));
        if (log != null) flags.put("log.format", new ConfigOptions.Flag("--log", log));
        return flags;
    }

    private static void addListener(Map<String, ConfigOptions.Flag> flags, String address) {
        int colon = address.lastIndexOf(':');
        if (address.startsWith("unix:") && address.length() > 5) {
            put(flags, "network.unix-socket", address.substring(5));
        } else if (colon > 0 && address.substring(colon + 1).matches("\\d+")) {
            String name = address.substring(0, colon);
            put(
                    flags,
                    "network.host",
                    name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name);
            put(flags, "network.port", address.substring(colon + 1));
        } else {
            throw new CommandFailure(
                    "--listen: " + address + " (expected: unix:/path, or HOST:PORT such as 0.0.0.0:9001)");
        }
    }

    private static void put(Map<String, ConfigOptions.Flag> flags, String key, String value) {
        if (flags.put(key, new ConfigOptions.Flag("--listen", value)) != null)
            throw new CommandFailure(
                    "--listen: says " + key + " again; one Unix socket and one HOST:PORT are possible, and"
                            + " --port and --host are the same as the second");
    }
}
