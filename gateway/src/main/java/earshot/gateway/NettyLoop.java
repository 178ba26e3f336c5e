package earshot.gateway;

import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.core.time.Deadlines;
import earshot.core.time.Loop;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.internal.PlatformDependent;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One Netty event loop as the domain sees it. {@link #post} and {@link #offer} from any thread; everything else on the loop.
 *
 * <p>Hand-overs go through a queue of their own: one Netty task, and so at most one wake-up, serves all that is posted until it runs.
 */
public final class NettyLoop implements Loop {
    /** After so many tasks other work of the loop gets its turn. */
    private static final int TASKS_PER_DRAIN = 1024;

    private final int index;
    private final SingleThreadEventLoop executor;
    private final Clock clock;
    private final Meter meter;
    private final int maxWishes;
    private final Queue<Runnable> handedOver = PlatformDependent.newMpscQueue();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final AtomicInteger wishes = new AtomicInteger();
    private final Deadlines deadlines = this::schedule;
    private volatile long lagNanos;

    NettyLoop(int index, SingleThreadEventLoop executor, Clock clock, Meter meter, int maxWishes) {
        this.index = index;
        this.executor = executor;
        this.clock = clock;
        this.meter = meter;
        this.maxWishes = maxWishes;
        executor.execute(this::claimThread);
    }

    private void claimThread() {
        if (Thread.currentThread() instanceof LoopThread t) t.loop = this;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean isCurrent() {
        return executor.inEventLoop();
    }

    /** Where channels register. */
    SingleThreadEventLoop executor() {
        return executor;
    }

    @Override
    public void post(Runnable fact) {
        handedOver.add(fact);
        wake();
    }

    @Override
    public boolean offer(Runnable wish) {
        if (wishes.incrementAndGet() > maxWishes) {
            wishes.decrementAndGet();
            return false;
        }
        post(() -> {
            wishes.decrementAndGet();
            wish.run();
        });
        return true;
    }

    private void wake() {
        if (draining.get() || !draining.compareAndSet(false, true)) return;
        try {
            executor.execute(this::drain);
        } catch (RejectedExecutionException _) {
            // The loop has ended, and with it everything that the task could have been about.
        }
    }

    private void drain() {
        // Open again before looking: what is added from now on either is seen below or makes the next drain.
        draining.set(false);
        for (int i = 0; i < TASKS_PER_DRAIN; i++) {
            Runnable task = handedOver.poll();
            if (task == null) return;
            run(task);
        }
        if (!handedOver.isEmpty()) wake();
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            Faults.contain(e, meter, "loop");
        }
    }

    /** Runs the hook on this loop when everything else of this turn is done. Whoever arms it sees to it that it is armed once. */
    void atEndOfTurn(Runnable hook) {
        assert isCurrent();
        executor.executeAfterEventLoopIteration(hook);
    }

    @Override
    public Deadlines deadlines() {
        return deadlines;
    }

    private Deadlines.Deadline schedule(long atNanos, Runnable task) {
        assert isCurrent();
        long delay = Math.max(0, atNanos - clock.nanos());
        var scheduled = executor.schedule(() -> run(task), delay, TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    /** How late this loop was at the last look. Any thread. */
    public long lagNanos() {
        return lagNanos;
    }

    void lagNanos(long nanos) {
        lagNanos = nanos;
    }

    @Override
    public String toString() {
        return "loop-" + index;
    }
}
