package earshot.server;

import earshot.core.time.Clock;
import earshot.core.time.Loop;
import earshot.engine.redis.RedisLink;
import earshot.server.status.StatusPages.RedisHealth;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks Redis once a second whether it is there. Runs on one loop and ends with it; the answers are for any thread. */
final class RedisPulse {
    private static final System.Logger LOG = System.getLogger(RedisPulse.class.getName());
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final RedisLink link;
    private final long graceNanos;
    private final Loop loop;
    private final Clock clock;
    /** Confined to the loop. */
    private long answeredAt;

    private volatile @Nullable Duration latency = Duration.ZERO;
    private volatile boolean missed;

    private RedisPulse(RedisLink link, Duration grace, Loop loop, Clock clock) {
        this.link = link;
        this.graceNanos = grace.toNanos();
        this.loop = loop;
        this.clock = clock;
        this.answeredAt = clock.nanos();
    }

    /** Any thread. */
    static RedisPulse begin(RedisLink link, Duration grace, Loop loop, Clock clock) {
        var pulse = new RedisPulse(link, grace, loop, clock);
        loop.post(pulse::ask);
        return pulse;
    }

    private void ask() {
        loop.deadlines().at(clock.nanos() + EVERY.toNanos(), this::ask);
        link.ping().whenComplete((took, failure) -> loop.post(() -> onAnswer(took)));
        if (!missed && latency == null && clock.nanos() - answeredAt > graceNanos) {
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
        if (took == null) return;
        answeredAt = clock.nanos();
        missed = false;
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
