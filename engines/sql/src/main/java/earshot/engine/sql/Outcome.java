package earshot.engine.sql;

import earshot.core.history.RoomLog.Appended;
import java.util.concurrent.CompletableFuture;

/** What a piece of work came to, told once its transaction has ended. */
sealed interface Outcome {
    record OfAppend(Work.Append work, Appended result) implements Outcome {}

    record Of<T>(CompletableFuture<T> answer, T result) implements Outcome {
        void complete() {
            answer.complete(result);
        }
    }
}
