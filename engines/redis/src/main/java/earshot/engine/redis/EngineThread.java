package earshot.engine.redis;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The thread {@code redis}. Tasks must not throw; if one does, the next still runs. Thread-safe. */
final class EngineThread implements Turns, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EngineThread.class.getName());
    private static final long LAST_TASKS_SECONDS = 3;

    private final Meter meter;
    private final ScheduledThreadPoolExecutor thread;

    EngineThread(Meter meter) {
        this.meter = meter;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "redis");
            made.setDaemon(true);
            return made;
        });
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public void run(Runnable task) {
        try {
            thread.execute(() -> shielded(task));
        } catch (RejectedExecutionException e) {
            if (!thread.isShutdown()) throw e;
        }
    }

    @Override
    public void later(long nanos, Runnable task) {
        try {
            var _ = thread.schedule(() -> shielded(task), nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            if (!thread.isShutdown()) throw e;
        }
    }

    private void shielded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            meter.add(Metric.FAULTS, 1, "redis");
            LOG.log(System.Logger.Level.ERROR, "a bug on the thread of Redis", e);
        }
    }

    /** Does what was asked already, for a moment. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(LAST_TASKS_SECONDS, TimeUnit.SECONDS)) thread.shutdownNow();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
