package earshot.engine.redis;

import earshot.core.message.Lane;
import java.util.concurrent.atomic.AtomicLong;

/** What of a node's telling Redis has not taken yet: bounded by bytes, and spare gives way first. Thread-safe. */
final class RelayBudget {
    private static final long MAX_BYTES = 16L << 20;
    private static final long MAX_SPARE_BYTES = MAX_BYTES / 4;
    /** What one event costs beside its bytes. */
    private static final int OVERHEAD = 200;

    private final AtomicLong bytes = new AtomicLong();

    /** False: too much waits already. */
    boolean enter(Lane lane, int size) {
        long limit = lane == Lane.SPARE ? MAX_SPARE_BYTES : MAX_BYTES;
        if (bytes.addAndGet(size + OVERHEAD) <= limit) return true;
        leave(size);
        return false;
    }

    void leave(int size) {
        bytes.addAndGet(-(size + OVERHEAD));
    }
}
