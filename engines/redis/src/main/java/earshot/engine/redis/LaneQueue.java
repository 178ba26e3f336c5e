package earshot.engine.redis;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a lane's next flush: first what is to be done again, then the rest as it came. While the server is away, what is patient steps aside (and
 * stays the first) so that what is not can be told that its time is up. {@link #offer} on any thread, the others confined to the
 * engine's thread. Bounded together with all other lanes by {@link Waiting}.
 */
final class LaneQueue {
    private record Queued(Request request, long weight) {}

    private final Waiting waiting;
    private final Queue<Queued> offered = new ConcurrentLinkedQueue<>();
    private final Queue<Request> again = new ArrayDeque<>();
    /** Patient, and older than everything in {@link #offered}. */
    private final Queue<Queued> aside = new ArrayDeque<>(0);

    LaneQueue(Waiting waiting) {
        this.waiting = waiting;
    }

    /** False: too much waits. */
    boolean offer(Request request) {
        long weight = request.weightBytes();
        if (!waiting.enter(request, weight)) return false;
        offered.add(new Queued(request, weight));
        return true;
    }

    void again(Request request) {
        again.add(request);
    }

    boolean isEmpty() {
        return again.isEmpty() && aside.isEmpty() && offered.isEmpty();
    }

    @Nullable
    Request poll() {
        Request first = again.poll();
        if (first != null) return first;
        Queued next = aside.poll();
        if (next == null) next = offered.poll();
        return next == null ? null : leave(next);
    }

    private Request leave(Queued queued) {
        waiting.leave(queued.request, queued.weight);
        return queued.request;
    }

    /** Takes out what has waited for too long. */
    void expire(long nowNanos, Consumer<Request> late) {
        again.removeIf(request -> {
            if (!isLate(request, nowNanos)) return false;
            late.accept(request);
            return true;
        });
        while (!aside.isEmpty() && isLate(aside.element().request, nowNanos)) late.accept(leave(aside.remove()));
        for (Queued head = offered.peek(); head != null; head = offered.peek()) {
            if (isLate(head.request, nowNanos)) late.accept(leave(offered.remove()));
            else if (head.request.isPatient()) aside.add(offered.remove());
            else return;
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
