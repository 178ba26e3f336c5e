package earshot.gateway;

import earshot.core.testkit.Fuzzing;
import earshot.gateway.engineio.PayloadFuzz;
import org.junit.jupiter.api.Test;

/** Saved inputs of this module's fuzz targets, and random changes of them. */
class FuzzTest {
    @Test
    void anyBytesBeforeTheUpgrade_areHeadsOrRefused() {
        Fuzzing.playSavedAndChanged("http", HttpFuzz::fuzzerTestOneInput);
    }

    @Test
    void anyBytesAfterTheUpgrade_areFramesOrRefused() {
        Fuzzing.playSavedAndChanged("frames", FrameFuzz::fuzzerTestOneInput);
    }

    @Test
    void anyBytesThatArePacked_areMessagesOrRefused() {
        Fuzzing.playSavedAndChanged("inflate", InflateFuzz::fuzzerTestOneInput);
    }

    @Test
    void anyBodyOfAPoll_isPacketsOrBroken() {
        Fuzzing.playSavedAndChanged("payload", PayloadFuzz::fuzzerTestOneInput);
    }
}
