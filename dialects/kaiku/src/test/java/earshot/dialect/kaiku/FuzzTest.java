package earshot.dialect.kaiku;

import earshot.core.testkit.Fuzzing;
import org.junit.jupiter.api.Test;

/** Saved inputs of this dialect's fuzz target, and random changes of them. */
final class FuzzTest {
    @Test
    void anyEvents_areUnderstoodOrRefused() {
        Fuzzing.playSavedAndChanged("kaiku", KaikuFuzz::fuzzerTestOneInput);
    }
}
