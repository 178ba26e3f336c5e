package earshot.core.room;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Loop;
import java.util.ArrayDeque;

/**
 * The work of a loop's rooms, one piece after the other. Confined to that loop, but for {@link #onLoop}.
 *
 * <p>A room calls out in the middle of its work: an engine may complete at once, an audience or a connection may lead to the next command on the same
 * stack. Whatever comes in during a turn waits until the running piece is done, and then runs in the same turn. So a room is never entered twice.
 */
final class RoomTurns {
    private static final System.Logger LOG = System.getLogger(Rooms.class.getName());

    private final Loop loop;
    private final Meter meter;
    private final ArrayDeque<Runnable> later = new ArrayDeque<>();
    private boolean inTurn;

    RoomTurns(Loop loop, Meter meter) {
        this.loop = loop;
        this.meter = meter;
    }

    /** Runs a piece of work of this loop, now or at the end of the turn that runs already. */
    void turn(Runnable work) {
        assert loop.isCurrent();
        if (inTurn) {
            later.add(work);
            return;
        }
        inTurn = true;
        try {
            shielded("room", work);
            for (Runnable next = later.poll(); next != null; next = later.poll()) shielded("room", next);
        } finally {
            inTurn = false;
        }
    }

    /** Any thread. A fact for this loop: now if it is here, else as soon as the loop comes to it. */
    void onLoop(Runnable fact) {
        if (loop.isCurrent()) turn(fact);
        else loop.post(() -> turn(fact));
    }

    /** What others do on a room's behalf must not stop the room in the middle of its work. Whether it was done to its end. */
    boolean shielded(String where, Runnable work) {
        try {
            work.run();
            return true;
        } catch (RuntimeException e) {
            onFault(where, e);
            return false;
        }
    }

    void onFault(String where, RuntimeException e) {
        meter.add(Metric.FAULTS, 1, where);
        LOG.log(System.Logger.Level.ERROR, "work of a room failed where=" + where, e);
    }
}
