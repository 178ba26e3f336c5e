package earshot.dialect.kaiku;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;

/**
 * What a connection knows of its own user's status: what was chosen, and whether all of the user's connections are idle. A user is away when nothing but
 * pings came from any connection for ten minutes, and back with the next event; a status that was chosen stays.
 *
 * <p>Whoever becomes idle asks the user's other connections, on whatever node they are, and waits a moment for one that is not. The last to become idle
 * hears of none. One for each conversation.
 */
final class OwnStatus {
    private static final long ASKING_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long NEVER = Long.MAX_VALUE;

    private final long awayAfterNanos;
    private ChosenStatus chosen;
    /** The user's connections have agreed on it. */
    private boolean idle;

    private long activeNanos;
    /** This connection became idle, and has done what there is to do about it. */
    private boolean asked;

    private long answersUntilNanos = NEVER;

    OwnStatus(ChosenStatus chosen, Duration awayAfter, long nowNanos) {
        this.chosen = chosen;
        this.awayAfterNanos = awayAfter.toNanos();
        this.activeNanos = nowNanos;
    }

    ChosenStatus chosen() {
        return chosen;
    }

    void chose(ChosenStatus status) {
        chosen = status;
        idle = false;
    }

    void isIdle(boolean now) {
        idle = now;
    }

    /** The client said something. True: its user is not away any more, which is to be said. */
    boolean onActive(long nowNanos) {
        activeNanos = nowNanos;
        asked = false;
        answersUntilNanos = NEVER;
        boolean back = idle;
        idle = false;
        return back;
    }

    boolean isActive(long nowNanos) {
        return awayAfterNanos == 0 || nowNanos - activeNanos < awayAfterNanos;
    }

    /** Whether the user's other connections are to be asked now. */
    boolean shouldAsk(long nowNanos) {
        if (asked || idle || chosen != ChosenStatus.ONLINE || isActive(nowNanos)) return false;
        asked = true;
        answersUntilNanos = nowNanos + ASKING_NANOS;
        return true;
    }

    /** Another connection is not idle. */
    void onOtherActive() {
        answersUntilNanos = NEVER;
    }

    /** Whether nobody answered: the user is away, which is to be said. */
    boolean isAwayNow(long nowNanos) {
        if (answersUntilNanos == NEVER || nowNanos - answersUntilNanos < 0) return false;
        answersUntilNanos = NEVER;
        idle = chosen == ChosenStatus.ONLINE;
        return idle;
    }

    // --- freezing

    void freeze(DataOutput out, long nowNanos) throws IOException {
        out.writeUTF(chosen.word());
        out.writeBoolean(idle);
        out.writeBoolean(asked);
        out.writeLong(nowNanos - activeNanos);
        out.writeLong(answersUntilNanos == NEVER ? NEVER : answersUntilNanos - nowNanos);
    }

    static OwnStatus thaw(DataInput in, Duration awayAfter, long nowNanos) throws IOException {
        ChosenStatus chosen = ChosenStatus.of(in.readUTF());
        if (chosen == null) throw new IOException("status: none of ours");
        var own = new OwnStatus(chosen, awayAfter, nowNanos);
        own.idle = in.readBoolean();
        own.asked = in.readBoolean();
        own.activeNanos = nowNanos - in.readLong();
        long left = in.readLong();
        own.answersUntilNanos = left == NEVER ? NEVER : nowNanos + left;
        return own;
    }
}
