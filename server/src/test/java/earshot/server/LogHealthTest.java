package earshot.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Somebody from outside locks the messages of a running server, and lets them go again. */
class LogHealthTest {
    private static final String POST = "/v1/waddle/rooms/health/messages";
    private static final String MESSAGE = "{\"author\":{\"id\":\"u1\",\"name\":\"Ada\"},\"text\":\"x\"}";

    @TempDir
    Path data;

    @Test
    void log_thatCannotBeWritten_isDegradedAndServes_untilItCan() throws SQLException {
        try (TestServer server = TestServer.start("history.data", data.toString())) {
            assertThat(server.call("POST", POST, MESSAGE).statusCode()).isEqualTo(200);
            assertHealth(server, true);
            try (Connection _ = lock()) {
                assertThat(server.call("POST", POST, MESSAGE).statusCode()).isEqualTo(503);
                assertHealth(server, false);
            }
            awaitHealth(server);
            assertHealth(server, true);
            assertThat(server.call("POST", POST, MESSAGE).statusCode()).isEqualTo(200);
        }
    }

    private static void assertHealth(TestServer server, boolean healthy) {
        var answer = server.send("GET", "/health", "");
        JsonNode body = TestServer.json(answer);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(body.path("status").asString()).isEqualTo(healthy ? "healthy" : "degraded");
        assertThat(body.path("database").path("connected").asBoolean()).isEqualTo(healthy);
        assertThat(server.send("GET", "/health/ready", "").statusCode()).isEqualTo(200);
    }

    private static void awaitHealth(TestServer server) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!server.send("GET", "/health", "").body().contains("\"healthy\""))
            assertThat(System.nanoTime()).as("healthy within 20 s").isLessThan(deadline);
    }

    private Connection lock() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("messages.db"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN EXCLUSIVE");
        }
        return connection;
    }
}
