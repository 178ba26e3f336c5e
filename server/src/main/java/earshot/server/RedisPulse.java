package earshot.server;

import earshot.core.time.Clock;
import earshot.core.time.Loop;
import earshot.server.status.StatusPages.RedisHealth;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks Redis once a second whether it is there, and says so. Runs on one loop and ends with it; the answers are for any thread. */
final class RedisPulse {
    private static final System.Logger LOG = System.getLogger(RedisPulse.class.getName());
    private static final Duration EVERY = Duration.ofSeconds(1);
    /** Clients hear nothing of what is over by then: a replica that is promoted, a restart. */
    private static final long TOLD_AFTER_NANOS = Duration.ofSeconds(3).toNanos();
    /** So many answers in a row, and what listens to Redis is back too. */
    private static final int ANSWERS = 2;

    /** Hears of it on the pulse's loop. */
    interface Listener {
        void onAway(boolean away);
    }

    private final Supplier<CompletionStage<Duration>> ping;
    private final long graceNanos;
    private final Loop loop;
    private final Clock clock;
    private final Listener listener;
    /** Confined to the loop, as the next two. */
    private long answeredAt;

    private int answers;
    private boolean told;

    private volatile @Nullable Duration latency = Duration.ZERO;
    private volatile boolean missed;

    private RedisPulse(
            Supplier<CompletionStage<Duration>> ping, Duration grace, Loop loop, Clock clock, Listener listener) {
        this.ping = ping;
        this.graceNanos = grace.toNanos();
        this.loop = loop;
        this.clock = clock;
        this.listener = listener;
        this.answeredAt = clock.nanos();
    }

    /**
     * Any thread.
     *
     * @param ping how long an answer takes; fails where there is none
     */
    static RedisPulse begin(
            Supplier<CompletionStage<Duration>> ping, Duration grace, Loop loop, Clock clock, Listener listener) {
        var pulse = new RedisPulse(ping, grace, loop, clock, listener);
        loop.post(pulse::ask);
        return pulse;
    }

    private void ask() {
        loop.deadlines().at(clock.nanos() + EVERY.toNanos(), this::ask);
        ping.get().whenComplete((took, failure) -> loop.post(() -> onAnswer(took)));
        if (latency != null) return;
        long silentNanos = clock.nanos() - answeredAt;
        if (!told && silentNanos > TOLD_AFTER_NANOS) tell(true);
        if (!missed && silentNanos > graceNanos) {
            missed = true;
            LOG.log(
                    System.Logger.Level.ERROR,
                    "Redis is away for too long: this node says that it is not ready until it is back");
        }
    }

    private void onAnswer(@Nullable Duration took) {
        if (took != null && latency == null) LOG.log(System.Logger.Level.INFO, "Redis answers again");
        if (took == null && latency != null)
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Redis does not answer: sockets stay, what passes between nodes waits, messages that must be kept are refused");
        latency = took;
        answers = took == null ? 0 : answers + 1;
        if (took == null) return;
        answeredAt = clock.nanos();
        missed = false;
        if (told && answers >= ANSWERS) tell(false);
    }

    private void tell(boolean away) {
        told = away;
        listener.onAway(away);
    }

    /** Whether Redis has been away for longer than an operator wants to bear. */
    boolean isLongAway() {
        return missed;
    }

    RedisHealth health(int nodes) {
        Duration took = latency;
        return new RedisHealth(took != null, took == null ? 0 : took.toNanos() / 1e6, missed, nodes);
    }
}
