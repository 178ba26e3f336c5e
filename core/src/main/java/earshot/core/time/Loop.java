package earshot.core.time;

/**
 * One thread that owns what lives on it: sessions, and the rooms whose id hashes to it. Everything owned is plain fields; everybody else
 * hands over through {@link #offer} (a wish, which may be refused) or {@link #post} (a fact, which may not).
 */
public interface Loop {
    /** 0..count-1. */
    int index();

    /** Whether the calling thread is this loop; owned state begins every entry with {@code assert loop.isCurrent()}. */
    boolean isCurrent();

    /** Runs the task on this loop, after everything posted or offered by the same thread before. Never refused: bounded at its source. */
    void post(Runnable fact);

    /** As {@link #post}, but false when the loop has too many wishes waiting; who offered counts it and answers. */
    boolean offer(Runnable wish);

    /** Deadlines that belong to this loop; to be used on this loop only. */
    Deadlines deadlines();
}
