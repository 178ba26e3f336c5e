package earshot.engine.redis;

import earshot.core.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/** The engine's thread as a test plays it: nothing runs but what is due when the clock is moved. */
final class ManualTurns implements Turns {
    private record Later(long atNanos, long serial, Runnable task) {}

    private final ManualClock clock;
    private final Queue<Runnable> now = new ArrayDeque<>();
    private final PriorityQueue<Later> later =
            new PriorityQueue<>(Comparator.comparingLong(Later::atNanos).thenComparingLong(Later::serial));
    private long serial;

    ManualTurns(ManualClock clock) {
        this.clock = clock;
    }

    @Override
    public void run(Runnable task) {
        now.add(task);
    }

    @Override
    public void later(long nanos, Runnable task) {
        later.add(new Later(clock.nanos() + Math.max(0, nanos), serial++, task));
    }

    /** Everything that is due, and what that brings. */
    void settle() {
        while (true) {
            Runnable task = now.poll();
            if (task == null) {
                Later next = later.peek();
                if (next == null || next.atNanos > clock.nanos()) return;
                task = later.remove().task;
            }
            task.run();
        }
    }

    /** Time passes, and what is due in it happens when it is due. */
    void pass(Duration time) {
        long until = clock.nanos() + time.toNanos();
        settle();
        for (Later next = later.peek(); next != null && next.atNanos <= until; next = later.peek()) {
            clock.advanceTo(next.atNanos);
            settle();
        }
        clock.advanceTo(until);
        settle();
    }
}
