package earshot.core.history;

import earshot.core.message.Command;
import earshot.core.message.Message;
import earshot.core.message.RoomId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Port: the messages of a room as they are now, each in its old place. Deleted ones are left out of pages. Written by {@link RoomLog#append} in
 * the same transaction. Thread-safe, never blocks; stages fail with {@link HistoryUnavailable}.
 */
public interface MessageBook {
    CompletionStage<Optional<Message>> find(RoomId room, String messageId);

    /** @param limit 1..1000 */
    CompletionStage<Page> page(RoomId room, Command.From from, int limit);

    /** Rooms that have messages, in name order after the given one (null: from the first), at most {@code limit} (1..1000). */
    CompletionStage<List<RoomSummary>> rooms(@Nullable RoomId after, int limit);

    /**
     * @param messages oldest first, in both directions
     * @param complete true: nothing more lies in that direction
     */
    record Page(List<Message> messages, boolean complete) {}

    /** @param messages how many are kept */
    record RoomSummary(RoomId room, long messages, long lastMillis) {}
}
