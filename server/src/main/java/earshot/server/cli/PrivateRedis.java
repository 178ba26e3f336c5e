package earshot.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A redis-server of our own, on loopback and a free port. */
final class PrivateRedis {
    private PrivateRedis() {}

    /**
     * Blocks until it listens. Throws {@link CommandFailure}.
     *
     * @param keeps whether it writes what it has into the directory
     * @return its address
     */
    static String start(ChildProcesses children, Path home, boolean keeps) {
        String program = program();
        Path directory = home.resolve("redis");
        int port = Child.freePort();
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new CommandFailure(directory + " cannot be made: " + e.getMessage());
        }
        Path log = directory.resolve("redis.log");
        List<String> command = List.of(
                program,
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                directory.toString(),
                "--save",
                "",
                "--appendonly",
                keeps ? "yes" : "no",
                "--maxmemory-policy",
                "noeviction");
        children.start("redis", port, command, Map.of(), log).awaitListening("Ready to accept");
        return "redis://127.0.0.1:" + port;
    }

    private static String program() {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            Path program = Path.of(directory.isEmpty() ? "." : directory, "redis-server");
            if (Files.isExecutable(program)) return program.toString();
        }
        throw new CommandFailure(
                "there is no redis-server; install it (Debian: apt-get install redis-server), or name a Redis that runs with --redis URL");
    }
}
