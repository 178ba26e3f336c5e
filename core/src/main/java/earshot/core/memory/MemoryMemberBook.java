package earshot.core.memory;

import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.presence.MemberBook;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Who was in which room, for as long as this object lives: what tests put behind two nodes that follow each other. A process that keeps
 * nothing uses {@link MemberBook#NONE}. Thread-safe.
 */
public final class MemoryMemberBook implements MemberBook {
    private final Map<RoomId, Map<UserId, Returning>> rooms = new LinkedHashMap<>();
    private Map<RoomId, List<Returning>> before = Map.of();

    @Override
    public synchronized void entered(RoomId room, Profile user, long joinedMillis) {
        rooms.computeIfAbsent(room, _ -> new LinkedHashMap<>()).put(user.user(), new Returning(user, joinedMillis));
    }

    @Override
    public synchronized void left(RoomId room, UserId user) {
        Map<UserId, Returning> here = rooms.get(room);
        if (here == null) return;
        here.remove(user);
        if (here.isEmpty()) rooms.remove(room);
    }

    @Override
    public synchronized CompletionStage<List<Returning>> returning(RoomId room) {
        return CompletableFuture.completedStage(before.getOrDefault(room, List.of()));
    }

    /** The process that wrote all this has ended, and the next one begins. */
    public synchronized void restart() {
        Map<RoomId, List<Returning>> then = new LinkedHashMap<>();
        rooms.forEach((room, users) -> then.put(room, List.copyOf(users.values())));
        before = then;
    }
}
