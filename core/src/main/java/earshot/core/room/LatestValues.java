package earshot.core.room;

import earshot.core.message.Audience;
import earshot.core.message.Event;
import earshot.core.message.Event.RoomEvent;
import earshot.core.message.Position;
import earshot.core.message.UserId;
import earshot.core.relay.Passed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The current values of a room's latest lane, for those who join. Per key the highest stamp wins, so that all nodes end with the same value whatever
 * the order in which they hear of it. At most {@value #MAX}: the one that was not renewed for longest goes. Votes of a message that was deleted come back
 * neither from a node that has not heard of it yet, nor from one that answers late.
 */
final class LatestValues {
    static final int MAX = 1000;

    /** What became of a value. */
    enum Put {
        /** A newer one is known, or what it is about is gone. */
        STALE,
        /** Nothing else than what is known already. */
        SAME,
        PUT,
        /** Put, and an older value of another key had to go. */
        PUT_FOR_ANOTHER
    }

    private record Key(String kind, Object key) {}

    /** Used again for the next value of its key. */
    private static final class Value {
        RoomEvent event;
        long stamp;
        long node;

        Value(RoomEvent event) {
            this.event = event;
        }

        boolean isBefore(long otherStamp, long otherNode) {
            return stamp != otherStamp ? stamp < otherStamp : node < otherNode;
        }
    }

    private final Map<Key, Value> values = new LinkedHashMap<>(2);
    /** Messages that were deleted; the newest {@value #MAX}. */
    private final Set<String> deleted = new LinkedHashSet<>(0);

    private @Nullable List<RoomEvent> list = List.of();

    /**
     * @param stamp when it was decided
     * @param node the incarnation that decided it
     */
    Put put(RoomEvent event, long stamp, long node) {
        Key key = key(event);
        if (key == null) return Put.PUT;
        if (event instanceof Event.VotesChanged votes && deleted.contains(votes.messageId())) return Put.STALE;
        Value value = values.remove(key);
        if (value == null) value = new Value(event);
        else if (!value.isBefore(stamp, node)) {
            values.put(key, value);
            return Put.STALE;
        }
        boolean same = value.stamp != 0 && event instanceof Event.VotesChanged && event.equals(value.event);
        list = null;
        value.event = event;
        value.stamp = stamp;
        value.node = node;
        values.put(key, value);
        if (same) return Put.SAME;
        if (values.size() <= MAX) return Put.PUT;
        values.remove(values.keySet().iterator().next());
        return Put.PUT_FOR_ANOTHER;
    }

    void forgetVotes(String messageId) {
        forget(new Key(VOTES, messageId));
        deleted.add(messageId);
        if (deleted.size() > MAX) deleted.remove(deleted.iterator().next());
    }

    void forgetStatus(UserId user) {
        forget(new Key(STATUS, user));
    }

    private void forget(Key key) {
        if (values.remove(key) != null) list = null;
    }

    /** The same list until a value changes. */
    List<RoomEvent> list() {
        if (list == null)
            list = values.values().stream().map(value -> value.event).toList();
        return list;
    }

    /** What another node cannot know by itself, the longest known first. Status is the board's. */
    List<Passed> forOthers(Position told) {
        List<Passed> passed = new ArrayList<>(values.size());
        for (Value value : values.values()) {
            if (!(value.event instanceof Event.StatusChanged))
                passed.add(new Passed(value.event, Audience.ALL, value.stamp, value.node, told));
        }
        return passed;
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
            // Who joins gets the list itself.
            case Event.PresenceChanged _ -> null;
            case Event.UserJoined _, Event.UserLeft _, Event.Typing _ -> null;
        };
    }
}
