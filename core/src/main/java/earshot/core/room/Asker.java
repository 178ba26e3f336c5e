package earshot.core.room;

import earshot.core.message.Problem;
import earshot.core.message.Reply;
import java.util.function.Consumer;

/** Who waits for the answer to one command. Answered exactly once, on the room's loop. */
final class Asker {
    private final Consumer<Reply> to;
    private boolean answered;

    Asker(Consumer<Reply> to) {
        this.to = to;
    }

    void answer(Reply reply) {
        assert !answered : reply;
        answered = true;
        to.accept(reply);
    }

    void refuse(Problem problem) {
        answer(Reply.Refused.of(problem));
    }

    /** A bug stopped the command, perhaps after its answer. */
    void onFault() {
        if (!answered) refuse(Problem.INTERNAL);
    }
}
