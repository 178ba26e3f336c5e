package earshot.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers of a product's own: put through {@code /v1/metrics}, scraped from {@code /metrics}. */
class CustomMetricsTest {
    private static final String PATH = "/v1/metrics";
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String page() {
        return server.send("GET", "/metrics", "").body();
    }

    private static int post(String body) {
        return server.call("POST", PATH, body).statusCode();
    }

    @Test
    void whatABackEndCounts_isOnThePage() {
        String body = """
                {"counters": [{"name": "orders", "labels": {"plan": "free"}, "help": "Orders placed."},
                              {"name": "custom_orders_total", "add": 2.5, "labels": {"plan": "free"}}],
                 "gauges": [{"name": "queue_depth", "set": 17}, {"name": "queue_depth", "add": -1}]}""";
        assertThat(post(body)).isEqualTo(200);
        assertThat(page())
                .contains("# HELP custom_orders_total Orders placed.")
                .contains("custom_orders_total{plan=\"free\"} 3.5\n")
                .contains("custom_queue_depth 16.0\n");
        assertThat(server.json("GET", PATH, "").path("metrics").findValuesAsString("name"))
                .contains("custom_orders_total", "custom_queue_depth");
        assertThat(server.call("DELETE", PATH + "/custom_orders_total", "").statusCode())
                .isEqualTo(200);
        assertThat(server.call("DELETE", PATH + "/orders", "").statusCode()).isEqualTo(404);
        assertThat(page()).doesNotContain("custom_orders");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            {}                                                    | body
            {"counters":[]}                                       | body
            {"counters":{}}                                       | counters: expected a list
            {"counters":[{"name":"Orders"}]}                      | counters.name
            {"counters":[{"name":"a_bucket"}]}                    | counters.name
            {"gauges":[{"name":"a_total","set":1}]}               | gauges.name
            {"counters":[{"name":"a","add":-1}]}                  | only grows
            {"counters":[{"name":"a","set":1}]}                   | only grows
            {"counters":[{"name":"a","add":1e300}]}               | expected a number
            {"gauges":[{"name":"a"}]}                             | add or set
            {"gauges":[{"name":"a","set":1,"add":1}]}             | add or set
            {"gauges":[{"name":"a","set":"1"}]}                   | expected a number
            {"gauges":[{"name":"a","value":1}]}                   | expected name, labels
            {"counters":[{"name":"a","labels":{"le gal":"x"}}]}   | counters.labels
            {"counters":[{"name":"a","labels":{"x":1}}]}          | counters.labels
            """)
    void whatIsNoNumber_isRefused_byName(String body, String why) {
        var answer = server.call("POST", PATH, body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(why);
        assertThat(page()).doesNotContain("custom_a");
    }

    /** As a product does that counts by user. */
    @Test
    void seriesWithoutEnd_areRefused_andHurtNobody() {
        int refused = 0;
        for (int call = 0; call < 15; call++) {
            int from = call * 100;
            String counters = IntStream.range(from, from + 100)
                    .mapToObj(i -> "{\"name\":\"by_user\",\"labels\":{\"user\":\"u" + i + "\"}}")
                    .collect(Collectors.joining(","));
            var answer = server.call("POST", PATH, "{\"counters\":[" + counters + "]}");
            if (answer.statusCode() == 413) {
                assertThat(answer.body()).contains("1000 series");
                refused++;
            }
        }
        assertThat(refused).isBetween(5, 6);
        assertThat(page())
                .contains("custom_by_user_total{user=\"u7\"} 1.0")
                .contains("earshot_api_calls_total{operation=\"countMetrics\",status=\"413\"} " + refused + ".0");
        assertThat(post("{\"gauges\":[{\"name\":\"by_user\",\"set\":1}]}")).isEqualTo(409);
        assertThat(server.call("DELETE", PATH + "/by_user", "").statusCode()).isEqualTo(200);
    }

    @Test
    void withoutAKey_nobodyCounts() {
        assertThat(server.send("POST", PATH, "{\"counters\":[{\"name\":\"a\"}]}")
                        .statusCode())
                .isEqualTo(401);
    }
}
