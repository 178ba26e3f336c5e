package earshot.bench.table;

import earshot.bench.load.LoadResult;
import java.io.IOException;

/** Makes load and checks what comes of it. One thread. */
interface LoadSource {
    /** For who reads the results. */
    String description();

    /** @throws IOException with a sentence when it could not be measured at all */
    Table.Figures measure(Rival rival, Shape shape, double warmUpSeconds, double seconds, int payloadBytes)
            throws IOException, InterruptedException;

    /**
     * The slope of RSS between two levels of a warm process.
     *
     * @param restSeconds after the last connection, before RSS is read
     * @throws IOException with a sentence when this source cannot, or it could not be measured
     */
    LoadResult.Idle idle(Rival rival, int connections, double restSeconds) throws IOException, InterruptedException;
}
