package earshot.core.relay;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Port: the other nodes, asked all at once. Thread-safe; never blocks. One object per node.
 */
public interface NodeRelay {
    /** From now on this node answers what others ask. Once. */
    void open(Ears ears);

    /**
     * Asks every other node. Completes when all have answered or the time is up; never fails. A question is heard by each node at most once; a node
     * whose answer did not come may have heard it all the same.
     */
    CompletionStage<Gathered> ask(Question question, Duration within);

    /** Asks one node, by the incarnation that is in the ids of its sessions. The same otherwise: it is missing when there is none. */
    CompletionStage<Gathered> ask(long node, Question question, Duration within);

    /** Hears what other nodes ask, on any thread; must not block. */
    interface Ears {
        CompletionStage<Answer> onAsked(Question question);
    }

    /** @param missing nodes whose answer did not come in time, or that could not be asked */
    record Gathered(List<Answer> answers, int missing) {
        public Gathered {
            answers = List.copyOf(answers);
        }
    }

    /** For a node that is alone. */
    NodeRelay NONE = new NodeRelay() {
        @Override
        public void open(Ears ears) {}

        @Override
        public CompletionStage<Gathered> ask(Question question, Duration within) {
            return CompletableFuture.completedStage(new Gathered(List.of(), 0));
        }

        @Override
        public CompletionStage<Gathered> ask(long node, Question question, Duration within) {
            return CompletableFuture.completedStage(new Gathered(List.of(), 1));
        }
    };
}
