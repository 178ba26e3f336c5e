package earshot.bench.load;

import java.io.IOException;

/** Runs plans. */
public final class Load {
    private Load() {}

    /**
     * Blocks until the run is over. Throws {@link IOException} with a sentence when it could not be run at all: nobody listens there, the
     * server refuses the credentials, files are too few. What merely went wrong stands in the result.
     */
    public static LoadResult run(LoadPlan plan, Credentials credentials, Progress progress) throws IOException {
        try (LoadRun run = LoadRun.prepare(plan, credentials, progress)) {
            return run.result();
        }
    }
}
