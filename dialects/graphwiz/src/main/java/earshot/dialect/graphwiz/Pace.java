package earshot.dialect.graphwiz;

import earshot.core.limit.SlidingWindow;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How fast one client may speak, and how often it is told that something went wrong. Confined to its session's loop. */
final class Pace {
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Who goes on so long without a pause is cut off (protocols/graphwiz.md section 12). */
    private static final long ABUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long NEVER = -1;

    private final int perSecond;
    private @Nullable SlidingWindow window;
    private boolean exceeding;
    private long exceedingSince;
    private long exceededAt;
    private boolean complained;
    private long complainedAt;

    Pace(int perSecond) {
        this.perSecond = perSecond;
    }

    boolean take(long now) {
        SlidingWindow counted = window == null ? new SlidingWindow(perSecond, SECOND_NANOS) : window;
        window = counted;
        if (counted.tryTake(now)) return true;
        if (!exceeding || now - exceededAt > SECOND_NANOS) exceedingSince = now;
        exceeding = true;
        exceededAt = now;
        return false;
    }

    boolean isAbuse(long now) {
        return exceeding && now - exceedingSince >= ABUSE_NANOS;
    }

    /** At most once a second. */
    boolean mayComplain(long now) {
        if (complained && now - complainedAt < SECOND_NANOS) return false;
        complained = true;
        complainedAt = now;
        return true;
    }

    /** The window begins anew after a thaw: a second is soon over. */
    void freeze(DataOutput out, long now) throws IOException {
        out.writeLong(complained ? now - complainedAt : NEVER);
    }

    void thaw(DataInput in, long now) throws IOException {
        long age = in.readLong();
        complained = age != NEVER;
        complainedAt = now - Math.max(0, age);
    }
}
