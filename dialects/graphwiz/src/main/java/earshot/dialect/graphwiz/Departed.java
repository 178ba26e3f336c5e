package earshot.dialect.graphwiz;

import earshot.core.message.Event;
import earshot.core.message.UserId;
import earshot.core.time.Clock;
import earshot.core.time.Deadlines;
import earshot.core.time.Loop;
import earshot.dialect.graphwiz.wire.Wire.PresenceData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Clients that left a moment ago, with how they looked and what they owned: the original's app says neither again when it reconnects (protocols/graphwiz.md
 * section 8.3). Confined to the room's loop, but for {@link #expects}. At most {@value #MAX}, and {@value #MAX_BYTES} bytes of things.
 */
final class Departed {
    private static final int MAX = 1000;
    private static final long MAX_BYTES = 4L << 20;

    private final long keptNanos;
    private final Loop loop;
    private final Clock clock;
    private final Runnable onEmpty;
    private final Map<String, Gone> gone = new ConcurrentHashMap<>();
    private long bytes;
    private Deadlines.@Nullable Deadline next;

    private record Gone(
            UserId user,
            String userId,
            PresenceData presence,
            String moved,
            List<Entity> owned,
            Map<String, Event.Relayed> poses,
            long weight,
            long untilNanos) {}

    /** @param onEmpty nobody is remembered any more */
    Departed(Duration kept, Loop loop, Clock clock, Runnable onEmpty) {
        this.keptNanos = kept.toNanos();
        this.loop = loop;
        this.clock = clock;
        this.onEmpty = onEmpty;
    }

    boolean isEmpty() {
        return gone.isEmpty();
    }

    /** Any thread. */
    boolean expects(String clientId, String userId) {
        Gone known = gone.get(clientId);
        return known != null && (userId.isEmpty() || known.userId.equals(userId));
    }

    void add(Member member, List<Entity> owned, Scene scene) {
        if (keptNanos == 0 || gone.size() >= MAX) return;
        long weight = 0;
        for (Entity entity : owned) weight += entity.weight();
        List<Entity> kept = bytes + weight > MAX_BYTES ? List.of() : owned;
        Map<String, Event.Relayed> poses = new ConcurrentHashMap<>(4);
        for (Entity entity : kept) keepPose(entity.id, scene, poses);
        if (!member.moved.isEmpty()) keepPose(member.moved, scene, poses);
        long counted = kept.isEmpty() ? 0 : weight;
        forget(member.clientId());
        bytes += counted;
        gone.put(
                member.clientId(),
                new Gone(
                        member.user,
                        member.identity.userId(),
                        member.presence,
                        member.moved,
                        kept,
                        poses,
                        counted,
                        clock.nanos() + keptNanos));
        if (next == null) next = loop.deadlines().at(clock.nanos() + keptNanos, this::sweep);
    }

    private static void keepPose(String entityId, Scene scene, Map<String, Event.Relayed> poses) {
        Event.Relayed pose = scene.pose(entityId);
        if (pose != null) poses.put(entityId, pose);
    }

    /** What it owned is in the room again; nothing, of somebody who was not here, or is somebody else now. */
    List<Entity> back(Member member, Scene scene) {
        Gone known = gone.get(member.clientId());
        if (known == null || !known.user.equals(member.user)) return List.of();
        forget(member.clientId());
        member.presence = known.presence;
        member.moved = known.moved;
        List<Entity> back = new ArrayList<>(known.owned.size());
        for (Entity entity : known.owned) if (scene.find(entity.id) == null && scene.put(entity)) back.add(entity);
        known.poses.forEach(scene::moved);
        return back;
    }

    private void forget(String clientId) {
        Gone known = gone.remove(clientId);
        if (known != null) bytes -= known.weight;
    }

    private void sweep() {
        next = null;
        long now = clock.nanos();
        long earliest = Long.MAX_VALUE;
        for (String clientId : List.copyOf(gone.keySet())) {
            Gone known = gone.get(clientId);
            if (known == null) continue;
            if (known.untilNanos - now <= 0) forget(clientId);
            else earliest = Math.min(earliest, known.untilNanos - now);
        }
        if (gone.isEmpty()) onEmpty.run();
        else next = loop.deadlines().at(now + earliest, this::sweep);
    }
}
