package earshot.gateway;

import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;

/**
 * How fast one loop begins handshakes: so many a second, a quarter of them while the loop is late, none while those begun are too many. Who comes
 * too early waits in line, for a bounded time in a bounded line; then it is refused. Confined to its loop.
 */
final class HandshakePace {
    /** A handshake that waits for its turn. */
    interface Turn {
        void begin();

        void refuse(Limit exceeded);

        /** Its client has gone. */
        boolean isGone();
    }

    private record Waiting(Turn turn, long sinceNanos) {}

    private static final int LATE_DIVISOR = 4;

    private final GatewayConfig.Handshakes limits;
    private final BooleanSupplier enough;
    private final ArrayDeque<Waiting> line = new ArrayDeque<>();
    private double tokens;
    private long filledNanos;
    private boolean late;

    HandshakePace(GatewayConfig.Handshakes limits, long nowNanos) {
        this(limits, () -> false, nowNanos);
    }

    /** @param enough whether none may begin now, because of those that have */
    HandshakePace(GatewayConfig.Handshakes limits, BooleanSupplier enough, long nowNanos) {
        this.limits = limits;
        this.enough = enough;
        this.filledNanos = nowNanos;
        this.tokens = burst();
    }

    /** A tenth of a second's worth at once, so that the rest of the loop's work is not kept waiting for long. */
    private double burst() {
        return Math.max(1, limits.perLoopPerSecond() / 10.0);
    }

    /** Begins it now, later, or refuses it. */
    void enter(Turn turn, long nowNanos) {
        fill(nowNanos);
        if (line.isEmpty() && mayBegin()) {
            tokens--;
            turn.begin();
        } else if (line.size() < limits.maxWaiting()) {
            line.add(new Waiting(turn, nowNanos));
        } else {
            turn.refuse(Limit.HANDSHAKES_WAITING);
        }
    }

    private boolean mayBegin() {
        return tokens >= 1 && !enough.getAsBoolean();
    }

    int waiting() {
        return line.size();
    }

    void onTick(long nowNanos, long lagNanos) {
        late = lagNanos > limits.lag().toNanos();
        fill(nowNanos);
        long tooLong = limits.maxWait().toNanos();
        for (Waiting next = line.peek(); next != null; next = line.peek()) {
            if (next.turn.isGone()) {
                line.remove();
            } else if (nowNanos - next.sinceNanos > tooLong) {
                line.remove();
                next.turn.refuse(Limit.HANDSHAKE_WAIT);
            } else if (mayBegin()) {
                line.remove();
                tokens--;
                next.turn.begin();
            } else {
                return;
            }
        }
    }

    private void fill(long nowNanos) {
        double perSecond = late ? limits.perLoopPerSecond() / (double) LATE_DIVISOR : limits.perLoopPerSecond();
        tokens = Math.min(burst(), tokens + (nowNanos - filledNanos) * perSecond / 1e9);
        filledNanos = nowNanos;
    }
}
