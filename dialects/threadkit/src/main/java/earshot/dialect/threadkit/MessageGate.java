package earshot.dialect.threadkit;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How fast one connection may talk. The window is fixed: it begins with the first message that comes a second or more after the beginning of
 * the one before, and every message in it counts, refused ones too. Refusals are told for the first few only, so that nobody gets more out of
 * us than they put in; who goes on far above the limit is cut. For one loop.
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
    private boolean begun;
    private long beganNanos;
    private int inWindow;
    private int floodsInRow;

    MessageGate(ThreadkitConfig config) {
        this.config = config;
    }

    Verdict take(long nowNanos) {
        int limit = config.messagesPerSecond();
        if (limit == 0) return Verdict.TAKE;
        if (!begun || nowNanos - beganNanos >= WINDOW_NANOS) begin(nowNanos);
        inWindow++;
        if (inWindow <= limit) return Verdict.TAKE;
        if (inWindow == limit * FLOOD_FACTOR + 1 && ++floodsInRow >= config.floodWindows()) return Verdict.CUT;
        return inWindow <= limit + config.errorsPerWindow() ? Verdict.REFUSE : Verdict.DROP;
    }

    private void begin(long nowNanos) {
        boolean calm = inWindow <= config.messagesPerSecond() * FLOOD_FACTOR;
        boolean pause = nowNanos - beganNanos >= 2 * WINDOW_NANOS;
        if (!begun || calm || pause) floodsInRow = 0;
        begun = true;
        beganNanos = nowNanos;
        inWindow = 0;
    }

    /** Times are written as ages: another process has another zero. */
    void freeze(DataOutput out, long nowNanos) throws IOException {
        out.writeBoolean(begun);
        out.writeLong(begun ? nowNanos - beganNanos : 0);
        out.writeInt(inWindow);
        out.writeInt(floodsInRow);
    }

    static MessageGate thaw(ThreadkitConfig config, DataInput in, long nowNanos) throws IOException {
        var gate = new MessageGate(config);
        gate.begun = in.readBoolean();
        gate.beganNanos = nowNanos - in.readLong();
        gate.inWindow = in.readInt();
        gate.floodsInRow = in.readInt();
        if (gate.inWindow < 0 || gate.floodsInRow < 0) throw new IOException("gate: negative count");
        return gate;
    }
}
