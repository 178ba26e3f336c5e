package earshot.gateway;

import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;

/**
 * History that sessions of one loop wait for: a few reads at once, the others in line. An answer is a hundred messages and becomes as many frames; when
 * thousands come back at once and all ask for what they missed, their answers would be in memory together. Bounded by the sessions' commands in flight.
 * Confined to its loop.
 */
final class HistoryReads {
    /** Enough to keep an engine busy. */
    static final int AT_ONCE = 16;

    private final ArrayDeque<BooleanSupplier> line = new ArrayDeque<>();
    private int underWay;

    /** @param read begins, now or when its turn has come; false: nobody wants it any more */
    void ask(BooleanSupplier read) {
        line.add(read);
        beginMore();
    }

    /** So many have been answered, or nobody waits for them any more. */
    void ended(int reads) {
        underWay -= reads;
        beginMore();
    }

    private void beginMore() {
        while (underWay < AT_ONCE && !line.isEmpty()) {
            underWay++;
            if (!line.remove().getAsBoolean()) underWay--;
        }
    }
}
