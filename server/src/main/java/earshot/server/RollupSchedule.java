package earshot.server;

import earshot.core.time.Clock;
import earshot.core.time.Loop;
import earshot.core.usage.UsageRollup;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Rolls usage up by the day, soon after the start and every quarter of an hour. Confined to its loop, on which nothing is waited for. */
final class RollupSchedule {
    private static final Logger LOG = System.getLogger(RollupSchedule.class.getName());
    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration EVERY = Duration.ofMinutes(15);

    private final UsageRollup rollup;
    private final Loop loop;
    private final Clock clock;
    private boolean failing;

    private RollupSchedule(UsageRollup rollup, Loop loop, Clock clock) {
        this.rollup = rollup;
        this.loop = loop;
        this.clock = clock;
    }

    /** Any thread. It ends with the loop. */
    static void begin(UsageRollup rollup, Loop loop, Clock clock) {
        RollupSchedule schedule = new RollupSchedule(rollup, loop, clock);
        loop.post(() -> schedule.in(FIRST));
    }

    private void in(Duration delay) {
        loop.deadlines().at(clock.nanos() + delay.toNanos(), this::run);
    }

    private void run() {
        in(EVERY);
        rollup.run().whenComplete((_, failure) -> loop.post(() -> done(failure)));
    }

    private void done(@Nullable Throwable failure) {
        if (failure != null && !failing)
            LOG.log(Level.WARNING, "Statistics were not rolled up; trying again every quarter of an hour", failure);
        failing = failure != null;
    }
}
