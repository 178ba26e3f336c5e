package earshot.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");

    @Test
    void page_isWhatTheCodeSays() throws IOException {
        String fresh = ConfigurationPage.markdown();
        if (Boolean.getBoolean("earshot.write")) Files.writeString(PAGE, fresh);
        assertThat(Files.readString(PAGE))
                .as("docs/configuration.md is out of date: ./earshot check-config --markdown > docs/configuration.md")
                .isEqualTo(fresh);
    }

    @Test
    void page_hasEverySetting() {
        String page = ConfigurationPage.markdown();
        for (Setting<?> setting : ServerConfig.SETTINGS.all())
            assertThat(page).contains("`" + setting.key() + "`").contains(setting.ownName());
    }
}
