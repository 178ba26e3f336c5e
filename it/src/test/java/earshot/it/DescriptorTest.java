package earshot.it;

import static earshot.it.Client.content;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.gateway.testkit.RawHttp;
import earshot.gateway.testkit.RawWebSocketClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Few descriptors: 503 comes before they run out, and when they do all the same, who is there is served and the rest waits (DECISIONS 3). */
class DescriptorTest {
    private static final String PATH = "/channel/few/websocket";

    @TempDir
    Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open) each.close();
    }

    private static String token(String user) {
        return "Bearer " + TestTokens.waddle(user, user, "write");
    }

    private static Client member(RunningServer server, String user) {
        Client client = Client.connect(server.ws(PATH), "Authorization", token(user));
        client.hears("initial state", type("initial_state"));
        return client;
    }

    private static void publishes(Client client, String text) {
        client.say("{\"type\":\"message\",\"content\":\"" + text + "\"}");
        client.hears("its echo", content(text));
    }

    @Test
    void fewDescriptors_theRestHear503_andHealthIsAnswered() throws IOException {
        List<String> few = List.of("prlimit", "--nofile=360:360");
        try (RunningServer server = RunningServer.startUnder(
                few, PackedClasses.in(directory), directory, "--set", "limits.max-connections=5000")) {
            assertThat(server.output()).contains("limits.max-connections is 5000, but the limit of open files, 360");
            Client ada = member(server, "ada");
            RawWebSocketClient last = dial(server);
            while (last.upgrade().status() == 101) last = dial(server);
            assertThat(last.upgrade().status()).isEqualTo(503);
            assertThat(last.upgrade().header("retry-after")).isNotEmpty();
            assertThat(open.size()).isBetween(20, 300);
            assertThat(server.get("/health").statusCode()).isEqualTo(200);
            publishes(ada, "among many");
            // Silent sockets, until there is no place for a refusal either.
            for (int i = 0; i < 300; i++) connect(server);
            publishes(ada, "among very many");
            Await.until("somebody was turned away at once", () -> "", () -> anyEnded());
            closeSome();
            Await.until("there is room again", server::output, () -> isHealthy(server));
            assertThat(server.metric("earshot_connections_refused_total")).isPositive();
            assertThat(server.metric("earshot_accept_pauses_total")).isZero();
            assertThat(server.metric("earshot_handshakes_refused_total")).isPositive();
            member(server, "bob").close();
            publishes(ada, "alone again");
        }
    }

    private RawWebSocketClient dial(RunningServer server) throws IOException {
        var client = new RawWebSocketClient(server.address(), PATH, "Authorization", token("many"));
        open.add(client);
        return client;
    }

    private RawHttp connect(RunningServer server) throws IOException {
        var http = new RawHttp(server.address());
        open.add(http);
        return http;
    }

    private boolean anyEnded() {
        return open.stream().anyMatch(each -> each instanceof RawHttp http && isEnded(http));
    }

    private static boolean isEnded(RawHttp http) {
        try {
            http.socket().setSoTimeout(1);
            return http.isEnded();
        } catch (IOException stillOpen) {
            return false;
        }
    }

    private void closeSome() throws IOException {
        try {
            closeAll();
        } catch (Exception e) {
            throw new IOException(e);
        }
        open.clear();
    }

    private static boolean isHealthy(RunningServer server) {
        try {
            return server.get("/health").statusCode() == 200;
        } catch (IOException refused) {
            return false;
        }
    }

    /** The limit falls under the server, as when something else in the system takes all there are. */
    @Test
    void noDescriptorLeft_whoIsThereIsServed_theRestWaits_andIsServedInTheEnd() throws Exception {
        try (RunningServer server = RunningServer.startUnder(List.of(), PackedClasses.in(directory), directory)) {
            Client ada = member(server, "ada");
            publishes(ada, "before");
            RawHttp watch = connect(server);
            assertThat(pauses(watch)).isZero();
            Api api = new Api(server, server.apiKey());
            api.post("waddle", "few", "posted before");
            limit(server, server.descriptors() + 5);
            List<RawHttp> waiting = new ArrayList<>();
            for (int i = 0; i < 60; i++) waiting.add(connect(server).send("GET /health/live HTTP/1.1\nHost: t\n\n"));
            awaitPauses(server, watch, 3);
            for (int i = 0; i < 10; i++) publishes(ada, "during " + i);
            double pauses = pauses(watch);
            long began = System.nanoTime();
            // Nobody asks meanwhile, so that what is measured is the server left to itself.
            Duration cpu = server.cpu();
            Await.until("two seconds", () -> "", () -> System.nanoTime() - began > 2_000_000_000L);
            Duration used = server.cpu().minus(cpu);
            assertThat(used).as("no spinning").isLessThan(Duration.ofSeconds(1));
            assertThat(pauses(watch) - pauses).as("tries in two seconds").isBetween(3.0, 40.0);
            limit(server, 10_000);
            for (RawHttp each : waiting) assertThat(each.answer().status()).isEqualTo(200);
            member(server, "bob");
            publishes(ada, "after");
            Await.until("it says that it is over", server::output, () -> {
                connectAndClose(server);
                return server.output().contains("Connections are accepted again");
            });
            assertThat(server.output().lines().filter(line -> line.contains("WARN")))
                    .hasSize(1);
            assertThat(server.metric("earshot_faults_total")).isZero();
        }
    }

    private static void connectAndClose(RunningServer server) {
        try {
            new RawHttp(server.address()).close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitPauses(RunningServer server, RawHttp watch, double atLeast) {
        Await.until(atLeast + " pauses", () -> pauses(watch) + ", " + server.output(), () -> pauses(watch) >= atLeast);
    }

    /** Over a connection that was open before. */
    private static double pauses(RawHttp watch) {
        try {
            return watch.get("/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("earshot_accept_pauses_total "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void limit(RunningServer server, int descriptors) throws IOException, InterruptedException {
        var command = List.of("prlimit", "--pid", Long.toString(server.pid()), "--nofile=" + descriptors + ":");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
