package earshot.core.room;

import earshot.core.message.Problem;
import earshot.core.message.Reply;

/** Who waits for the answer to one command. Answered exactly once, on the room's loop. */
@FunctionalInterface
interface Asker {
    void answer(Reply reply);

    default void refuse(Problem problem) {
        answer(Reply.Refused.of(problem));
    }
}
