package earshot.core.room;

import earshot.core.message.CloseReason;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.telemetry.Metric;
import earshot.core.time.Deadlines;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Users whose sessions are gone from a room and who are expected back: they stay on the board until their time is up, so that nobody hears of a leave and
 * a join. Confined to the room's loop. Bounded by the sessions that were in the room.
 */
final class Lingerers {
    private static final long HELD = Long.MAX_VALUE;

    private final RoomId room;
    private final RoomRules rules;
    private final Rooms.Parts parts;
    private final Rooms rooms;
    private final Runnable onFewer;
    private final Map<UserId, Lingering> lingering = new LinkedHashMap<>(2);
    private Deadlines.@Nullable Deadline end;

    /** Sessions of one user that are gone, but not from the board yet. */
    private record Lingering(List<SessionId> sessions, long untilNanos) {}

    /** @param onFewer told when some have gone or come back */
    Lingerers(RoomId room, RoomRules rules, Rooms.Parts parts, Rooms rooms, Runnable onFewer) {
        this.room = room;
        this.rules = rules;
        this.parts = parts;
        this.rooms = rooms;
        this.onFewer = onFewer;
    }

    boolean isEmpty() {
        return lingering.isEmpty();
    }

    /** Whether who goes for this reason is expected back. */
    boolean wants(CloseReason reason) {
        if (rooms.isDraining() && reason.mayReturn()) return true;
        if (rules.lingerMillis() == 0) return false;
        return reason.mayReturn() || (rules.lingersAlways() && isUnclean(reason));
    }

    private static boolean isUnclean(CloseReason reason) {
        return switch (reason) {
            case CLIENT_LEFT, KICKED, REVOKED, ABUSE -> false;
            case DRAINING, IDLE, DEAD_PEER, SLOW_READER, OVER_BUDGET, TOO_BIG, PROTOCOL_ERROR, BAD_DATA, FAULT -> true;
        };
    }

    /** While the node stops nobody is said to have left: those who come back within a minute of the next start find themselves still here. */
    void add(SessionId session, UserId user) {
        long until = rooms.isDraining() ? HELD : parts.clock().nanos() + rules.lingerMillis() * 1_000_000;
        Lingering before = lingering.remove(user);
        List<SessionId> sessions = before == null ? new ArrayList<>(1) : before.sessions;
        sessions.add(session);
        lingering.put(user, new Lingering(sessions, until));
        if (end == null && until != HELD) armEnd(until);
    }

    private void armEnd(long untilNanos) {
        end = parts.loop().deadlines().at(untilNanos, () -> rooms.turn(this::onEnd));
    }

    private void onEnd() {
        end = null;
        long now = parts.clock().nanos();
        Iterator<Lingering> oldestFirst = lingering.values().iterator();
        while (oldestFirst.hasNext()) {
            Lingering oldest = oldestFirst.next();
            if (oldest.untilNanos == HELD) break;
            if (oldest.untilNanos - now > 0) {
                armEnd(oldest.untilNanos);
                break;
            }
            oldestFirst.remove();
            leave(oldest);
        }
        onFewer.run();
    }

    /** The user has a new session in the picture: the old ones may go, and nobody notices. */
    void returned(UserId user) {
        Lingering ended = lingering.remove(user);
        if (ended == null) return;
        parts.meter().add(Metric.PRESENCE_LINGERED, 1);
        leave(ended);
        onFewer.run();
    }

    private void leave(Lingering of) {
        for (SessionId session : of.sessions) parts.board().leave(room, session);
    }

    void close() {
        if (end != null) end.cancel();
    }
}
