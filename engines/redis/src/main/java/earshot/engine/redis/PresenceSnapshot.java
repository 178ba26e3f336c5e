package earshot.engine.redis;

import earshot.core.message.UserId;
import earshot.core.presence.PresenceBoard.Entry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A room's presence as Redis has it.
 *
 * @param entered in the order of joining
 * @param statuses of every user who is there
 */
record PresenceSnapshot(Place place, List<PresenceChange.Entered> entered, Map<UserId, String> statuses) {
    private static final Comparator<PresenceChange.Entered> BY_JOINING = Comparator.comparing(
            PresenceChange.Entered::entry,
            Comparator.comparingLong(Entry::joinedMillis)
                    .thenComparingLong(entry -> entry.session().incarnation())
                    .thenComparingLong(entry -> entry.session().serial()));

    /** @param entered in any order */
    static PresenceSnapshot of(Place place, Collection<PresenceChange.Entered> entered, Map<UserId, String> statuses) {
        List<PresenceChange.Entered> sorted = new ArrayList<>(entered);
        sorted.sort(BY_JOINING);
        return new PresenceSnapshot(place, List.copyOf(sorted), statuses);
    }
}
