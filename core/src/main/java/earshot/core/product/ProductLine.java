package earshot.core.product;

import earshot.core.message.Change;
import earshot.core.message.Command;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.product.ProductSource.Meaning;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import java.util.ArrayDeque;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a product said about one room and this node has not done yet, in its order. Confined to the room's loop. Posts follow each other without waiting,
 * since the log keeps their order; everything else waits for what came before it. At most {@value #MAX} wait; what comes then is dropped and counted.
 */
final class ProductLine {
    static final int MAX = 10_000;
    /** Fewer than a room takes appends: what waits here is not refused there. */
    private static final int MAX_RUNNING = 512;

    private final BiFunction<Command, Profile, CompletionStage<Reply>> hear;
    private final Meter meter;
    private final Runnable onIdle;
    private final ArrayDeque<Item> waiting = new ArrayDeque<>(0);
    private int running;
    private boolean onlyPosts = true;
    private boolean going;

    private record Item(Meaning.Told told, Runnable onDone) {}

    ProductLine(BiFunction<Command, Profile, CompletionStage<Reply>> hear, Meter meter, Runnable onIdle) {
        this.hear = hear;
        this.meter = meter;
        this.onIdle = onIdle;
    }

    /** @param onDone runs once, whatever comes of it */
    void add(Meaning.Told told, Runnable onDone) {
        if (waiting.size() >= MAX) {
            meter.add(Metric.PRODUCT_EVENTS, 1, "full");
            onDone.run();
        } else {
            waiting.add(new Item(told, onDone));
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

    private void run(Item item) {
        Meaning.Told told = item.told;
        running++;
        onlyPosts = isPost(told);
        var _ = hear.apply(told.command(), told.as()).thenAccept(reply -> {
            if (told.whenUnknown() != null && problem(reply) == Problem.NOT_FOUND)
                hear.apply(told.whenUnknown(), told.as()).thenAccept(instead -> onDone(item, instead));
            else onDone(item, reply);
        });
    }

    private void onDone(Item item, Reply reply) {
        running--;
        Problem problem = problem(reply);
        if (problem == null) meter.add(Metric.PRODUCT_EVENTS, 1, "told");
        else meter.add(Metric.PRODUCT_EVENTS, 1, problem == Problem.NOT_MEMBER ? "not_here" : problem.code());
        item.onDone.run();
        goOn();
    }

    private static @Nullable Problem problem(Reply reply) {
        return reply instanceof Reply.Refused refused ? refused.problem() : null;
    }
}
