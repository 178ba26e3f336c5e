package earshot.dialect.threadkit;

import earshot.core.limit.FixedWindow;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How fast one connection may talk: the seed's fixed window, in which every message counts, refused ones too. Refusals are told for the first
 * few only, so that nobody gets more out of us than they put in; who goes on far above the limit is cut. For one loop.
 */
final class MessageGate {
    private static final long WINDOW_NANOS = 1_000_000_000L;
    private static final int FLOOD_FACTOR = 10;

    /** What is to become of a message. */
    enum Verdict {
        TAKE,
        REFUSE,
        /** Refuse without a word. */
        DROP,
        CUT
    }

    private final ThreadkitConfig config;
    private final FixedWindow window;
    private int floodsInRow;

    MessageGate(ThreadkitConfig config) {
        this.config = config;
        this.window = new FixedWindow(Math.max(1, config.messagesPerSecond()), WINDOW_NANOS);
    }

    Verdict take(long nowNanos) {
        if (config.messagesPerSecond() == 0) return Verdict.TAKE;
        if (window.ageNanos(nowNanos) >= WINDOW_NANOS) look(nowNanos);
        if (window.tryTake(nowNanos)) return Verdict.TAKE;
        if (window.count() == floodCount() && ++floodsInRow >= config.floodWindows()) return Verdict.CUT;
        return window.refused() <= config.errorsPerWindow() ? Verdict.REFUSE : Verdict.DROP;
    }

    /** A window has ended: was it a flood, and does another one follow at once? */
    private void look(long nowNanos) {
        boolean calm = window.count() < floodCount();
        boolean pause = window.ageNanos(nowNanos) >= 2 * WINDOW_NANOS;
        if (calm || pause) floodsInRow = 0;
    }

    private int floodCount() {
        return config.messagesPerSecond() * FLOOD_FACTOR + 1;
    }

    /** Times are written as ages: another process has another zero. */
    void freeze(DataOutput out, long nowNanos) throws IOException {
        out.writeInt(window.count());
        out.writeLong(window.ageNanos(nowNanos));
        out.writeInt(floodsInRow);
    }

    static MessageGate thaw(ThreadkitConfig config, DataInput in, long nowNanos) throws IOException {
        var gate = new MessageGate(config);
        gate.window.restore(in.readInt(), in.readLong(), nowNanos);
        gate.floodsInRow = in.readInt();
        if (gate.floodsInRow < 0) throw new IOException("floods: " + gate.floodsInRow + " (expected: >= 0)");
        return gate;
    }
}
