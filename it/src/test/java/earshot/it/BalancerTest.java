package earshot.it;

import static earshot.it.Client.content;
import static earshot.it.Client.type;
import static earshot.it.SummitClient.message;
import static earshot.it.SummitClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.engine.redis.testkit.RedisServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * deploy/nginx.conf and deploy/haproxy.cfg as they stand, but for addresses, with the real programs in front of two nodes: people meet whichever node
 * they got, and a node that is stopped takes nobody down. Where a program is not installed its test is skipped and says so.
 */
@EnabledIfSystemProperty(named = "earshot.long", matches = "true", disabledReason = "starts six servers")
class BalancerTest {
    private static final int PEOPLE = 8;

    @TempDir
    Path directory;

    private final int port = RunningServer.freePort();
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void nginx_inFrontOfTwoNodes() throws IOException {
        Kit.need("nginx", "nginx-light");
        meet((nodes, log) -> {
            String config = here(Kit.text("deploy/nginx.conf"), nodes)
                    .replace("listen 8080", "listen 127.0.0.1:" + port)
                    .replace(
                            "worker_processes auto;",
                            "daemon off; master_process off; pid " + directory + "/pid; error_log stderr;")
                    .replace("worker_connections 32768", "worker_connections 512")
                    .replace("worker_rlimit_nofile 65536;", "")
                    .replace("http {", "http { access_log off; " + temporaryPaths());
            Path file = Files.writeString(directory.resolve("nginx.conf"), config);
            return start(log, "nginx", "-p", directory.toString(), "-c", file.toString());
        });
    }

    @Test
    void haproxy_inFrontOfTwoNodes() throws IOException {
        Kit.need("haproxy", "haproxy");
        meet((nodes, log) -> {
            String config = here(Kit.text("deploy/haproxy.cfg"), nodes)
                    .replace("bind :8080", "bind 127.0.0.1:" + port)
                    .replace("maxconn 40000", "maxconn 500");
            Path file = Files.writeString(directory.resolve("haproxy.cfg"), config);
            return start(log, "haproxy", "-db", "-f", file.toString());
        });
    }

    private interface Balancer {
        Process start(Nodes nodes, Path log) throws IOException;
    }

    private static String here(String config, Nodes nodes) {
        String ours = config.replaceAll(
                        "websocket-server-2:9001", "127.0.0.1:" + nodes.node(1).port())
                .replaceAll(
                        "websocket-server:9001", "127.0.0.1:" + nodes.node(0).port());
        assertThat(ours).doesNotContain("9001");
        return ours;
    }

    private String temporaryPaths() {
        StringBuilder paths = new StringBuilder();
        for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
            paths.append(kind).append("_temp_path ").append(directory).append("; ");
        return paths.toString();
    }

    private static Process start(Path log, String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private void meet(Balancer balancer) throws IOException {
        Path log = directory.resolve("balancer.log");
        try (RedisServer redis = RedisServer.start();
                Nodes nodes = Nodes.start(
                        directory,
                        List.of(redis.address(), redis.address()),
                        "--set",
                        "network.trusted-proxies=127.0.0.1",
                        "--set",
                        "redis.advertise=http://127.0.0.1:{port}")) {
            Process process = balancer.start(nodes, log);
            try {
                Await.until("the balancer answers", () -> read(log), () -> status("/health/ready") == 200);
                talk(nodes, people("before"), "before");
                talkInRoom("before");
                assertThat(open(nodes.node(0))).isPositive();
                assertThat(open(nodes.node(1))).isPositive();
                nodes.node(0).terminate();
                assertThat(nodes.node(0).awaitExit()).isZero();
                talk(nodes, people("after"), "after");
                talkInRoom("after");
                for (int i = 0; i < PEOPLE; i++)
                    assertThat(status("/health/ready")).isEqualTo(200);
            } finally {
                process.destroy();
            }
        }
    }

    private List<Client> people(String channel) {
        return IntStream.range(0, PEOPLE)
                .mapToObj(i -> {
                    Client client = Client.connect(
                            URI.create("ws://127.0.0.1:" + port + "/channel/" + channel + "/websocket"),
                            "Authorization",
                            Nodes.bearer("person-" + i));
                    client.hears("initial state", type("initial_state"));
                    return client;
                })
                .toList();
    }

    private static void talk(Nodes nodes, List<Client> people, String word) {
        List<String> said = new ArrayList<>();
        for (int i = 0; i < people.size(); i++) {
            said.add(word + i);
            people.get(i).say("{\"type\":\"message\",\"content\":\"" + word + i + "\"}");
        }
        for (Client person : people) for (String text : said) person.hears(text + nodes.output(), content(text));
        people.forEach(Client::close);
    }

    /** Socket.IO by WebSocket, and by polls of which each goes to whatever node. */
    private void talkInRoom(String room) {
        List<SummitClient> people = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String token = TestTokens.summit("person-" + i, "acme");
            people.add(i % 2 == 0 ? SummitClient.byWebSocket(port, token) : SummitClient.byPolling(port, token));
        }
        for (SummitClient person : people) person.join(room);
        for (int i = 0; i < 10; i++) people.get(i % people.size()).send(room, "\"" + room + i + "\"");
        for (SummitClient person : people) {
            person.hears("the last", text(room, room + 9));
            assertThat(person.heard(message(room)).stream()
                            .map(e -> e.path(1).path("payload").asString()))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 10).mapToObj(i -> room + i).toList());
        }
        people.forEach(SummitClient::close);
    }

    private static double open(RunningServer node) throws IOException {
        return node.metric("websocket_connections_total");
    }

    private int status(String path) {
        try {
            return http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException notYet) {
            return 0;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
