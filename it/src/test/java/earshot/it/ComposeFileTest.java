package earshot.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** docker-compose.yml, as docker-compose itself reads it. Where that is not installed the test is skipped and says so. */
class ComposeFileTest {
    private static Map<?, ?> at(Object map, String key) {
        return (Map<?, ?>) ((Map<?, ?>) map).get(key);
    }

    @Test
    void nodes_areWhatTheServerTakes() throws IOException {
        Kit.need("docker-compose", "docker-compose");
        String read = Kit.run(
                List.of(
                        "docker-compose",
                        "--file",
                        Kit.file("docker-compose.yml").toString(),
                        "config"),
                List.of("JWT_SECRET", "x".repeat(64), "CORS_ORIGIN", "https://app.example.com", "LOG_LEVEL", "info"));
        Map<?, ?> services = at(Kit.yaml(read).getFirst(), "services");
        assertThat(services.keySet().stream().map(String::valueOf))
                .containsExactlyInAnyOrder("websocket-server", "websocket-server-2", "nginx", "redis");
        for (String node : List.of("websocket-server", "websocket-server-2")) {
            Map<?, ?> environment = at(services.get(node), "environment");
            for (Object variable : environment.keySet()) Kit.isRead(variable.toString());
            assertThat(environment.get("NODE_URL")).isEqualTo("http://" + node + ":9001");
            assertThat(at(services.get(node), "healthcheck").get("test").toString())
                    .contains("health, --live");
            assertThat(Kit.text("deploy/nginx.conf")).contains("server " + node + ":9001");
            assertThat(Kit.text("observability/prometheus.yml")).contains("\"" + node + ":9001\"");
        }
        assertThat(at(services.get("redis"), "healthcheck")).isNotNull();
        assertThat(((Map<?, ?>) services.get("redis")).get("command").toString())
                .contains("appendonly", "noeviction");
    }
}
