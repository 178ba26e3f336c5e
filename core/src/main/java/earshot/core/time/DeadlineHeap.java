package earshot.core.time;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Deadlines of one loop in a binary heap, with one alarm for the nearest. Confined to its loop. Cancelling marks; what is marked goes when it
 * comes up, or when more than half is marked.
 */
public final class DeadlineHeap implements Deadlines {
    /** Port: wakes the loop. Setting it again replaces it. The loop then calls {@link #run}. */
    @FunctionalInterface
    public interface Alarm {
        void arm(long atNanos);
    }

    private static final long UNARMED = Long.MAX_VALUE;
    private static final int SMALL = 64;

    private final Alarm alarm;
    private final PriorityQueue<Waiting> heap = new PriorityQueue<>(16, DeadlineHeap::byTimeThenAge);
    private long armedNanos = UNARMED;
    private boolean armed;
    private long born;
    private int cancelled;

    public DeadlineHeap(Alarm alarm) {
        this.alarm = alarm;
    }

    @Override
    public Deadline at(long atNanos, Runnable task) {
        Waiting waiting = new Waiting(atNanos, born++, task);
        heap.add(waiting);
        armNearest();
        return waiting;
    }

    /** Runs what is due. A task may set further deadlines; those that are due already run in the next call. */
    public void run(long nowNanos) {
        armed = false;
        long until = born;
        for (Waiting next = due(nowNanos, until); next != null; next = due(nowNanos, until)) {
            Runnable task = next.task;
            next.task = null;
            if (task != null) task.run();
            else cancelled--;
        }
        armNearest();
    }

    private @Nullable Waiting due(long nowNanos, long until) {
        Waiting head = heap.peek();
        if (head == null || head.atNanos - nowNanos > 0 || head.age >= until) return null;
        return heap.poll();
    }

    private void armNearest() {
        Waiting head = heap.peek();
        if (head == null || (armed && armedNanos - head.atNanos <= 0)) return;
        armed = true;
        armedNanos = head.atNanos;
        alarm.arm(armedNanos);
    }

    /** How many wait, cancelled ones included. */
    public int size() {
        return heap.size();
    }

    private void onCancelled() {
        if (++cancelled <= SMALL || cancelled * 2 <= heap.size()) return;
        heap.removeIf(w -> w.task == null);
        cancelled = 0;
    }

    private static int byTimeThenAge(Waiting a, Waiting b) {
        int byTime = Long.compare(a.atNanos - b.atNanos, 0);
        return byTime != 0 ? byTime : Long.compare(a.age, b.age);
    }

    private final class Waiting implements Deadline {
        private final long atNanos;
        private final long age;
        private @Nullable Runnable task;

        private Waiting(long atNanos, long age, Runnable task) {
            this.atNanos = atNanos;
            this.age = age;
            this.task = task;
        }

        @Override
        public void cancel() {
            if (task == null) return;
            task = null;
            onCancelled();
        }
    }
}
