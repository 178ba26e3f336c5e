package earshot.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./earshot dev-cluster}: nodes and a Redis by one command, gone when it ends. */
class DevClusterTest {
    private static final Duration START_WITHIN = Duration.ofSeconds(50);
    private static final Pattern PID = Pattern.compile("pid (\\d+)");
    private static final Pattern KEY = Pattern.compile("ek_\\S+");
    private static final Pattern REDIS = Pattern.compile("redis://127\\.0\\.0\\.1:(\\d+)");

    @TempDir
    Path directory;

    @Test
    void twoNodes_actAsOne_andLeaveNothingBehind() throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        Path printed = directory.resolve("printed");
        int port = twoFreePorts();
        Process cluster = RunningServer.earshot(
                        List.of("-Djava.io.tmpdir=" + temporary),
                        List.of("dev-cluster", "2", "--port", Integer.toString(port)))
                .redirectOutput(printed.toFile())
                .start();
        try {
            Await.until("it has printed everything", START_WITHIN, () -> read(printed), () -> {
                if (!cluster.isAlive()) throw new AssertionError(read(printed));
                return read(printed).contains("upstream earshot {")
                        && read(printed).contains("}\n");
            });
            String said = read(printed);
            assertThat(said)
                    .contains("http://127.0.0.1:" + port + "/", "http://127.0.0.1:" + (port + 1) + "/")
                    .contains("server 127.0.0.1:" + port + ";", "server 127.0.0.1:" + (port + 1) + ";");
            List<ProcessHandle> all = cluster.toHandle().descendants().toList();
            assertThat(PID.matcher(said).results().map(r -> Long.parseLong(r.group(1))))
                    .hasSize(2)
                    .isSubsetOf(all.stream().map(ProcessHandle::pid).toList());
            assertThat(all).as("two nodes and a Redis").hasSize(3);
            assertActAsOne(port, said);
            cluster.destroy();
            assertThat(cluster.waitFor(30, TimeUnit.SECONDS)).as(read(printed)).isTrue();
            assertThat(cluster.exitValue()).isZero();
            assertThat(all).noneMatch(ProcessHandle::isAlive);
            Matcher redis = REDIS.matcher(said);
            assertThat(redis.find()).isTrue();
            for (int gone : new int[] {port, port + 1, Integer.parseInt(redis.group(1))})
                assertThat(listens(gone)).as("port %d", gone).isFalse();
            try (Stream<Path> left = Files.list(temporary)) {
                assertThat(left).as("temporary files").isEmpty();
            }
        } finally {
            cluster.descendants().forEach(ProcessHandle::destroyForcibly);
            cluster.destroyForcibly();
        }
    }

    private static void assertActAsOne(int port, String said) throws IOException, InterruptedException {
        Matcher key = KEY.matcher(said);
        assertThat(key.find()).isTrue();
        HttpRequest.Builder post = HttpRequest.newBuilder(uri(port, Api.messages("waddle", "lobby")))
                .header("authorization", "Bearer " + key.group())
                .POST(HttpRequest.BodyPublishers.ofString(Api.said("hello")));
        assertThat(ask(post)).contains("position");
        HttpRequest.Builder read = HttpRequest.newBuilder(uri(port + 1, Api.messages("waddle", "lobby")))
                .header("authorization", "Bearer " + key.group());
        assertThat(ask(read)).contains("\"text\":\"hello\"");
        // A node hears of another when that says that it lives.
        Supplier<String> health = () -> asked(HttpRequest.newBuilder(uri(port + 1, "/health")));
        Await.until("two nodes", health, () -> health.get().contains("\"nodes\":2"));
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private static String ask(HttpRequest.Builder request) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static String asked(HttpRequest.Builder request) {
        try {
            return ask(request);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException nobody) {
            return false;
        }
    }

    private static int twoFreePorts() {
        while (true) {
            int port = RunningServer.freePort();
            try (ServerSocket _ = new ServerSocket(port + 1)) {
                return port;
            } catch (IOException taken) {
                // others
            }
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
