package earshot.dialect.graphwiz;

import earshot.core.testkit.Fuzzing;
import org.junit.jupiter.api.Test;

/** Saved inputs of this dialect's fuzz target, and random changes of them. */
class FuzzTest {
    @Test
    void anyFrames_areUnderstoodOrRefused() {
        Fuzzing.playSavedAndChanged("graphwiz", GraphwizFuzz::fuzzerTestOneInput);
    }
}
