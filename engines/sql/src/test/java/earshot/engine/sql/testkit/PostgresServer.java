package earshot.engine.sql.testkit;

import earshot.core.testkit.Daemon;
import earshot.engine.sql.postgres.PostgresSettings;
import java.io.IOException;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A PostgreSQL of our own, on 127.0.0.1, with a cluster in a directory of its own, which ends with this process at the latest. Needs the programs initdb and
 * postgres ({@code scripts/need postgresql}). PostgreSQL refuses to run as root: there the user {@code postgres} of the package runs it.
 */
public final class PostgresServer implements AutoCloseable {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final String USER = "earshot";

    private final Daemon daemon;

    private PostgresServer(Daemon daemon) {
        this.daemon = daemon;
    }

    /** Starts one on a free port below 32768: it can be restarted there. */
    public static PostgresServer start() {
        return new PostgresServer(Daemon.start(new Program()));
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

    private record Program() implements Daemon.Program {
        @Override
        public String name() {
            return "postgres";
        }

        @Override
        public void prepare(Path directory) throws IOException {
            if (isRoot())
                Files.setOwner(
                        directory,
                        directory
                                .getFileSystem()
                                .getUserPrincipalLookupService()
                                .lookupPrincipalByName("postgres"));
            List<String> command = new ArrayList<>(asUser());
            command.addAll(List.of(
                    programs().resolve("initdb").toString(),
                    "--pgdata=" + data(directory),
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

        @Override
        public List<String> command(Path directory, int port) throws IOException {
            List<String> command = new ArrayList<>(asUser());
            command.add(programs().resolve("postgres").toString());
            command.addAll(List.of("-D", data(directory).toString(), "-p", Integer.toString(port)));
            for (String option : List.of(
                    "listen_addresses=127.0.0.1",
                    "unix_socket_directories=",
                    "fsync=off",
                    "shared_buffers=16MB",
                    "max_connections=60",
                    "autovacuum=off")) command.addAll(List.of("-c", option));
            return command;
        }

        @Override
        public boolean isReady(Daemon daemon) {
            return ask(daemon.port(), "postgres", "SHOW data_directory")
                    .equals(data(daemon.directory()).toString());
        }

        private static Path data(Path directory) {
            return directory.resolve("data");
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

        private static List<String> asUser() {
            return isRoot() ? List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups") : List.of();
        }
    }

    public boolean isRunning() {
        return daemon.isRunning();
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
            return "jdbc:postgresql://127.0.0.1:" + server.daemon.port() + "/" + name;
        }

        /** {@code postgres://earshot@127.0.0.1:port/name}. */
        public String address() {
            return "postgres://" + USER + "@127.0.0.1:" + server.daemon.port() + "/" + name;
        }

        public String user() {
            return USER;
        }

        public PostgresSettings settings() {
            return new PostgresSettings(url(), USER, "", 4, Duration.ofSeconds(10));
        }

        /** The first column of the first row; "null" when there is none. */
        public String ask(String query) {
            return PostgresServer.ask(server.daemon.port(), name, query);
        }

        public void run(String statement) {
            server.run(name, statement);
        }
    }

    private static Connection connect(int port, String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?connectTimeout=5&socketTimeout=20",
                USER,
                "");
    }

    private static String ask(int port, String database, String query) {
        try (Connection connection = connect(port, database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? String.valueOf(row.getString(1)) : "null";
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void run(String database, String sql) {
        try (Connection connection = connect(daemon.port(), database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    // --- how to hurt it

    /** Ends it at once; what was committed is there again after {@link #startAgain}. */
    public void stop() {
        daemon.end("-QUIT");
    }

    /** Starts again at the same port. */
    public void startAgain() {
        daemon.startAgain();
    }

    /** Orderly: killed, it would leave children and shared memory behind. */
    @Override
    public void close() {
        stop();
        daemon.close();
    }
}
