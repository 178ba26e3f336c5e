package earshot.engine.sql;

import earshot.core.history.RoomLog.Follower;
import earshot.core.history.RoomLog.Following;
import earshot.core.message.KeptEvent;
import earshot.core.message.RoomId;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who follows which room. Thread-safe; told by the writer, in the order of the log. */
final class Feed {
    private static final System.Logger LOG = System.getLogger(Feed.class.getName());

    private final ConcurrentHashMap<RoomId, List<Follower>> followers = new ConcurrentHashMap<>();

    Following follow(RoomId room, Follower follower) {
        followers.compute(room, (_, known) -> {
            List<Follower> list = known == null ? new CopyOnWriteArrayList<>() : known;
            list.add(follower);
            return list;
        });
        return () -> followers.computeIfPresent(room, (_, list) -> {
            list.remove(follower);
            return list.isEmpty() ? null : list;
        });
    }

    void tell(KeptEvent entry) {
        List<Follower> list = followers.get(entry.room());
        if (list == null) return;
        for (Follower follower : list) guarded(() -> follower.onEntry(entry));
    }

    void tellGap() {
        for (List<Follower> list : followers.values()) {
            for (Follower follower : list) guarded(follower::onGap);
        }
    }

    /** Followers promise not to throw; one that does must not stop the writer. */
    private static void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "a follower of the log threw", e);
        }
    }
}
