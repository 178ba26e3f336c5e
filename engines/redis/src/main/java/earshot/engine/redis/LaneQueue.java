package earshot.engine.redis;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a lane's next flush: first what is to be done again, then the rest as it came. {@link #offer} on any thread, the others confined to the
 * engine's thread. Bounded together with all other lanes by {@link Waiting}.
 */
final class LaneQueue {
    private record Queued(Request request, long weight) {}

    private final Waiting waiting;
    private final Queue<Queued> offered = new ConcurrentLinkedQueue<>();
    private final Queue<Request> again = new ArrayDeque<>();

    LaneQueue(Waiting waiting) {
        this.waiting = waiting;
    }

    /** False: too much waits. */
    boolean offer(Request request) {
        long weight = request.weightBytes();
        if (!waiting.enter(weight)) return false;
        offered.add(new Queued(request, weight));
        return true;
    }

    void again(Request request) {
        again.add(request);
    }

    boolean isEmpty() {
        return again.isEmpty() && offered.isEmpty();
    }

    @Nullable
    Request poll() {
        Request first = again.poll();
        return first != null ? first : next();
    }

    private @Nullable Request next() {
        Queued queued = offered.poll();
        if (queued == null) return null;
        waiting.leave(queued.weight);
        return queued.request;
    }

    /** Takes out what has waited for too long. */
    void expire(long nowNanos, Consumer<Request> late) {
        again.removeIf(request -> {
            if (!isLate(request, nowNanos)) return false;
            late.accept(request);
            return true;
        });
        for (Queued head = offered.peek(); head != null && isLate(head.request, nowNanos); head = offered.peek()) {
            late.accept(head.request);
            next();
        }
    }

    static boolean isLate(Request request, long nowNanos) {
        return nowNanos - request.deadlineNanos() >= 0;
    }

    /** Everything that is left, in order. */
    Queue<Request> drain() {
        Queue<Request> left = new ArrayDeque<>();
        for (Request request = poll(); request != null; request = poll()) left.add(request);
        return left;
    }
}
