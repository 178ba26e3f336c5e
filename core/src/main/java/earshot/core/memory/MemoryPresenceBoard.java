package earshot.core.memory;

import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.presence.PresenceBoard;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Who is here, in this process. Thread-safe. A room without entries and followers takes no memory. */
public final class MemoryPresenceBoard implements PresenceBoard {
    private final ConcurrentHashMap<RoomId, Here> rooms = new ConcurrentHashMap<>();

    @Override
    public void enter(RoomId room, Entry entry) {
        in(room, here -> here.enter(entry));
    }

    @Override
    public void leave(RoomId room, SessionId session) {
        in(room, here -> here.leave(session));
    }

    @Override
    public void status(RoomId room, UserId user, String status) {
        in(room, here -> here.status(user, status));
    }

    @Override
    public Following follow(RoomId room, Follower follower) {
        in(room, here -> here.follow(follower));
        return () -> in(room, here -> here.followers.remove(follower));
    }

    /**
     * The lock of the room keeps changes and their telling in one order. It is not the map's: a follower may call back, about another room.
     */
    private void in(RoomId room, Consumer<Here> change) {
        while (true) {
            Here here = rooms.computeIfAbsent(room, _ -> new Here());
            synchronized (here) {
                if (here.gone) continue;
                change.accept(here);
                here.gone = here.isEmpty();
                if (here.gone) rooms.remove(room, here);
                return;
            }
        }
    }

    private static final class Here {
        final Map<SessionId, Entry> entries = new LinkedHashMap<>();
        final List<Follower> followers = new ArrayList<>();
        long version;
        boolean gone;

        boolean isEmpty() {
            return entries.isEmpty() && followers.isEmpty();
        }

        void enter(Entry entry) {
            entries.put(entry.session(), entry);
            version++;
            for (Follower follower : followers) follower.onEntered(version, entry);
        }

        void leave(SessionId session) {
            if (entries.remove(session) == null) return;
            version++;
            for (Follower follower : followers) follower.onLeft(version, session);
        }

        void status(UserId user, String status) {
            boolean any = false;
            for (Map.Entry<SessionId, Entry> e : entries.entrySet()) {
                Entry entry = e.getValue();
                if (!entry.user().user().equals(user)) continue;
                e.setValue(with(entry, status));
                any = true;
            }
            if (!any) return;
            version++;
            for (Follower follower : followers) follower.onStatus(version, user, status);
        }

        void follow(Follower follower) {
            follower.onSnapshot(version, List.copyOf(entries.values()));
            followers.add(follower);
        }

        private static Entry with(Entry entry, String status) {
            return new Entry(entry.session(), entry.user(), entry.joinedMillis(), status);
        }
    }
}
