package earshot.core;

import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.session.Session;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sessions whose home is one loop. Confined to that loop. */
final class Desk {
    private final Map<SessionId, Resident> residents = new HashMap<>();
    private final Map<UserId, List<Resident>> byUser = new HashMap<>();

    /** A session, and the rooms that it asked to be in, each with the number of that join. */
    static final class Resident {
        final Session session;
        final Map<RoomId, Long> rooms = new LinkedHashMap<>(2);
        private long joins;

        private Resident(Session session) {
            this.session = session;
        }

        long join(RoomId room) {
            long join = ++joins;
            rooms.put(room, join);
            return join;
        }

        /** Whether this was the newest join of that room. */
        boolean leave(RoomId room, long join) {
            return rooms.remove(room, join);
        }
    }

    /** Nothing happens when it is here already. */
    void add(Session session) {
        var resident = new Resident(session);
        if (residents.putIfAbsent(session.id(), resident) != null) return;
        if (session.user() != null) {
            byUser.computeIfAbsent(session.user().user(), _ -> new ArrayList<>(1))
                    .add(resident);
        }
    }

    @Nullable
    Resident find(SessionId id) {
        return residents.get(id);
    }

    @Nullable
    Resident remove(Session session) {
        Resident resident = residents.remove(session.id());
        if (resident == null || session.user() == null) return resident;
        UserId user = session.user().user();
        List<Resident> ofUser = byUser.get(user);
        if (ofUser == null) return resident;
        ofUser.remove(resident);
        if (ofUser.isEmpty()) byUser.remove(user);
        return resident;
    }

    Collection<Resident> all() {
        return residents.values();
    }

    List<Resident> of(UserId user) {
        return List.copyOf(byUser.getOrDefault(user, List.of()));
    }
}
