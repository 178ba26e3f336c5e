package earshot.core.room;

import earshot.core.message.Event;
import earshot.core.message.Event.RoomEvent;
import earshot.core.message.UserId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The current values of a room's latest lane, for those who join. At most {@value #MAX}: the one that was not renewed for longest goes. */
final class LatestValues {
    static final int MAX = 1000;

    private record Key(String kind, Object key) {}

    private final Map<Key, RoomEvent> values = new LinkedHashMap<>(2);
    private @Nullable List<RoomEvent> list = List.of();

    /** Whether an older value of another key had to go. */
    boolean put(RoomEvent event) {
        Key key = key(event);
        if (key == null) return false;
        list = null;
        values.remove(key);
        values.put(key, event);
        if (values.size() <= MAX) return false;
        values.remove(values.keySet().iterator().next());
        return true;
    }

    void forgetVotes(String messageId) {
        forget(new Key(VOTES, messageId));
    }

    void forgetStatus(UserId user) {
        forget(new Key(STATUS, user));
    }

    private void forget(Key key) {
        if (values.remove(key) != null) list = null;
    }

    /** The same list until a value changes. */
    List<RoomEvent> list() {
        if (list == null) list = List.copyOf(values.values());
        return list;
    }

    private static final String VOTES = "votes";
    private static final String STATUS = "status";

    private static @Nullable Key key(RoomEvent event) {
        Object key = event.latestKey();
        if (key == null) return null;
        return switch (event) {
            case Event.VotesChanged _ -> new Key(VOTES, key);
            case Event.StatusChanged _ -> new Key(STATUS, key);
            case Event.Relayed relayed -> new Key("relayed " + relayed.dialect(), key);
            case Event.UserJoined _, Event.UserLeft _, Event.Typing _ -> null;
        };
    }
}
