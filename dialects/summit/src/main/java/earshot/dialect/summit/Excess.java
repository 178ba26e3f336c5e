package earshot.dialect.summit;

import earshot.core.message.CloseReason;
import earshot.core.time.Clock;
import earshot.dialect.Inbox;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Events of a connection that came faster than allowed: each is answered, one a second is said to be one too many, and who goes on is cut. Belongs to its conversation. */
final class Excess {
    private static final long SAID_EVERY_MILLIS = 1000;
    /** So many events too many without one that was taken, and the connection ends. */
    private static final int MOST = 2000;

    private static final long NEVER = Long.MIN_VALUE / 2;

    private final Clock clock;
    private long saidMillis = NEVER;
    private int inARow;

    Excess(Clock clock) {
        this.clock = clock;
    }

    /** An event was taken. */
    void over() {
        inARow = 0;
    }

    void on(Heard.Event event, NamespaceSocket socket, Inbox inbox) {
        inbox.rejected(Inbox.Rejected.RATE_LIMITED);
        Requests.limited(event, socket, inbox);
        long now = clock.millis();
        if (now - saidMillis >= SAID_EVERY_MILLIS) {
            saidMillis = now;
            inbox.answer(ServerEvents.error(socket.namespace, ErrorCode.RATE_LIMIT_EXCEEDED));
        }
        if (++inARow >= MOST) inbox.close(CloseReason.ABUSE);
    }

    void freeze(DataOutput out) throws IOException {
        out.writeLong(saidMillis);
        out.writeInt(inARow);
    }

    void thaw(DataInput in) throws IOException {
        saidMillis = in.readLong();
        inARow = in.readInt();
    }
}
