package earshot.core.history;

import earshot.core.history.MessageBook.RoomSummary;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Port: where entries of the log go to stay, behind an engine that holds only the newest of each room. That engine decides the places; the archive knows no
 * order of its own, and what is stored twice, by whatever node, is there once.
 *
 * <p>Thread-safe. Never blocks the caller; stages complete on any thread and fail with {@link HistoryUnavailable}.
 *
 * <h2>What is complete</h2>
 * Entries arrive from several nodes and in any order, so there may be holes among the newest. Up to where {@link #settle} was told there are none: only
 * there may a reader rely on it, and only what lies there may be dropped from the log. An entry that the log lost, by a failover, may be here.
 */
public interface Archive {
    /** Stores entries of any rooms, in any order; an entry whose place is taken is left out. What a deletion blanks is blanked here. */
    CompletionStage<Void> store(List<KeptEvent> entries);

    /** The last place of an epoch up to which every entry after another place of it is here, so many further at most: that other one when the next is missing. */
    CompletionStage<Position> reached(RoomId room, Position after, int limit);

    /**
     * Says that everything up to a place is here, and applies retention. Answers false, and does nothing, when the archive is not settled as far as
     * {@code after}: then it has gone back, as by a backup that was restored.
     */
    CompletionStage<Boolean> settle(RoomId room, Position after, Position upTo, Retention retention);

    /** Up to where a room is settled; nothing when the archive does not know it. */
    CompletionStage<Optional<Position>> settled(RoomId room);

    /** Entries after a place and not after another one, oldest first. Those of deleted messages come blanked. */
    CompletionStage<List<KeptEvent>> read(RoomId room, Position after, Position upTo, int limit);

    /** A message as it is now, as far as its changes are here. */
    CompletionStage<Optional<Message>> find(RoomId room, String messageId);

    /** Messages before a place as they are now, without deleted ones, newest first. */
    CompletionStage<List<Message>> before(RoomId room, Position before, int limit);

    /** Messages after a place and not after another one as they are now, without deleted ones, oldest first. */
    CompletionStage<List<Message>> after(RoomId room, Position after, Position upTo, int limit);

    /** Rooms that have messages, as {@link MessageBook#rooms}; counted are those that are settled. */
    CompletionStage<List<RoomSummary>> rooms(@Nullable RoomId after, int limit);

    /** Rooms that it has anything of, in name order after the given one (null: from the first). */
    CompletionStage<List<RoomId>> known(@Nullable RoomId after, int limit);

    /** How many messages of each room are shown up to a place; a room that is not known is left out. */
    CompletionStage<Map<RoomId, Long>> shown(Map<RoomId, Position> upTo);

    /** Applies retention to rooms that nobody writes to, some at a time. True: there may be more. */
    CompletionStage<Boolean> retain();

    /** Whether it answers. Any thread. */
    boolean isHealthy();
}
