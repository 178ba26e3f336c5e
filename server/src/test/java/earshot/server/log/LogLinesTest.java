package earshot.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class LogLinesTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

    private static JsonNode json(String message, Throwable thrown) {
        return new ObjectMapper()
                .readTree(LogLines.json(AT, "earshot.core.room.Room", Level.WARNING, "n1", message, thrown));
    }

    @Test
    void json_hasTheFieldsThatOperatorsLookFor() {
        JsonNode line = json("log is away room=waddle/a session=x-1", null);
        assertThat(line.path("time").asString()).isEqualTo("2026-01-02T03:04:05.678Z");
        assertThat(line.path("level").asString()).isEqualTo("warn");
        assertThat(line.path("service").asString()).isEqualTo("websocket-server");
        assertThat(line.path("nodeId").asString()).isEqualTo("n1");
        assertThat(line.path("msg").asString()).isEqualTo("log is away");
        assertThat(line.path("room").asString()).isEqualTo("waddle/a");
        assertThat(line.path("session").asString()).isEqualTo("x-1");
    }

    @Test
    void json_anyText_staysOneValidLine() {
        String odd = "a\"b\\c\nd\te\u0001f room=x\"y";
        assertThat(json(odd, new IllegalStateException("bad\n\"thing\""))
                        .path("room")
                        .asString())
                .isEqualTo("x\"y");
        assertThat(LogLines.json(AT, "l", Level.INFO, "n", odd, null)).doesNotContain("\n");
    }

    @Test
    void text_isOneLineWhateverAClientWrote() {
        assertThat(LogLines.text(AT, "earshot.gateway", Level.INFO, "a\nINFO forged", null))
                .doesNotContain("\n")
                .contains("INFO  gateway: a INFO forged");
    }

    @Test
    void librariesThatSpeakThroughTheJdk_areWrittenAsALineOfOurs() {
        Logger root = LogManager.getLogManager().getLogger("");
        Handler[] before = root.getHandlers();
        try {
            LibraryLog.join();
            assertThat(root.getHandlers()).hasOnlyElementsOfType(LibraryLog.class);
            assertThat(Logger.getLogger("io.lettuce.test").isLoggable(java.util.logging.Level.INFO))
                    .isFalse();
            assertThat(Logger.getLogger("io.lettuce.test").isLoggable(java.util.logging.Level.WARNING))
                    .isTrue();
        } finally {
            for (Handler ours : root.getHandlers()) root.removeHandler(ours);
            for (Handler each : before) root.addHandler(each);
            root.setLevel(java.util.logging.Level.INFO);
        }
    }

    @Test
    void loggers_ofThisProcess_areOurs() {
        assertThat(System.getLogger("earshot.test").getClass().getName()).contains("earshot.server.log");
    }
}
