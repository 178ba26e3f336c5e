package earshot.server.cli;

import earshot.engine.janus.JanusFiles;
import earshot.server.config.VoiceSettings;
import earshot.server.token.Secrets;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A Janus of our own, for development: on this machine, with a configuration made for it. Its API listens on loopback with a secret, its media does not,
 * because Janus leaves loopback out. It ends with this process, however that ends, and is started again when it ends before.
 */
final class PrivateJanus {
    private static final Logger LOG = System.getLogger(PrivateJanus.class.getName());
    /** The input of the shell between ends with this process, be it by kill -9. */
    private static final String KEEPER = "\"$@\" >>\"$0\" 2>&1 & echo $!; cat >/dev/null; kill -9 $! 2>/dev/null";

    /** Below the ports that the system hands out: a connection that has just ended may still have one of those. */
    private static final int FIRST_PORT = 20_000;

    private static final int LAST_PORT = 32_000;
    private static final int MEDIA_PORTS = 400;
    private static final long START_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long AGAIN_AFTER_MILLIS = 500;
    /** So many ends within a few seconds of the start are no accident. */
    private static final int SHORT_LIVES = 3;

    private static final long SHORT_LIFE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Path directory;
    private final int port;
    private int shortLives;

    private PrivateJanus(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /**
     * Blocks until it listens. Throws {@link CommandFailure}.
     *
     * @param data where its configuration goes; empty: a temporary directory
     * @return settings that name it
     */
    static Map<String, String> start(VoiceSettings settings, Optional<Path> data) {
        if (program().isEmpty() || JanusFiles.libraries().isEmpty())
            throw new CommandFailure(
                    "--voice: there is no Janus with its AudioBridge on this machine; install it (Debian: apt-get install janus; no service of it"
                            + " has to run), or name one that runs with voice.janus-url (JANUS_URL); docs/voice.md says more");
        int port = freePort();
        String secret = Secrets.fresh();
        String key = Secrets.fresh();
        String media = mediaAddress(settings);
        int firstMedia = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT - MEDIA_PORTS);
        var files = new JanusFiles("earshot", port, secret, key, media, firstMedia, firstMedia + MEDIA_PORTS);
        PrivateJanus janus = new PrivateJanus(made(data), port);
        try {
            files.write(janus.directory);
            janus.launch();
        } catch (IOException e) {
            throw new CommandFailure("--voice: Janus cannot be started: " + e.getMessage());
        }
        LOG.log(
                Level.INFO,
                "Janus runs on this machine: media at {0}, UDP {1} to {2}; its log is {3}",
                media,
                Integer.toString(firstMedia),
                Integer.toString(firstMedia + MEDIA_PORTS),
                janus.log());
        return Map.of(
                "voice.janus-url",
                "ws://127.0.0.1:" + port,
                "voice.janus-secret",
                secret,
                "voice.janus-admin-key",
                key);
    }

    private static String mediaAddress(VoiceSettings settings) {
        String given = settings.mediaAddress();
        if (!given.isEmpty()) return given;
        return JanusFiles.anyMediaAddress()
                .orElseThrow(() -> new CommandFailure(
                        "--voice: this machine has no IPv4 address but loopback, which Janus never uses for media; make one (as root: ip"
                                + " link add k0 type veth peer name k1 && ip addr add 192.0.2.1/24 dev k0 && ip link set k0 up && ip link"
                                + " set k1 up), or name one with voice.media-address"));
    }

    private static Optional<String> program() {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            Path program = Path.of(directory.isEmpty() ? "." : directory, "janus");
            if (Files.isExecutable(program)) return Optional.of(program.toString());
        }
        return Optional.empty();
    }

    /** For its owner only: there are secrets in it. */
    private static Path made(Optional<Path> data) {
        try {
            if (data.isEmpty()) return Files.createTempDirectory("earshot-janus");
            Path directory = data.get().toAbsolutePath().normalize().resolve("janus");
            Files.createDirectories(directory);
            if (Files.getFileStore(directory).supportsFileAttributeView("posix"))
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            return directory;
        } catch (IOException e) {
            throw new CommandFailure("--voice: no directory for the configuration of Janus: " + e.getMessage());
        }
    }

    private static int freePort() {
        for (int i = 0; i < 1000; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return port;
            } catch (IOException _) {
                // Somebody has it.
            }
        }
        throw new CommandFailure("--voice: there is no free port between " + FIRST_PORT + " and " + LAST_PORT);
    }

    private Path log() {
        return directory.resolve("janus.log");
    }

    private void launch() throws IOException {
        List<String> command = new ArrayList<>();
        // Ctrl-C of the terminal is not for it: it ends when this process is done with it.
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) command.add("/usr/bin/setsid");
        command.addAll(List.of("sh", "-c", KEEPER, log().toString(), program().orElse("janus"), "-F"));
        command.add(directory.toString());
        Process keeper = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var out = new BufferedReader(new InputStreamReader(keeper.getInputStream(), StandardCharsets.US_ASCII));
        long pid = Long.parseLong(out.readLine());
        long began = System.nanoTime();
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        while (!listens()) {
            if (!process.map(ProcessHandle::isAlive).orElse(false) || System.nanoTime() - began > START_WITHIN_NANOS)
                throw new IOException("it does not listen; " + log() + " says why");
            pause();
        }
        if (process.isPresent()) {
            var _ = process.get().onExit().thenRun(() -> onEnd(keeper, began));
        }
    }

    private void onEnd(Process keeper, long began) {
        keeper.destroyForcibly();
        shortLives = System.nanoTime() - began < SHORT_LIFE_NANOS ? shortLives + 1 : 0;
        if (shortLives >= SHORT_LIVES) {
            LOG.log(Level.WARNING, "Janus ends again and again and is not started any more; {0} says why", log());
            return;
        }
        LOG.log(Level.WARNING, "Janus has ended; it is started again");
        var _ = CompletableFuture.runAsync(
                this::launchAgain, CompletableFuture.delayedExecutor(AGAIN_AFTER_MILLIS, TimeUnit.MILLISECONDS));
    }

    private void launchAgain() {
        try {
            launch();
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "Janus was not started again: " + e.getMessage());
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted");
        }
    }
}
