package earshot.it;

import static earshot.it.Client.method;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.ObjectMapper;

/** SIGTERM: every dialect says goodbye in its own way, the process ends with 0 (DECISIONS 5). */
class StopTest {
    @TempDir
    Path directory;

    @Test
    void sigterm_closesEachDialectInItsWay_andExitsWithZero() throws IOException {
        try (RunningServer server = RunningServer.start(directory)) {
            String key = new ObjectMapper()
                    .readTree(server.get("/demo/config.json").body())
                    .path("threadkit")
                    .path("projectId")
                    .asString();
            Client reader = Client.connect(server.ws("/ws?project_id=" + key));
            Client member = Client.connect(
                    server.ws("/channel/stop/websocket"),
                    "Authorization",
                    "Bearer " + TestTokens.waddle("ada", "ada", "write"));
            reader.hears("connected", method("connected"));
            member.hears("initial state", type("initial_state"));
            server.terminate();
            assertThat(reader.ends()).isEqualTo("1001");
            assertThat(member.ends()).isEqualTo("cut");
            // A JVM that ends by SIGTERM after a clean stop of ours says 0; 143 would be the signal's own end.
            assertThat(server.awaitExit()).isZero();
            assertThat(server.data().resolve("messages.db-wal"))
                    .as("the databases were closed")
                    .doesNotExist();
        }
    }
}
