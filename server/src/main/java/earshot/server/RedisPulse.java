package earshot.server;

import earshot.core.time.Clock;
import earshot.core.time.Loop;
import earshot.engine.redis.Echo;
import earshot.server.status.StatusPages.RedisHealth;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks every server of Redis once a second whether it is there, and says so. Runs on one loop and ends with it; the answers are for any thread.
 *
 * <p>A cluster that has lost some of its masters is not whole, which clients and operators are told as of a Redis that is away. But rooms of the others go
 * on, and all nodes see the same: a node stays ready as long as one server answers.
 */
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

    private final Supplier<CompletionStage<Echo>> ping;
    private final long graceNanos;
    private final Loop loop;
    private final Clock clock;
    private final Listener listener;
    /** When all answered. Confined to the loop, as the next four. */
    private long wholeAt;
    /** When any answered. */
    private long heardAt;

    private int answered = 1;
    private int answers;
    private boolean told;

    private volatile @Nullable Duration latency = Duration.ZERO;
    private volatile boolean missed;

    private RedisPulse(
            Supplier<CompletionStage<Echo>> ping, Duration grace, Loop loop, Clock clock, Listener listener) {
        this.ping = ping;
        this.graceNanos = grace.toNanos();
        this.loop = loop;
        this.clock = clock;
        this.listener = listener;
        this.wholeAt = clock.nanos();
        this.heardAt = wholeAt;
    }

    /**
     * Any thread.
     *
     * @param ping what comes back from all servers
     */
    static RedisPulse begin(
            Supplier<CompletionStage<Echo>> ping, Duration grace, Loop loop, Clock clock, Listener listener) {
        var pulse = new RedisPulse(ping, grace, loop, clock, listener);
        loop.post(pulse::ask);
        return pulse;
    }

    private void ask() {
        loop.deadlines().at(clock.nanos() + EVERY.toNanos(), this::ask);
        ping.get().whenComplete((echo, _) -> loop.post(() -> onEcho(echo)));
        if (latency != null) return;
        long now = clock.nanos();
        if (!told && now - wholeAt > TOLD_AFTER_NANOS) tell(true);
        if (!missed && now - heardAt > graceNanos) {
            missed = true;
            LOG.log(
                    System.Logger.Level.ERROR,
                    "Redis is away for too long: this node says that it is not ready until it is back");
        }
    }

    /** @param echo null: nobody could be asked */
    private void onEcho(@Nullable Echo echo) {
        boolean whole = echo != null && echo.isWhole();
        if (echo != null && echo.answered() > 0) {
            heardAt = clock.nanos();
            missed = false;
        }
        say(echo, whole);
        latency = echo != null && whole ? echo.slowest() : null;
        answers = whole ? answers + 1 : 0;
        if (!whole) return;
        wholeAt = clock.nanos();
        if (told && answers >= ANSWERS) tell(false);
    }

    /** What is new, once. */
    private void say(@Nullable Echo echo, boolean whole) {
        int now = echo == null ? 0 : echo.answered();
        if (whole && latency == null) LOG.log(System.Logger.Level.INFO, "Redis answers again");
        else if (!whole && (latency != null || now != answered)) warn(echo, now);
        answered = now;
    }

    private static void warn(@Nullable Echo echo, int now) {
        if (echo == null || now == 0)
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Redis does not answer: sockets stay, what passes between nodes waits, messages that must be kept are refused");
        else
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} of {1} masters of Redis answer: messages in rooms of the others are refused until each has a master again",
                    now,
                    echo.servers());
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
