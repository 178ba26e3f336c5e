package earshot.server.cli;

import earshot.server.EarshotServer;
import earshot.server.config.ServerConfig;
import earshot.server.config.Sources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs a server and talks to it for some seconds, so that a JVM that records ({@code -XX:AOTCacheOutput}) has seen what a server does: the next
 * start loads classes and method profiles from that recording (JEP 483, 514, 515) and is ready sooner and fast sooner.
 */
@Command(
        name = "rehearse",
        hidden = true,
        description =
                "Runs a server and talks to it for some seconds, for a JVM that records the start of the next one.")
final class RehearseCommand implements Runnable {
    private static final String KEY = "ek_a-key-for-one-rehearsal-only";

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            defaultValue = "6",
            description = "How long, in all (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Override
    public void run() {
        Path data = directory();
        try {
            rehearse("none");
            rehearse(data.toString());
        } finally {
            remove(data);
        }
    }

    private void rehearse(String data) {
        Map<String, String> flags = Map.of(
                "network.port", "0",
                "history.data", data,
                "drain.timeout", "1s",
                "log.level", "warn");
        Sources sources = new Sources(null, null, Map.of("EARSHOT_API_KEYS", KEY), flags, Map.of());
        ServerConfig config =
                ServerConfig.read(sources, (_, name) -> "the-" + name + "-of-one-rehearsal-0123456789-0123456789");
        EarshotServer server = EarshotServer.start(config);
        try (Rehearsal clients = new Rehearsal(server, KEY)) {
            clients.talk(seconds * 1000L / 2);
        } finally {
            server.stop();
        }
    }

    private static Path directory() {
        try {
            return Files.createTempDirectory("earshot-rehearsal");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
