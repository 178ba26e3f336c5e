package earshot.bench.load;

/** Who wants to know how a run goes on. Called from one thread of the run, about once a second; must not block long. */
public interface Progress {
    Progress SILENT = _ -> {};

    /** A second went by. */
    void second(LoadResult.Second second);

    /** Something that is worth a line: what the run does next, or what it found. */
    default void note(String sentence) {}

    /** Whether somebody asked to end early; looked at ten times a second. */
    default boolean isCancelled() {
        return false;
    }
}
