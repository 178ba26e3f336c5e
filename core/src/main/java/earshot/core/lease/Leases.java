package earshot.core.lease;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Port: one owner for what needs one (a call, a voice room, the archive of a partition), on whatever node. A lease is not renewed: it lasts for as
 * long as its owner's {@link Incarnation} is alive, which the engine proves once for all leases of a node. When the incarnation ends, its leases are
 * free.
 *
 * <p>Thread-safe. Never blocks; stages complete and losses are told on any thread, so hand them back to your own loop.
 *
 * <h2>What it promises</h2>
 * <ul>
 *   <li>While {@link Lease#isHeld()} says true, nobody else gets the name, as long as the clocks of two machines run equally fast over a few seconds.
 *       A node that cannot prove that it is alive takes its own leases for lost before another node can get them.
 *   <li>The fencing number of a name grows with every owner, also over a loss of what the engine knew. Work that reaches a store after its lease was
 *       lost is refused by a store that remembers the highest number it saw: hand the number along with every write that matters.
 *   <li>A lost lease is told once, and never comes back by itself: ask again.
 * </ul>
 */
public interface Leases {
    /**
     * Asks for a name. {@link Grant.Taken} when somebody has it, be it this node. Fails with {@link LeasesUnavailable} when the engine does not
     * answer; what it may have granted meanwhile is given back.
     *
     * @param onLost told at most once, when the lease is gone though nobody released it; must not block or throw
     */
    CompletionStage<Grant> acquire(String name, Runnable onLost);

    /** Who has it; empty: nobody. Fails with {@link LeasesUnavailable}. */
    CompletionStage<Optional<Owner>> owner(String name);

    /** What became of an {@link #acquire}. */
    sealed interface Grant {
        record Held(Lease lease) implements Grant {}

        record Taken(Owner by) implements Grant {}
    }

    /** @param fence higher than that of every owner of this name before */
    record Owner(Incarnation incarnation, long fence) {}

    /** A name that this node has. Thread-safe. */
    interface Lease {
        String name();

        /** See {@link Owner#fence}. */
        long fence();

        /** Whether it is surely still held. Looks at the clock: a process that was stopped for a while sees it before it does anything else. */
        boolean isHeld();

        /** Gives it back. Nothing happens when it was lost or released before; {@code onLost} is not told any more. */
        void release();
    }
}
