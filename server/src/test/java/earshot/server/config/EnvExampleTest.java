package earshot.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvExampleTest {
    private static final Path EXAMPLE = Path.of("..", "deploy", ".env.example");

    @TempDir
    Path directory;

    @Test
    void example_isWhatTheCodeSays() throws IOException {
        String fresh = EnvExample.text();
        if (Boolean.getBoolean("earshot.write")) Files.writeString(EXAMPLE, fresh);
        assertThat(Files.readString(EXAMPLE))
                .as("deploy/.env.example is out of date: ./earshot check-config --env-example > deploy/.env.example")
                .isEqualTo(fresh);
    }

    @Test
    void example_namesEveryVariable_andHoldsNoSecret() {
        assertThat(ServerConfig.SETTINGS.all()).allSatisfy(setting -> {
            assertThat(setting.environmentNames())
                    .allSatisfy(name -> assertThat(EnvExample.text()).containsPattern("\\b" + name + "\\b"));
            if (setting.kind().isSecret()) assertThat(EnvExample.text()).contains("#" + setting.ownName() + "=\n");
        });
    }

    @Test
    void example_withEveryLineTakenIn_isTheDefault() throws IOException {
        Path env = Files.writeString(
                directory.resolve("all.env"), EnvExample.text().replace("\n#EARSHOT_", "\nEARSHOT_"));
        Values values = Values.read(ServerConfig.SETTINGS, new Sources(null, env, Map.of(), Map.of(), Map.of()));
        assertThat(values.isGiven(ServerConfig.SETTINGS.find("network.port").orElseThrow()))
                .isTrue();
        assertThat(ServerConfig.SETTINGS.all())
                .allSatisfy(setting -> assertThat(values.maybe(setting))
                        .as(setting.key())
                        .map(Object::toString)
                        .isEqualTo(java.util.Optional.ofNullable(setting.fallback())
                                .map(Object::toString)));
    }
}
