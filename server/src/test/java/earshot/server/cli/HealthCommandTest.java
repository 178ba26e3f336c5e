package earshot.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.server.EarshotServer;
import earshot.server.config.ServerConfig;
import earshot.server.config.Sources;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a container's health check sees. */
class HealthCommandTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int health(String... arguments) {
        CommandLine line = EarshotCommand.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        String[] all = new String[arguments.length + 1];
        all[0] = "health";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return line.execute(all);
    }

    private static EarshotServer server(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "network.port", "0", "history.data", "none", "network.loops", "1", "limits.rooms-per-session", "1"));
        settings.putAll(more);
        return EarshotServer.start(ServerConfig.read(
                new Sources(null, null, Map.of(), settings, Map.of()),
                (_, _) -> "a-secret-of-the-test-0123456789abcdef"));
    }

    @Test
    void serverThatTakesClients_isReady_inOneLine() {
        EarshotServer server = server(Map.of());
        try {
            assertThat(health("http://127.0.0.1:" + server.port())).isZero();
            assertThat(out.toString().lines().toList()).isEqualTo(List.of("ready: healthy, 0 connections"));
            assertThat(health("--live", "http://127.0.0.1:" + server.port() + "/"))
                    .isZero();
            assertThat(out.toString()).contains("alive: healthy");
            assertThat(health("--set", "network.port=" + server.port())).isZero();
            assertThat(err.toString()).isEmpty();
        } finally {
            server.stop();
        }
    }

    @Test
    void serverOnAUnixSocket_isAskedThere() {
        Path socket = directory.resolve("e.sock");
        EarshotServer server = server(Map.of("network.unix-socket", socket.toString()));
        try {
            assertThat(health("unix:" + socket)).isZero();
            assertThat(health("--set", "network.unix-socket=" + socket)).isZero();
            assertThat(out.toString().lines()).hasSize(2).allMatch(line -> line.startsWith("ready: healthy"));
        } finally {
            server.stop();
        }
    }

    @Test
    void nobody_isNotReady() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThat(health("http://127.0.0.1:" + port)).isEqualTo(1);
        assertThat(health("unix:" + directory.resolve("none.sock"))).isEqualTo(1);
        assertThat(out.toString().lines())
                .containsExactly(
                        "not ready: nobody answers at http://127.0.0.1:" + port,
                        "not ready: nobody answers at unix:" + directory.resolve("none.sock"));
    }

    @Test
    void mistakes_areStatusTwo_withWhatToDo() {
        assertThat(health("nonsense")).isEqualTo(2);
        assertThat(health("--ca", "no-such-file.pem", "https://127.0.0.1:1")).isEqualTo(2);
        assertThat(health("--set", "network.port=0")).isEqualTo(2);
        assertThat(err.toString())
                .contains("nonsense is no address (expected: http://host:port, https://host, or unix:/path)")
                .contains("no-such-file.pem cannot be read")
                .contains("give its URL")
                .doesNotContain("\tat ");
    }
}
