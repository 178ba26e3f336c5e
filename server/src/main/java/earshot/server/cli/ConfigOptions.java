package earshot.server.cli;

import earshot.server.config.DevelopmentSecrets;
import earshot.server.config.ServerConfig;
import earshot.server.config.Sources;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where settings come from: shared by every command that needs the configuration. */
final class ConfigOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML file with settings (also EARSHOT_CONFIG). docs/configuration.md has all of them.")
    private @Nullable Path config;

    @Option(
            names = "--env",
            paramLabel = "FILE",
            description = "File of environment variables, NAME=value; the real environment wins.")
    private @Nullable Path env;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Directory of the databases (default: ./data). none keeps everything in memory.")
    private @Nullable String data;

    @Option(names = "--dev", description = "Development: secrets and demo users are made and shown.")
    private boolean development;

    @Option(names = "--production", description = "Production: what is missing or weak is an error.")
    private boolean production;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Any setting, for example --set waddle.channel-sockets=5000. May be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    /** @param more flags of the command itself: key to value, and key to the flag's name */
    ServerConfig read(Map<String, Flag> more, DevelopmentSecrets secrets) {
        return ServerConfig.read(sources(more), secrets);
    }

    /** @param more as for {@link #read} */
    Sources sources(Map<String, Flag> more) {
        if (development && production)
            throw new CommandFailure("--dev and --production say the opposite of each other; give one of them");
        Map<String, String> values = new LinkedHashMap<>(settings);
        Map<String, String> names = new LinkedHashMap<>();
        Map<String, Flag> flags = new LinkedHashMap<>(more);
        if (data != null) flags.put("history.data", new Flag("--data", data));
        if (development) flags.put("mode", new Flag("--dev", "development"));
        if (production) flags.put("mode", new Flag("--production", "production"));
        flags.forEach((key, flag) -> {
            values.put(key, flag.value());
            names.put(key, flag.name());
        });
        return new Sources(file(), env, System.getenv(), values, names);
    }

    private @Nullable Path file() {
        if (config != null) return config;
        String named = System.getenv("EARSHOT_CONFIG");
        return named == null || named.isBlank() ? null : Path.of(named);
    }

    /** A flag that stands for a setting. */
    record Flag(String name, String value) {}
}
