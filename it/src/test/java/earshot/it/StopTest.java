package earshot.it;

import static earshot.it.Client.method;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.gateway.testkit.RawWebSocketClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
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

    @Test
    void libraryThatIsUnpackedAtStart_isNotLeftAnywhere() throws IOException {
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        try (RunningServer server = RunningServer.start(directory, List.of("-Djava.io.tmpdir=" + temporary))) {
            server.kill();
            try (Stream<Path> left = Files.walk(directory)) {
                assertThat(left.map(Path::toString)).noneMatch(name -> name.contains("sqlitejdbc"));
            }
        }
    }

    /** A client that does not answer our close holds the stop up. */
    private static RawWebSocketClient stubborn(RunningServer server) throws IOException {
        String key = new ObjectMapper()
                .readTree(server.get("/demo/config.json").body())
                .path("threadkit")
                .path("projectId")
                .asString();
        return new RawWebSocketClient(server.address(), "/ws?project_id=" + key);
    }

    private static void awaitDraining(RunningServer server) {
        Await.until("it drains", server::output, () -> {
            try {
                return server.get("/health/ready").statusCode() == 503;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void draining_newSessionsHear503InTheirWords_andHttpIsAnswered() throws IOException {
        try (RunningServer server = RunningServer.start(directory);
                RawWebSocketClient late = stubborn(server)) {
            server.terminate();
            awaitDraining(server);
            for (String path : List.of("/channel/stop/websocket", "/ws?project_id=any")) {
                try (var refused = new RawWebSocketClient(
                        server.address(),
                        path,
                        "Authorization",
                        "Bearer " + TestTokens.waddle("ada", "ada", "write"))) {
                    assertThat(refused.upgrade().status()).isEqualTo(503);
                    assertThat(refused.upgrade().header("retry-after")).isNotEmpty();
                }
            }
            assertThat(server.get("/health").body()).contains("\"draining\":true");
            assertThat(server.metric("earshot_handshakes_refused_total")).isEqualTo(2);
            late.close(1001);
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void secondSignal_endsAtOnce_withOne() throws IOException {
        try (RunningServer server = RunningServer.start(directory, "--set", "drain.timeout=5m");
                RawWebSocketClient _ = stubborn(server)) {
            server.terminate();
            awaitDraining(server);
            server.terminate();
            assertThat(server.awaitExit()).isEqualTo(1);
        }
    }
}
