package earshot.engine.sql;

import earshot.core.history.Retention;
import earshot.core.history.RoomLog.Appended;
import earshot.core.message.Draft;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import java.util.concurrent.CompletableFuture;

/** What waits for the writer. */
sealed interface Work {
    record Append(Draft draft, int bytes, CompletableFuture<Appended> answer) implements Work {}

    record Open(RoomId room, Retention retention, CompletableFuture<Position> answer) implements Work {}

    record Release(RoomId room) implements Work {}

    /** Answered (true) when everything before it is committed and counted. */
    record Settle(CompletableFuture<Boolean> answer) implements Work {}

    /** A room that holds more than it should. */
    record Trim(int room) implements Work {}
}
