package earshot.engine.redis;

import earshot.core.relay.Answer;
import earshot.core.relay.NodeRelay.Ears;
import earshot.core.relay.NodeRelay.Gathered;
import earshot.core.relay.Question;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What this node asks all others, and answers them. A question is one word on the channel of all nodes; answers come into the inbox of who asked. How many
 * are to be expected is how many listen to the channel. Thread-safe.
 */
final class RelayQuestions implements Subscriber.Listener {
    private static final int MAX_ASKED = 10_000;

    private final RedisRelay relay;
    private final String allNodes;
    private final Request.Merge merge;
    private final Map<Long, RelayAsking> asked = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private volatile Subscriber.@Nullable Subscription subscription;
    private volatile @Nullable Ears ears;
    /** Whether this node is among those who listen to the channel. */
    private volatile boolean listening;

    private volatile int lastOthers;

    RelayQuestions(RedisRelay relay, String allNodes) {
        this.relay = relay;
        this.allNodes = allNodes;
        this.merge = new RelayMerge(relay, 0);
    }

    void open(Ears newEars) {
        ears = newEars;
        Subscriber.Subscription made = relay.subscriber().subscribe(allNodes, this);
        subscription = made;
        made.ready().thenRun(() -> listening = true);
    }

    /** Done when this node is asked what others ask. */
    CompletionStage<Void> ready() {
        Subscriber.Subscription made = subscription;
        return made == null ? CompletableFuture.completedStage(null) : made.ready();
    }

    void close() {
        Subscriber.Subscription made = subscription;
        if (made != null) made.closeNow();
        for (RelayAsking asking : asked.values()) asking.end(lastOthers);
    }

    // --- asking

    CompletionStage<Gathered> ask(Question question, Duration within) {
        if (asked.size() >= MAX_ASKED)
            return CompletableFuture.completedStage(new Gathered(List.of(), Math.max(1, lastOthers)));
        long id = ids.incrementAndGet();
        var asking = new RelayAsking();
        asked.put(id, asking);
        tell(id, question).whenComplete((count, failure) -> {
            if (failure == null) asking.onExpected(others(count));
            else asking.end(Math.max(1, lastOthers));
        });
        relay.later(within.toNanos(), () -> asking.end(lastOthers));
        return asking.gathered.whenComplete((_, _) -> asked.remove(id));
    }

    /** A question into one node's inbox. */
    CompletionStage<Gathered> ask(long node, Question question, Duration within) {
        if (asked.size() >= MAX_ASKED) return CompletableFuture.completedStage(new Gathered(List.of(), 1));
        long id = ids.incrementAndGet();
        var asking = new RelayAsking();
        asking.onExpected(1);
        asked.put(id, asking);
        RelayWriter body = new RelayWriter().number(id);
        QuestionCodec.question(body, question);
        relay.sendQuestion(node, body).whenComplete((heard, failure) -> {
            if (failure != null || heard == 0) asking.end(1);
        });
        relay.later(within.toNanos(), () -> asking.end(1));
        return asking.gathered.whenComplete((_, _) -> asked.remove(id));
    }

    /** Completes with how many listen to the channel. */
    private CompletionStage<Long> tell(long id, Question question) {
        RelayWriter body = new RelayWriter().number(id);
        QuestionCodec.question(body, question);
        byte[] word = new RelayWriter().block(body.toBytes()).toBytes();
        var told = new CompletableFuture<Long>();
        relay.offer(allNodes, word, merge, new RelayCount(told));
        if (relay.isCluster()) return told;
        var listeners = new CompletableFuture<Long>();
        relay.countListeners(allNodes, listeners::complete);
        told.whenComplete((_, failure) -> {
            if (failure != null) listeners.completeExceptionally(failure);
        });
        return told.thenCombine(listeners, (_, count) -> count);
    }

    private int others(long listeners) {
        int others = (int) Math.max(0, listeners - (listening ? 1 : 0));
        lastOthers = others;
        return others;
    }

    /** The inbox brought one. */
    void onAnswer(RelayReader in) {
        RelayAsking asking = asked.get(in.number());
        if (asking != null) asking.onAnswer(QuestionCodec.answer(in));
    }

    // --- answering

    @Override
    public void onMessage(String channel, byte[] payload) {
        relay.read(payload, (from, in) -> onQuestion(from, in.inner()));
    }

    void onQuestion(long from, RelayReader in) {
        long id = in.number();
        Ears here = ears;
        if (here != null) here.onAsked(QuestionCodec.question(in)).thenAccept(answer -> answer(from, id, answer));
    }

    private void answer(long to, long id, Answer answer) {
        RelayWriter body = new RelayWriter().number(id);
        QuestionCodec.answer(body, answer);
        relay.sendAnswer(to, body);
    }

    /** Who asked meanwhile counts this node as missing. */
    @Override
    public void onGap() {
        listening = true;
    }
}
