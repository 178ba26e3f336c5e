package earshot.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Janus that {@code serve --voice} brings: it is there, is brought again, and never outlives its server. A real call is made in it/browser. */
final class VoiceServerTest {
    @TempDir
    Path directory;

    @Test
    void janus_killed_isStartedAgain_andEndsWithTheServer() throws IOException {
        try (RunningServer server = RunningServer.start(directory, "--voice")) {
            awaitEngine(server, 1);
            assertThat(server.output()).contains("voice       Janus at ws://127.0.0.1:");
            ProcessHandle first = janus(server).orElseThrow();
            first.destroyForcibly();
            Await.until(
                    "another Janus runs",
                    server::output,
                    () -> janus(server)
                            .filter(other -> other.pid() != first.pid())
                            .isPresent());
            awaitEngine(server, 1);
            assertThat(server.output()).contains("Janus has ended; it is started again");
            server.kill();
            Await.until(
                    "nothing is left of it", server::output, () -> janus(server).isEmpty());
        }
    }

    @Test
    void janus_thatIsNotThere_isLookedFor_andTheRestIsServed() throws IOException {
        String nobody = "voice.janus-url=ws://127.0.0.1:" + RunningServer.freePort();
        try (RunningServer server = RunningServer.start(directory, "--set", nobody)) {
            awaitEngine(server, 0);
            assertThat(server.output()).contains("which does not answer yet").contains("No Janus at ws://127.0.0.1");
            assertThat(server.get("/health/ready").statusCode()).isEqualTo(200);
            server.terminate();
            assertThat(server.awaitExit()).isZero();
        }
    }

    private static void awaitEngine(RunningServer server, int up) {
        Await.until("the engine is " + up, Duration.ofSeconds(30), server::output, () -> {
            try {
                return server.metric("earshot_voice_engine_up") == up;
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** Named by its directory, which nobody else has. */
    private static Optional<ProcessHandle> janus(RunningServer server) {
        String configuration = server.data().resolve("janus").toString();
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().command().orElse("").endsWith("/janus"))
                .filter(process -> process.info().commandLine().orElse("").contains(configuration))
                .findFirst();
    }
}
