package earshot.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.server.EarshotServer;
import earshot.server.config.ServerConfig;
import earshot.server.config.Sources;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StartBannerTest {
    private static final String MADE_KEY = "ek_do-not-log";

    private final ServerConfig config = ServerConfig.read(
            new Sources(
                    null,
                    null,
                    Map.of(),
                    Map.of("network.port", "0", "history.data", "none", "network.loops", "1"),
                    Map.of()),
            (_, _) -> "do-not-log-this-secret-0123456789abcdef");
    private final EarshotServer server = EarshotServer.start(config);
    private final StartBanner banner = new StartBanner(config, server, MADE_KEY, 7);

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void log_hasTheFactsOfTheBanner_withoutItsSecrets() {
        Entries entries = new Entries();
        banner.log(entries);
        StringWriter printed = new StringWriter();
        banner.print(new PrintWriter(printed, true));
        assertThat(printed.toString())
                .contains(MADE_KEY)
                .containsPattern("collected by (Serial|Parallel|G1|ZGC)")
                .contains("started     without a recorded start, because");
        assertThat(entries.lines)
                .anyMatch(line -> line.contains("listens on http://127.0.0.1:" + server.port()))
                .contains("data: none", "waddle: /channel/{id}/websocket", "status: /  /health  /stats  /metrics")
                .noneMatch(line -> line.contains("do-not-log"))
                .noneMatch(line -> line.contains("eyJ"));
    }

    /** Keeps what is logged. */
    private static final class Entries implements System.Logger {
        private final List<String> lines = new ArrayList<>();

        @Override
        public String getName() {
            return "test";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
            lines.add(String.valueOf(message));
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String format,
                @Nullable Object @Nullable ... parameters) {
            lines.add(String.valueOf(format));
        }
    }
}
