package earshot.engine.sql.testkit;

import earshot.engine.sql.postgres.PostgresSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A PostgreSQL of our own, on 127.0.0.1, with a cluster in a directory of its own, which ends with this process at the latest. Needs the programs initdb and
 * postgres ({@code scripts/need postgresql}). PostgreSQL refuses to run as root: there the user {@code postgres} of the package runs it.
 */
public final class PostgresServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Random RANDOM = new Random();
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final String USER = "earshot";

    private final Path directory;
    private final Path programs;
    private int port;
    private Process process;
    private long pid;

    private PostgresServer() throws IOException {
        directory = Files.createTempDirectory("earshot-postgres-");
        programs = programs();
    }

    /** Starts one on a free port below 32768: it can be restarted there. */
    public static PostgresServer start() {
        try {
            PostgresServer server = new PostgresServer();
            server.make();
            server.startSomewhere();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One for all tests of this JVM that do not hurt it. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        static final PostgresServer SERVER = start();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(SERVER::close));
        }
    }

    private static Path programs() throws IOException {
        Path packaged = Path.of("/usr/lib/postgresql");
        List<Path> places = new ArrayList<>();
        if (Files.isDirectory(packaged)) {
            try (Stream<Path> versions = Files.list(packaged)) {
                versions.map(version -> version.resolve("bin")).sorted().forEach(places::addFirst);
            }
        }
        for (String place : System.getenv("PATH").split(":", -1)) places.add(Path.of(place));
        for (Path place : places)
            if (Files.isExecutable(place.resolve("initdb")) && Files.isExecutable(place.resolve("postgres")))
                return place;
        throw new IOException("no initdb and postgres: scripts/need postgresql");
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private void make() throws IOException {
        if (isRoot())
            Files.setOwner(
                    directory,
                    directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
        List<String> command = new ArrayList<>(asUser());
        command.addAll(List.of(
                programs.resolve("initdb").toString(),
                "--pgdata=" + data(),
                "--username=" + USER,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync"));
        Process made = new ProcessBuilder(command)
                .directory(directory.getParent().toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (made.waitFor() != 0) throw new IOException("initdb failed:\n" + said);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static List<String> asUser() {
        return isRoot() ? List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups") : List.of();
    }

    private Path data() {
        return directory.resolve("data");
    }

    private void startSomewhere() throws IOException {
        IOException last = new IOException("no free port");
        for (int i = 0; i < 10; i++) {
            port = freePort();
            try {
                launch();
                return;
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    /** Nobody's now, and none that the system hands out by itself. */
    private static int freePort() {
        int candidate = 22_000 + RANDOM.nextInt(10_000);
        while (!isFree(candidate)) candidate = 22_000 + RANDOM.nextInt(10_000);
        return candidate;
    }

    private static boolean isFree(int port) {
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** The shell between ends the server when its own input ends, which is when this JVM does, however that happens. */
    private void launch() throws IOException {
        String server =
                String.join(" ", asUser()) + " " + programs.resolve("postgres") + " -D " + data() + " -p " + port
                        + " -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c shared_buffers=16MB"
                        + " -c max_connections=60 -c autovacuum=off";
        process = new ProcessBuilder(
                        "sh",
                        "-c",
                        server + " >\"$0\" 2>&1 & echo $!; cat >/dev/null; kill -9 $! 2>/dev/null",
                        directory
                                .getParent()
                                .resolve(directory.getFileName() + ".log")
                                .toString())
                .directory(directory.getParent().toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        pid = Long.parseLong(out.readLine());
        awaitAnswer();
    }

    private Path log() {
        return directory.getParent().resolve(directory.getFileName() + ".log");
    }

    private void awaitAnswer() throws IOException {
        long until = System.nanoTime() + START_LIMIT.toNanos();
        while (isRunning() && System.nanoTime() < until) {
            try {
                // Another's server at this port answers, too, but has another directory.
                if (ask("postgres", "SHOW data_directory").equals(data().toString())) return;
            } catch (IllegalStateException _) {
                // Not yet.
            }
            pause(20);
        }
        end();
        throw new IOException(
                "postgres did not start at " + port + ":\n" + (Files.exists(log()) ? Files.readString(log()) : ""));
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public boolean isRunning() {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    /** Makes a database that no other test has. */
    public Database database() {
        String name = "test" + DATABASES.incrementAndGet();
        run("postgres", "CREATE DATABASE " + name);
        return new Database(this, name);
    }

    /** One database of it. */
    public record Database(PostgresServer server, String name) {
        /** {@code jdbc:postgresql://127.0.0.1:port/name}. */
        public String url() {
            return "jdbc:postgresql://127.0.0.1:" + server.port + "/" + name;
        }

        /** {@code postgres://earshot@127.0.0.1:port/name}. */
        public String address() {
            return "postgres://" + USER + "@127.0.0.1:" + server.port + "/" + name;
        }

        public String user() {
            return USER;
        }

        public PostgresSettings settings() {
            return new PostgresSettings(url(), USER, "", 4, Duration.ofSeconds(10));
        }

        /** The first column of the first row; "null" when there is none. */
        public String ask(String query) {
            return server.ask(name, query);
        }

        public void run(String statement) {
            server.run(name, statement);
        }
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?connectTimeout=5&socketTimeout=20",
                USER,
                "");
    }

    private String ask(String database, String query) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? String.valueOf(row.getString(1)) : "null";
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void run(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    // --- how to hurt it

    /** Ends it at once; what was committed is there again after {@link #startAgain}. */
    public void stop() {
        signal("-QUIT");
        end();
    }

    /** Starts again at the same port. */
    public void startAgain() {
        try {
            for (int i = 0; ; i++) {
                try {
                    launch();
                    return;
                } catch (IOException e) {
                    if (i == 5) throw e;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void signal(String signal) {
        try {
            new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor(5, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        long until = System.nanoTime() + START_LIMIT.toNanos();
        while (isRunning() && System.nanoTime() < until) pause(5);
        process.destroyForcibly();
    }

    @Override
    public void close() {
        signal("-QUIT");
        end();
        try {
            Files.deleteIfExists(log());
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
