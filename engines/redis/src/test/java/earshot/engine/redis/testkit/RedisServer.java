package earshot.engine.redis.testkit;

import earshot.core.testkit.Daemon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A redis-server of our own, on 127.0.0.1, with a directory of its own, which ends with this process at the latest. Needs the program redis-server
 * ({@code scripts/need redis}).
 */
public final class RedisServer implements AutoCloseable {
    /** The cluster bus. */
    private static final int BUS = 10_000;

    private final Daemon daemon;

    private RedisServer(Daemon daemon) {
        this.daemon = daemon;
    }

    /**
     * Starts one without persistence, on a free port below 32768: it can be restarted there.
     *
     * @param options more of redis.conf, in pairs: {@code "appendonly", "yes"}
     */
    public static RedisServer start(String... options) {
        return new RedisServer(Daemon.start(new Program(List.of(options), List.of())));
    }

    /** One that watches others. */
    static RedisServer startSentinel() {
        return new RedisServer(Daemon.start(new Program(List.of(), List.of("--sentinel"))));
    }

    /** One for all tests of this JVM that do not hurt it. */
    public static RedisServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        static final RedisServer SERVER = start();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(SERVER::close));
        }
    }

    /**
     * @param options of redis.conf, in pairs
     * @param mode what the program gets after its configuration
     */
    private record Program(List<String> options, List<String> mode) implements Daemon.Program {
        @Override
        public String name() {
            return "redis";
        }

        @Override
        public List<String> command(Path directory, int port) throws IOException {
            Path conf = directory.resolve("redis.conf");
            Files.writeString(conf, configuration(directory, port));
            return mode.isEmpty()
                    ? List.of("redis-server", conf.toString())
                    : List.of("redis-server", conf.toString(), mode.getFirst());
        }

        private String configuration(Path directory, int port) {
            StringBuilder conf = new StringBuilder("port ").append(port);
            conf.append("\nbind 127.0.0.1\ndir ").append(directory);
            conf.append("\ndaemonize no\nenable-debug-command yes\nprotected-mode no\n");
            if (!options.contains("save")) conf.append("save \"\"\n");
            for (int i = 0; i < options.size(); i += 2)
                conf.append(options.get(i))
                        .append(' ')
                        .append(options.get(i + 1))
                        .append('\n');
            return conf.toString();
        }

        @Override
        public List<Integer> morePorts(int port) {
            return List.of(port + BUS);
        }

        @Override
        public boolean isReady(Daemon daemon) {
            return String.valueOf(ask(daemon.port(), "INFO", "server")).contains("process_id:" + daemon.pid())
                    && "PONG".equals(ask(daemon.port(), "PING"));
        }
    }

    public boolean isRunning() {
        return daemon.isRunning();
    }

    public int port() {
        return daemon.port();
    }

    /** {@code redis://127.0.0.1:port}. */
    public String address() {
        return "redis://127.0.0.1:" + port();
    }

    public Path directory() {
        return daemon.directory();
    }

    /** One command on a connection of its own; its answer, an error as an exception: {@code ask("CLIENT", "PAUSE", "500", "ALL")}. */
    public String ask(String... words) {
        return String.valueOf(askFor(words));
    }

    /** The same; a string, a number, null, or a list of these. */
    public Object askFor(String... words) {
        return ask(port(), words);
    }

    private static Object ask(int port, String... words) {
        try (RedisTalk talk = new RedisTalk(port)) {
            return talk.ask(words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // --- how to hurt it

    /** At once, with nothing written that was not. */
    public void kill() {
        daemon.end("-9");
    }

    /** Ends the process, orderly. */
    public void stop() {
        daemon.end("-15");
    }

    /** Starts again at the same port, with what the persistence that was asked for has kept. */
    public void startAgain() {
        daemon.startAgain();
    }

    /** What it has on disk is gone; only while it does not run. */
    public void wipe() {
        daemon.wipe();
    }

    /** It does nothing any more, and its connections stay. */
    public void freeze() {
        daemon.signal("-STOP");
    }

    public void thaw() {
        daemon.signal("-CONT");
    }

    @Override
    public void close() {
        daemon.close();
    }
}
