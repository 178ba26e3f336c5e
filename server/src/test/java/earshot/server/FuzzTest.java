package earshot.server;

import earshot.core.testkit.Fuzzing;
import earshot.server.config.ConfigFuzz;
import earshot.server.token.TokenFuzz;
import org.junit.jupiter.api.Test;

/** Saved inputs of this module's fuzz targets, and random changes of them. */
class FuzzTest {
    @Test
    void anyToken_isJudged() {
        Fuzzing.playSavedAndChanged("token", TokenFuzz::fuzzerTestOneInput);
    }

    @Test
    void anyConfiguration_isReadOrRefusedInSentences() {
        Fuzzing.playSavedAndChanged("config", ConfigFuzz::fuzzerTestOneInput);
    }
}
