package earshot.engine.redis;

import earshot.core.relay.Answer;
import earshot.core.relay.NodeRelay.Gathered;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One question to all nodes, until all have answered or its time is up. Thread-safe behind its own lock. */
final class RelayAsking {
    private static final int UNKNOWN = -1;

    final CompletableFuture<Gathered> gathered = new CompletableFuture<>();
    private final List<Answer> answers = new ArrayList<>();
    private int expected = UNKNOWN;

    synchronized void onExpected(int others) {
        expected = others;
        check();
    }

    synchronized void onAnswer(Answer answer) {
        answers.add(answer);
        check();
    }

    private void check() {
        if (expected != UNKNOWN && answers.size() >= expected) end(0);
    }

    /** @param ifUnknown how many others there are, when Redis has not said */
    synchronized void end(int ifUnknown) {
        int others = expected == UNKNOWN ? ifUnknown : expected;
        gathered.complete(new Gathered(answers, Math.max(0, others - answers.size())));
    }
}
