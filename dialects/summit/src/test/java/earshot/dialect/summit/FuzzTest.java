package earshot.dialect.summit;

import earshot.core.testkit.Fuzzing;
import org.junit.jupiter.api.Test;

/** Saved inputs of this dialect's fuzz target, and random changes of them. */
final class FuzzTest {
    @Test
    void anyPackets_areUnderstoodOrRefused() {
        Fuzzing.playSavedAndChanged("summit", SummitFuzz::fuzzerTestOneInput);
    }
}
