package earshot.core.history;

import earshot.core.message.Draft;
import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Port: the ordered memory of every room, and its live feed. For resuming; {@link MessageBook} is for history. One engine object implements
 * both and writes both in one transaction.
 *
 * <p>Thread-safe. Never blocks the caller; stages complete on any thread (also the caller's), so hand results back to your own loop.
 * Stored first, announced after, in position order. An announcement may get lost on the way, an entry may not: a gap in offsets shows the
 * loss and {@link #read} fills it. Appends of one room by one caller are stored in their order.
 *
 * <p>A position's epoch only grows, and a new one begins whenever the log may have gone back. Offsets are dense within an epoch.
 */
public interface RoomLog {
    /**
     * Says how much of a room to keep, and where its log stands. Must complete before the room's first append. Fails with
     * {@link HistoryUnavailable}.
     */
    CompletionStage<Position> open(RoomId room, Retention retention);

    /** Fails with {@link HistoryUnavailable} when the engine does not answer; the draft may or may not be stored then. */
    CompletionStage<Appended> append(Draft draft);

    /**
     * Entries after a position, oldest first, at most {@code limit} (1..1000). Messages that were deleted since come blanked.
     */
    CompletionStage<Slice> read(RoomId room, Position after, int limit);

    /**
     * Tells the follower of entries, in position order, from now on: those that other nodes append, and possibly those that this caller
     * appends too. On any thread, also from inside {@link #append}.
     */
    Following follow(RoomId room, Follower follower);

    /** Drops what this process holds for a room that nobody uses here; what is durable stays. */
    void release(RoomId room);

    /** Hears of entries. Must not block or throw. */
    interface Follower {
        void onEntry(KeptEvent entry);

        /** Entries may have been missed, or a new epoch began: read from where you are. */
        void onGap();
    }

    /** A running {@link #follow}. */
    interface Following {
        void stop();
    }

    /** What became of a draft. */
    sealed interface Appended {
        /** @param repeated true: the idempotency key was known, {@code entry} is the first one */
        record Stored(KeptEvent entry, boolean repeated) implements Appended {}

        /** CONFLICT (id taken), NOT_FOUND (nothing to edit, delete or pin), TOO_LARGE. */
        record NotStored(Problem problem) implements Appended {}
    }

    /**
     * @param entries oldest first, dense
     * @param top the newest position of the log at the time of reading
     * @param reached false: the log does not reach back to {@code after} (trimmed, another epoch, or {@code after} is ahead of the log), so
     *     entries may be missing before the first one
     */
    record Slice(List<KeptEvent> entries, Position top, boolean reached) {}
}
