package earshot.engine.janus.testkit;

import earshot.core.testkit.Daemon;
import earshot.engine.janus.JanusFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A Janus of our own, with a generated configuration, which ends with this process at the latest. Needs the program janus and its plugins
 * ({@code scripts/need janus}), and an address that is not loopback: Janus leaves that interface out.
 */
public final class JanusServer implements AutoCloseable {
    public static final String API_SECRET = "test-secret";
    public static final String ADMIN_KEY = "test-admin";
    private static final int MEDIA_PORTS = 200;

    private final Daemon daemon;

    private JanusServer(Daemon daemon) {
        this.daemon = daemon;
    }

    /** Starts one on a free port below 32768: it can be restarted there. */
    public static JanusServer start() {
        return new JanusServer(Daemon.start(new Program(Daemon.freePort(22_000, 32_000))));
    }

    /** One for all tests of this JVM that do not hurt it. */
    public static JanusServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        static final JanusServer SERVER = start();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(SERVER::close));
        }
    }

    private record Program(int mediaPort) implements Daemon.Program {
        @Override
        public String name() {
            return "janus";
        }

        @Override
        public List<String> command(Path directory, int port) throws IOException {
            String media = JanusFiles.anyMediaAddress()
                    .orElseThrow(() -> new IOException("no address but loopback, which Janus never uses for media"));
            var files = new JanusFiles(
                    named(directory), port, API_SECRET, ADMIN_KEY, media, mediaPort, mediaPort + MEDIA_PORTS);
            files.write(directory);
            return List.of("janus", "-F", directory.toString());
        }

        private static String named(Path directory) {
            return directory.getFileName().toString();
        }

        @Override
        public boolean isReady(Daemon daemon) {
            try (JanusTalk talk = new JanusTalk(address(daemon))) {
                return talk.info().path("server-name").asString("").equals(named(daemon.directory()));
            }
        }
    }

    private static URI address(Daemon daemon) {
        return URI.create("ws://127.0.0.1:" + daemon.port());
    }

    /** {@code ws://127.0.0.1:port}. */
    public URI address() {
        return address(daemon);
    }

    public boolean isRunning() {
        return daemon.isRunning();
    }

    /** Who is in a room of the AudioBridge, as Janus lists them; of a room that is not there, nobody. */
    public List<JsonNode> participants(String room) {
        try (JanusTalk talk = new JanusTalk(address())) {
            return talk.participants(room);
        }
    }

    /** Whether there is such a room of the AudioBridge. */
    public boolean hasRoom(String room) {
        try (JanusTalk talk = new JanusTalk(address())) {
            return talk.hasRoom(room);
        }
    }

    // --- how to hurt it

    public void kill() {
        daemon.end("-9");
    }

    public void startAgain() {
        daemon.startAgain();
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
