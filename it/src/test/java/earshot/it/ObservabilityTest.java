package earshot.it;

import static earshot.it.Client.content;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.engine.redis.testkit.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * What observability/ promises, by the real Prometheus over two nodes: every query of the dashboard finds a series, every rule can be evaluated,
 * every alert fires when it should. Where Prometheus is not installed the tests are skipped and say so.
 */
class ObservabilityTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration SCRAPED_WITHIN = Duration.ofSeconds(25);

    @TempDir
    Path directory;

    private final int port = RunningServer.freePort();

    @Test
    void alerts_fireWhenTheyShould() throws IOException {
        Kit.need("promtool", "prometheus");
        String printed = Kit.run(
                List.of(
                        "promtool",
                        "test",
                        "rules",
                        Kit.file("observability/rules.test.yml").toString()),
                List.of());
        assertThat(printed).contains("SUCCESS");
    }

    @Test
    @EnabledIfSystemProperty(named = "earshot.long", matches = "true", disabledReason = "starts three servers")
    void everyPanel_showsSomethingOfTwoNodes() throws IOException {
        Kit.need("prometheus", "prometheus");
        try (RedisServer redis = RedisServer.start();
                Nodes nodes = Nodes.start(
                        directory,
                        List.of(redis.address(), redis.address()),
                        "--set",
                        "waddle.messages-per-second=20")) {
            Process prometheus = startPrometheus(nodes);
            try {
                List<Client> members = nodes.members("watched", "ada");
                everyQueryAnswers(() -> speak(nodes.api(0), members.getFirst()));
                members.getLast().hears("what was said", content("watched"));
                everyRuleIsEvaluated();
            } finally {
                prometheus.destroy();
            }
        }
    }

    /** The configuration as it stands, with our nodes and quicker. */
    private Process startPrometheus(Nodes nodes) throws IOException {
        String targets = "\"127.0.0.1:" + nodes.node(0).port() + "\", \"127.0.0.1:"
                + nodes.node(1).port() + "\"";
        String config = Kit.text("observability/prometheus.yml")
                .replace("15s", "1s")
                .replace(
                        "rules.yml",
                        Kit.file("observability/rules.yml").toRealPath().toString())
                .replace("\"websocket-server:9001\", \"websocket-server-2:9001\"", targets);
        assertThat(config).contains(targets);
        Path file = Files.writeString(directory.resolve("prometheus.yml"), config);
        return new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + file,
                        "--storage.tsdb.path=" + directory.resolve("series"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--log.level=warn")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("prometheus.log").toFile())
                .start();
    }

    /** More than is allowed, and something that is refused: rates are of what happens between two looks. */
    private static void speak(Api api, Client member) {
        for (int i = 0; i < 30; i++) member.say("{\"type\":\"message\",\"content\":\"watched\"}");
        try {
            api.call("DELETE", Api.messages("waddle", "watched") + "/nothing", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void everyQueryAnswers(Runnable traffic) throws IOException {
        Map<String, String> silent = new TreeMap<>();
        for (JsonNode panel : JSON.readTree(Kit.text("observability/grafana-dashboard.json"))
                .path("dashboard")
                .path("panels")) {
            for (JsonNode target : panel.path("targets"))
                silent.put(
                        target.path("expr").asString().replace("$job", ".+"),
                        panel.path("title").asString());
        }
        assertThat(silent).hasSizeGreaterThanOrEqualTo(11);
        Await.until("every panel shows something", SCRAPED_WITHIN, () -> silent + log(), () -> {
            traffic.run();
            silent.keySet().removeIf(this::hasNumbers);
            return silent.isEmpty();
        });
    }

    /** Not one series only: one whose newest value is a number. */
    private boolean hasNumbers(String query) {
        for (JsonNode series : get("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
                .path("data")
                .path("result")) {
            if (!series.path("value").path(1).asString().equals("NaN")) return true;
        }
        return false;
    }

    private void everyRuleIsEvaluated() {
        Await.until("every rule was evaluated", SCRAPED_WITHIN, () -> get("/api/v1/rules"), () -> {
            List<JsonNode> rules = get("/api/v1/rules").path("data").path("groups").findValues("rules").stream()
                    .flatMap(JsonNode::valueStream)
                    .toList();
            return rules.size() > 10
                    && rules.stream()
                            .allMatch(rule -> rule.path("health").asString().equals("ok"));
        });
    }

    private JsonNode get(String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .build();
            return JSON.readTree(
                    HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException notYet) {
            return JSON.createObjectNode();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("prometheus.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
