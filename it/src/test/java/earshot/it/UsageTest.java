package earshot.it;

import static earshot.it.Client.method;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What clients do, as {@code /v1/stats} tells it, with one node and its data directory. */
class UsageTest {
    private static final String PAGE = "cccccccc-0000-4000-8000-000000000001";

    @TempDir
    Path directory;

    @Test
    void whatClientsDo_isCountedForTheirTenant_andOutlivesTheServer() throws IOException {
        try (RunningServer server = RunningServer.start(directory)) {
            Api anybody = new Api(server, "");
            Commenters commenters = new Commenters(server);
            try (Client ada = commenters.on(PAGE, 0);
                    Client _ = commenters.on(PAGE, 0);
                    Client _ = commenters.on(PAGE, -1);
                    Client bob = channel(server, "bob")) {
                ada.say("{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}");
                ada.hears("pong", method("pong"));
                ada.say("nonsense");
                ada.hears("error", method("error"));
                bob.say("{\"type\":\"message\",\"content\":\"hello\"}");
                bob.hears("own message", type("message"));
                new Api(server, server.apiKey()).post("waddle", "lounge", "not a client's");

                Await.until("both tenants", () -> "", () -> tenants(anybody).size() == 2);
                String site = tenants(anybody).getFirst().path("tenant").asString();
                // Three subscriptions and a ping; what was not understood does not count.
                awaitThisHour(anybody, "threadkit", site, 4, 1);
                awaitThisHour(anybody, "waddle", "", 1, 1);
                server.terminate();
                assertThat(server.awaitExit()).isZero();
            }
            server.startAgain();
            assertThat(tenants(new Api(server, ""))).hasSize(2);
            String site = tenants(anybody).getFirst().path("tenant").asString();
            awaitThisHour(anybody, "threadkit", site, 4, 1);
            for (String by : List.of("day", "month")) {
                JsonNode days = anybody.get("/v1/stats/threadkit?by=" + by + "&tenant=" + site);
                assertThat(last(days).path("messages").asLong()).isEqualTo(4);
            }
        }
    }

    @Test
    void questions_thatCannotBeAnswered_areRefusedWithASentence() throws IOException {
        try (RunningServer server = RunningServer.start(directory)) {
            Api anybody = new Api(server, "");
            assertThat(anybody.refused(400, "GET", "/v1/stats/threadkit", "")).contains("a UUID");
            assertThat(anybody.refused(404, "GET", "/v1/stats/nothing", "")).contains("realm");
            assertThat(anybody.refused(400, "GET", "/v1/stats/waddle?by=week", ""))
                    .contains("minute, hour, day or month");
            assertThat(anybody.refused(400, "GET", "/v1/stats/waddle?from=yesterday", ""))
                    .contains("from");
            assertThat(anybody.refused(400, "GET", "/v1/stats/waddle?from=2026-01-02&to=2026-01-02", ""))
                    .contains("not before");
            assertThat(anybody.refused(400, "GET", "/v1/stats/waddle?from=2020-01-01&to=2026-01-02", ""))
                    .contains("744 hours");
            JsonNode day = anybody.get("/v1/stats/waddle?by=minute&from=2026-01-01&to=2026-01-01T01:00:00Z");
            assertThat(day.path("points")).hasSize(60);
            assertThat(day.path("points").get(0).path("at").asString()).isEqualTo("2026-01-01T00:00:00Z");
        }
    }

    @Test
    void statistics_thatAreNotPublicOrOff_areNotShown() throws IOException {
        try (RunningServer server = RunningServer.start(
                directory.resolve("closed"), "--set", "api.public-status=false", "--set", "stats.enabled=false")) {
            HttpResponse<String> closed = new Api(server, "").call("GET", "/v1/stats", "");
            assertThat(closed.statusCode()).isEqualTo(401);
            assertThat(new Api(server, server.apiKey()).refused(404, "GET", "/v1/stats", ""))
                    .contains("stats.enabled");
        }
    }

    private static void awaitThisHour(Api api, String realm, String tenant, long messages, long users) {
        // The turn of the hour may lie between: two hours together.
        Await.until("statistics of " + realm, () -> "", () -> {
            JsonNode points =
                    get(api, "/v1/stats/" + realm + "?tenant=" + tenant).path("points");
            long said = 0;
            long seen = 0;
            for (int i = points.size() - 2; i < points.size(); i++) {
                said += points.get(i).path("messages").asLong();
                seen = Math.max(seen, points.get(i).path("users").asLong());
            }
            return said == messages && seen == users;
        });
    }

    private static JsonNode last(JsonNode answer) {
        JsonNode points = answer.path("points");
        return points.get(points.size() - 1);
    }

    private static List<JsonNode> tenants(Api api) {
        List<JsonNode> tenants = new ArrayList<>();
        get(api, "/v1/stats").path("tenants").forEach(tenants::add);
        return tenants;
    }

    private static JsonNode get(Api api, String path) {
        try {
            return api.get(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Client channel(RunningServer server, String user) {
        Client client = Client.connect(
                server.ws("/channel/lounge/websocket"),
                "Authorization",
                "Bearer " + TestTokens.waddle(user, user, "write"));
        client.hears("initial state", type("initial_state"));
        return client;
    }
}
