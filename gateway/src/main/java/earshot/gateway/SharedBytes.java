package earshot.gateway;

import earshot.core.time.Clock;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Bytes that many members were given and some sockets have not taken yet. The budget counts them once, however many wait for them: a reference of
 * ours stays with each buffer until it is the last one. Confined to its loop.
 */
final class SharedBytes {
    /** Buffers looked at in one turn; more than come to be waited for in a turn of a busy loop. */
    private static final int LOOKS = 16;

    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ByteBudget budget;
    private final NettyLoop loop;
    private final Clock clock;
    /** Of this turn: written, perhaps not flushed. */
    private final List<ByteBuf> fresh = new ArrayList<>();

    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
    private boolean timed;
    private boolean left;

    SharedBytes(ByteBudget budget, NettyLoop loop, Clock clock) {
        this.budget = budget;
        this.loop = loop;
        this.clock = clock;
    }

    /** Takes over our reference. */
    void letGo(ByteBuf bytes) {
        fresh.add(bytes);
    }

    /** What a socket had not taken is nobody's any more: all are looked at. */
    void someoneLeft() {
        left = true;
    }

    /** Something came after the last {@link #settle}. */
    boolean isUnsettled() {
        return left || !fresh.isEmpty();
    }

    /** After everything written was flushed. */
    void settle() {
        look(left ? waiting.size() : Math.min(waiting.size(), LOOKS));
        left = false;
        for (int i = 0; i < fresh.size(); i++) settle(fresh.get(i));
        fresh.clear();
        if (!waiting.isEmpty() && !timed) lookLater();
    }

    private void settle(ByteBuf bytes) {
        if (bytes.refCnt() == 1) {
            bytes.release();
            return;
        }
        budget.hold(bytes.capacity());
        waiting.add(bytes);
    }

    private void look(int count) {
        for (int i = 0; i < count; i++) {
            ByteBuf bytes = waiting.remove();
            if (bytes.refCnt() == 1) {
                budget.hold(-bytes.capacity());
                bytes.release();
            } else {
                waiting.add(bytes);
            }
        }
    }

    /** A loop without turns sees it too when the last socket has taken them. */
    private void lookLater() {
        timed = true;
        loop.deadlines().at(clock.nanos() + LOOK_NANOS, () -> {
            timed = false;
            look(waiting.size());
            if (!waiting.isEmpty()) lookLater();
        });
    }
}
