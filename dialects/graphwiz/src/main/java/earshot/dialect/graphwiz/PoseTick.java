package earshot.dialect.graphwiz;

import earshot.core.message.Audience;
import earshot.core.message.Event;
import earshot.core.time.Clock;
import earshot.core.time.Deadlines;
import earshot.core.time.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells where things are in ticks: of what moves faster than that, the newest; after a quiet moment at once. So a room of a hundred avatars that each move
 * sixty times a second costs each member sixty writes, not six thousand. Confined to the room's loop; one deadline per room, while something moves.
 */
final class PoseTick {
    private final Loop loop;
    private final Clock clock;
    private final long tickNanos;
    private final Telling telling;
    private final Map<String, Pose> waiting = new LinkedHashMap<>();
    private Deadlines.@Nullable Deadline next;
    private long toldNanos;

    private record Pose(Event.Relayed event, Audience to) {}

    /** To those who hear it. */
    @FunctionalInterface
    interface Telling {
        void tell(Event.Relayed pose, Audience to);
    }

    PoseTick(Loop loop, Clock clock, Duration tick, Telling telling) {
        this.loop = loop;
        this.clock = clock;
        this.telling = telling;
        this.tickNanos = tick.toNanos();
        this.toldNanos = clock.nanos() - tickNanos;
    }

    /** True: it took the place of one that nobody will hear of. */
    boolean moved(String key, Event.Relayed event, Audience to) {
        long now = clock.nanos();
        if (next == null && now - toldNanos >= tickNanos) {
            toldNanos = now;
            telling.tell(event, to);
            return false;
        }
        Pose before = waiting.put(key, new Pose(event, to));
        if (next == null) next = loop.deadlines().at(toldNanos + tickNanos, this::flush);
        return before != null;
    }

    private void flush() {
        next = null;
        toldNanos = clock.nanos();
        List<Pose> now = new ArrayList<>(waiting.values());
        waiting.clear();
        for (Pose pose : now) telling.tell(pose.event, pose.to);
    }

    /** Nobody hears where it was any more. */
    void forgetEntity(String entityId) {
        waiting.keySet().removeIf(key -> PoseKey.entity(key).equals(entityId));
    }

    void forgetClient(String clientId) {
        waiting.keySet().removeIf(key -> PoseKey.client(key).equals(clientId));
    }

    void close() {
        if (next != null) next.cancel();
        next = null;
        waiting.clear();
    }
}
