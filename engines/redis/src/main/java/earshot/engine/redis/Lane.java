package earshot.engine.redis;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What goes to one server (the only one, or one shard's master), flush by flush. {@link #offer} on any thread, the rest confined to
 * the engine's thread.
 *
 * <p>A flush starts when there is something to send, everything of the last one is answered, and the interval has passed since it started: after
 * a quiet time the first command goes at once, and under load what came meanwhile goes together. Nobody waits longer than their deadline, be it
 * here or for the server; a server that owes answers for {@value #DEAD_AFTER_SECONDS} s loses its connection.
 */
final class Lane {
    private static final System.Logger LOG = System.getLogger(Lane.class.getName());
    private static final int MAX_COMMANDS = 4_000;
    private static final long MAX_BYTES = 4L << 20;
    private static final int DEAD_AFTER_SECONDS = 5;
    private static final long DEAD_AFTER_NANOS = DEAD_AFTER_SECONDS * 1_000_000_000L;
    private static final long SWEEP_NANOS = 100_000_000L;

    private final String name;
    private final Turns turns;
    private final Clock clock;
    private final LaneOwner owner;
    private final LaneQueue queue;
    private final Meter meter;
    private final long answerNanos;
    private final Backoff backoff = new Backoff();
    private final AtomicBoolean awake = new AtomicBoolean();
    private Set<Script> loaded = new HashSet<>();
    private long intervalNanos;
    private long lastStartNanos;
    private long downSinceNanos;
    private boolean timed;
    private boolean sweeping;
    private boolean connecting;
    private @Nullable Wire wire;
    private @Nullable Flush flight;
    private volatile boolean hopeless;
    private volatile boolean closed;

    Lane(
            String name,
            Turns turns,
            Clock clock,
            LaneOwner owner,
            Waiting waiting,
            Meter meter,
            long answerNanos,
            long intervalNanos) {
        this.name = name;
        this.turns = turns;
        this.clock = clock;
        this.owner = owner;
        this.queue = new LaneQueue(waiting);
        this.meter = meter;
        this.answerNanos = answerNanos;
        this.intervalNanos = intervalNanos;
        this.downSinceNanos = clock.nanos();
        this.lastStartNanos = clock.nanos() - intervalNanos;
    }

    /** The server's address. */
    String name() {
        return name;
    }

    boolean isConnected() {
        return wire != null;
    }

    void interval(long nanos) {
        intervalNanos = nanos;
    }

    // --- any thread

    void offer(Request request) {
        if (closed || (hopeless && !request.isPatient())) refuse(request, "disconnected");
        else if (!queue.offer(request)) refuse(request, "queue_full");
        else onTaken(request);
    }

    private void onTaken(Request request) {
        meter.add(Metric.REDIS_ASKED, 1, request.shared() ? "read" : "write");
        wake();
    }

    private void wake() {
        if (awake.compareAndSet(false, true)) turns.run(this::turn);
    }

    private void refuse(Request request, String why) {
        meter.add(Metric.REDIS_REFUSED, 1, why);
        String code = why.equals("queue_full") ? RedisUnavailable.FULL : RedisUnavailable.AWAY;
        request.answer().onFailure(new RedisUnavailable(request + ": " + why, code, true));
    }

    // --- flushes

    void start() {
        if (wire == null && !connecting && !closed) connect();
    }

    /** Again before everything that waits here. */
    void again(Request request) {
        queue.again(request);
        wake();
    }

    private void turn() {
        awake.set(false);
        if (closed) {
            refuseRest();
            return;
        }
        sweepSoon();
        Wire to = wire;
        if (to == null || flight != null) return;
        if (queue.isEmpty()) return;
        long dueIn = lastStartNanos + intervalNanos - clock.nanos();
        if (dueIn > 0) turnIn(dueIn);
        else flush(to);
    }

    /** Offered while the lane was being closed. */
    private void refuseRest() {
        for (Request request : queue.drain()) refuse(request, "disconnected");
    }

    private void turnIn(long nanos) {
        if (timed) return;
        timed = true;
        turns.later(nanos, () -> {
            timed = false;
            turn();
        });
    }

    private void flush(Wire to) {
        long now = clock.nanos();
        lastStartNanos = now;
        Flush next = new Flush(loaded, now, this::onPassing, () -> turns.run(this::onAnswered));
        fill(next, now);
        if (next.size() == 0) return;
        flight = next;
        meter.add(Metric.REDIS_ROUND_TRIPS, 1);
        meter.add(Metric.REDIS_COMMANDS, next.size());
        next.send(to);
    }

    private void fill(Flush next, long now) {
        while (isRoomIn(next)) {
            Request request = queue.poll();
            if (request == null) break;
            addOrExpire(next, request, now);
        }
        next.mergeRest();
    }

    private static boolean isRoomIn(Flush next) {
        return next.size() < MAX_COMMANDS && next.weightBytes() < MAX_BYTES;
    }

    private void addOrExpire(Flush next, Request request, long now) {
        if (LaneQueue.isLate(request, now)) {
            refuse(request, "late");
            return;
        }
        long waitedNanos = answerNanos + request.patienceNanos() - (request.deadlineNanos() - now);
        // First come, first served: the first of a flush has waited longest.
        if (next.size() == 0) meter.observe(Metric.REDIS_WAIT, waitedNanos);
        if (request.isPatient() && waitedNanos > answerNanos) meter.add(Metric.REDIS_WAITED, 1);
        next.add(request);
    }

    private void onAnswered() {
        Flush done = flight;
        if (done == null) return;
        flight = null;
        long took = clock.nanos() - done.startedNanos;
        meter.observe(Metric.REDIS_FLUSH, took);
        meter.observe(Metric.REDIS_LATENCY, took);
        turn();
    }

    private void onPassing(Request request, String error) {
        turns.run(() -> owner.again(this, request, error));
    }

    // --- deadlines

    private void sweepSoon() {
        if (sweeping || closed || (flight == null && queue.isEmpty())) return;
        sweeping = true;
        turns.later(SWEEP_NANOS, () -> {
            sweeping = false;
            sweep();
            sweepSoon();
        });
    }

    private void sweep() {
        long now = clock.nanos();
        if (flight != null) flight.expire(now);
        queue.expire(now, request -> refuse(request, "late"));
        if (wire == null && now - downSinceNanos > answerNanos) hopeless = true;
        if (flight != null && wire != null && now - flight.startedNanos > DEAD_AFTER_NANOS) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Redis at {0} owes answers for {1} s: reconnecting",
                    name,
                    DEAD_AFTER_SECONDS);
            wire.close();
        }
    }

    // --- the connection

    private void connect() {
        connecting = true;
        owner.connect(this, new LaneOwner.Connecting() {
            @Override
            public void onConnected(Wire made) {
                turns.run(() -> Lane.this.onConnected(made));
            }

            @Override
            public void onEnd() {
                turns.run(Lane.this::onEnded);
            }

            @Override
            public void onFailure(Throwable failure) {
                turns.run(() -> onConnectFailed(failure));
            }
        });
    }

    private void onConnected(Wire made) {
        connecting = false;
        if (closed) {
            made.close();
            return;
        }
        wire = made;
        hopeless = false;
        loaded = ConcurrentHashMap.newKeySet();
        backoff.reset();
        meter.move(Metric.REDIS_CONNECTIONS, 1);
        turn();
    }

    private void onConnectFailed(Throwable failure) {
        connecting = false;
        if (closed) return;
        LOG.log(System.Logger.Level.DEBUG, "no connection to Redis at " + name, failure);
        long now = clock.nanos();
        if (now - downSinceNanos > answerNanos) hopeless = true;
        turns.later(backoff.nextNanos(), this::start);
    }

    private void onEnded() {
        if (wire == null) return;
        wire = null;
        downSinceNanos = clock.nanos();
        meter.move(Metric.REDIS_CONNECTIONS, -1);
        meter.add(Metric.REDIS_LOST, 1);
        if (!closed) {
            LOG.log(System.Logger.Level.WARNING, "the connection to Redis at {0} ended: reconnecting", name);
            turns.later(backoff.nextNanos(), this::start);
        }
    }

    /** Ends the connection; the next one may find another server at the address. */
    void reconnect() {
        if (wire != null) wire.close();
    }

    /** Ends for good. Returns what still waits, for another lane; the caller answers for it. */
    Queue<Request> close() {
        closed = true;
        hopeless = true;
        Queue<Request> left = queue.drain();
        if (wire != null) wire.close();
        return left;
    }
}
