package earshot.core.testkit;

import earshot.core.time.DeadlineHeap;
import earshot.core.time.Deadlines;
import earshot.core.time.Loop;
import earshot.core.time.Loops;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Loops that run on the test's own thread, one task at a time, so that a test is the same every time. With a {@link Random} the next loop is
 * drawn, else the first that has something runs. A loop is current only while one of its tasks runs. {@code post} and {@code offer} may be
 * called by other threads; everything else by the test alone.
 */
public final class ManualLoops implements Loops {
    private final ManualClock clock;
    private final List<ManualLoop> loops = new ArrayList<>();
    private final Random random;
    private final boolean drawn;
    private int offersAllowed = Integer.MAX_VALUE;

    public ManualLoops(ManualClock clock, int count) {
        this(clock, count, null);
    }

    /** @param random decides which loop runs next; null: the first that has something */
    public ManualLoops(ManualClock clock, int count, Random random) {
        this.clock = clock;
        this.drawn = random != null;
        this.random = random == null ? new Random(0) : random;
        for (int i = 0; i < count; i++) loops.add(new ManualLoop(i));
    }

    @Override
    public int count() {
        return loops.size();
    }

    @Override
    public Loop loop(int index) {
        return loops.get(index);
    }

    /** Runs the task on a loop now, before anything that waits there. */
    public void on(Loop loop, Runnable task) {
        ((ManualLoop) loop).run(task);
    }

    /** How many more wishes are taken before {@link Loop#offer} refuses. */
    public void allowOffers(int count) {
        offersAllowed = count;
    }

    /** Runs one waiting task; false when none waits. */
    public boolean runOne() {
        List<ManualLoop> ready = new ArrayList<>();
        for (ManualLoop loop : loops) if (loop.hasTask()) ready.add(loop);
        if (ready.isEmpty()) return false;
        ManualLoop next = drawn ? ready.get(random.nextInt(ready.size())) : ready.get(0);
        next.runNext();
        return true;
    }

    /** Runs until nothing waits but deadlines. */
    public void runAll() {
        for (int i = 0; runOne(); i++) {
            if (i > 10_000_000) throw new AssertionError("loops: still busy after 10,000,000 tasks");
        }
    }

    /** Moves the clock, stopping at every deadline on the way, and runs everything. */
    public void advance(Duration by) {
        long end = clock.nanos() + by.toNanos();
        runAll();
        while (nextDeadline() <= end) {
            clock.advanceTo(nextDeadline());
            ring();
            runAll();
        }
        clock.advanceTo(end);
        ring();
        runAll();
    }

    /** How many deadlines wait on all loops; those that were cancelled may be among them. */
    public int deadlines() {
        int sum = 0;
        for (ManualLoop loop : loops) sum += loop.heap.size();
        return sum;
    }

    private long nextDeadline() {
        long next = Long.MAX_VALUE;
        for (ManualLoop loop : loops) next = Math.min(next, loop.armedNanos);
        return next;
    }

    private void ring() {
        List<ManualLoop> order = new ArrayList<>(loops);
        if (drawn) Collections.shuffle(order, random);
        for (ManualLoop loop : order) loop.run(loop::ring);
    }

    private final class ManualLoop implements Loop {
        private final int index;
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        private final DeadlineHeap heap = new DeadlineHeap(atNanos -> armedNanos = atNanos);
        private long armedNanos = Long.MAX_VALUE;
        private volatile Thread running;

        ManualLoop(int index) {
            this.index = index;
        }

        @Override
        public int index() {
            return index;
        }

        @Override
        public boolean isCurrent() {
            return Thread.currentThread().equals(running);
        }

        @Override
        public synchronized void post(Runnable fact) {
            tasks.add(fact);
        }

        @Override
        public boolean offer(Runnable wish) {
            if (offersAllowed <= 0) return false;
            offersAllowed--;
            post(wish);
            return true;
        }

        @Override
        public Deadlines deadlines() {
            if (!isCurrent())
                throw new AssertionError("deadlines of loop " + index + " used on another thread or loop");
            return heap;
        }

        void ring() {
            if (armedNanos > clock.nanos()) return;
            armedNanos = Long.MAX_VALUE;
            heap.run(clock.nanos());
        }

        synchronized boolean hasTask() {
            return !tasks.isEmpty();
        }

        private synchronized Runnable take() {
            return tasks.removeFirst();
        }

        void runNext() {
            run(take());
        }

        /** A loop inside a loop would be two threads in one: the outer one is not current meanwhile. */
        void run(Runnable task) {
            ManualLoop outer = current();
            if (outer != null) outer.running = null;
            running = Thread.currentThread();
            try {
                task.run();
            } finally {
                running = null;
                if (outer != null) outer.running = Thread.currentThread();
            }
        }

        private ManualLoop current() {
            for (ManualLoop loop : loops) if (loop.isCurrent()) return loop;
            return null;
        }

        @Override
        public String toString() {
            return "loop-" + index;
        }
    }
}
