package earshot.core.product;

import earshot.core.message.Change;
import earshot.core.message.Command;
import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.core.product.ProductSource.Meaning;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a product said about one room and this node has not done yet, in its order. Confined to the room's loop. Posts follow each other without waiting,
 * since the log keeps their order; everything else waits for what came before it. At most {@value #MAX} wait; what comes then is dropped and counted.
 */
final class ProductLine {
    static final int MAX = 10_000;
    /** Fewer than a room takes appends: what waits here is not refused there. */
    private static final int MAX_RUNNING = 512;

    private final ProductFeed.Here node;
    private final Meter meter;
    private final Runnable onIdle;
    private final ArrayDeque<Item> waiting = new ArrayDeque<>(0);
    private int running;
    private boolean onlyPosts = true;
    private boolean going;

    /** @param isDoubtful whether the log must be asked before it is known whether these are words of ours */
    private record Item(Meaning.Told told, BooleanSupplier isOurs, boolean isDoubtful, Runnable onDone) {}

    ProductLine(ProductFeed.Here node, Meter meter, Runnable onIdle) {
        this.node = node;
        this.meter = meter;
        this.onIdle = onIdle;
    }

    /**
     * @param isOurs whether these are words of this server that came back, as far as is known when it is asked
     * @param mayBeOurs whether they can be
     * @param onDone runs once, whatever comes of it
     */
    void add(Meaning.Told told, BooleanSupplier isOurs, boolean mayBeOurs, Runnable onDone) {
        if (waiting.size() >= MAX) {
            meter.add(Metric.PRODUCT_EVENTS, 1, "full");
            onDone.run();
        } else {
            waiting.add(new Item(told, isOurs, mayBeOurs && isChange(told), onDone));
        }
        goOn();
    }

    private void goOn() {
        if (going) return;
        going = true;
        while (!waiting.isEmpty() && mayRun(waiting.getFirst().told)) run(waiting.removeFirst());
        going = false;
        if (waiting.isEmpty() && running == 0) onIdle.run();
    }

    private boolean mayRun(Meaning.Told next) {
        return running == 0 || (onlyPosts && isPost(next) && running < MAX_RUNNING);
    }

    private static boolean isPost(Meaning.Told told) {
        return told.command() instanceof Command.Publish publish && publish.change() instanceof Change.Post;
    }

    /** A message has an id of its own, by which the log knows it; what is done to one has not. */
    private static boolean isChange(Meaning.Told told) {
        return told.command() instanceof Command.Publish && !isPost(told);
    }

    /**
     * What this server says it has stored before. So who has caught up with the log since a word was heard has been told of the entry, if there is one, and
     * knows the word.
     */
    private void run(Item item) {
        running++;
        onlyPosts = isPost(item.told);
        if (item.isDoubtful) node.catchUp(item.told.command().room()).thenAccept(_ -> tellUnlessOurs(item));
        else tellUnlessOurs(item);
    }

    private void tellUnlessOurs(Item item) {
        if (item.isOurs.getAsBoolean()) done(item, "ours");
        else tell(item);
    }

    private void tell(Item item) {
        Meaning.Told told = item.told;
        var _ = node.hear(told.command(), told.as()).thenAccept(reply -> {
            if (told.whenUnknown() != null && problem(reply) == Problem.NOT_FOUND)
                node.hear(told.whenUnknown(), told.as()).thenAccept(instead -> onDone(item, instead));
            else onDone(item, reply);
        });
    }

    private void onDone(Item item, Reply reply) {
        Problem problem = problem(reply);
        if (problem == null) done(item, "told");
        else done(item, problem == Problem.NOT_MEMBER ? "not_here" : problem.code());
    }

    private void done(Item item, String outcome) {
        running--;
        meter.add(Metric.PRODUCT_EVENTS, 1, outcome);
        item.onDone.run();
        goOn();
    }

    private static @Nullable Problem problem(Reply reply) {
        return reply instanceof Reply.Refused refused ? refused.problem() : null;
    }
}
