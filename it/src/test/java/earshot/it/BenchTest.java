package earshot.it;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.bench.load.LoadJson;
import earshot.bench.load.LoadResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./earshot bench} against one whole server: what it says it did happened, and nothing is lost. No word about speed. */
final class BenchTest {
    @TempDir
    private static Path directory;

    private static RunningServer server;

    @BeforeAll
    static void start() throws IOException {
        server = RunningServer.start(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void waddle_atARate_losesNothing() throws IOException {
        LoadResult result = bench("--rate", "100", "--typing", "50", "--pings", "100", "--publishers", "2");
        assertThat(result.isFine()).isTrue();
        assertThat(result.connects().opened()).isEqualTo(40);
        assertThat(result.checks().expected()).isGreaterThan(100);
        assertThat(result.latency().count()).isEqualTo(1000);
        assertThat(result.traffic().typingHeard()).isPositive();
        assertThat(result.traffic().pingsSent()).isPositive();
        assertThat(result.server()).isNotNull();
        assertThat(result.use()).isNotNull();
        assertThat(server.metric("websocket_messages_received_total")).isPositive();
    }

    @Test
    void waddle_withSlowAndReturningMembers_losesNothing() throws IOException {
        LoadResult result = bench("--rate", "100", "--slow", "4", "--slow-for", "300ms", "--drop", "12");
        assertThat(result.isFine()).isTrue();
        assertThat(result.connects().opened()).isEqualTo(52);
    }

    @Test
    void waddle_overTwoProcesses_losesNothing() throws IOException {
        LoadResult result = bench("--window", "4", "--rooms", "1", "--processes", "2");
        assertThat(result.isFine()).isTrue();
        assertThat(result.connects().opened()).isEqualTo(40);
        assertThat(result.checks().expected()).isGreaterThan(40);
    }

    @Test
    void threadkit_byTheServerApi_losesNothing() throws IOException {
        LoadResult result = bench("--dialect", "threadkit", "--rate", "50", "--pings", "100");
        assertThat(result.isFine()).isTrue();
        assertThat(result.traffic().pongsHeard()).isPositive();
        assertThat(result.checks().expected()).isGreaterThan(100);
    }

    private LoadResult bench(String... more) throws IOException {
        Path file = directory.resolve("result.json");
        List<String> command = new ArrayList<>(List.of(
                "bench",
                "ws://127.0.0.1:" + server.port(),
                "--connections",
                "40",
                "--warm-up",
                "200ms",
                "--duration",
                "1s",
                "--json",
                file.toString()));
        command.addAll(List.of(more));
        if (!command.contains("--rooms")) command.addAll(List.of("--rooms", "4"));
        server.command(command.toArray(String[]::new));
        return LoadJson.read(file);
    }
}
