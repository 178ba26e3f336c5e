package earshot.core.relay;

import earshot.core.message.SessionId;
import java.util.Comparator;

/** Where a session is in the line of all sessions of all nodes, the oldest first: pages of a list end and begin there. */
public record SessionAge(long connectedMillis, SessionId session) implements Comparable<SessionAge> {
    private static final Comparator<SessionAge> OLDEST_FIRST = Comparator.comparingLong(SessionAge::connectedMillis)
            .thenComparingLong(age -> age.session().incarnation())
            .thenComparingLong(age -> age.session().serial());

    @Override
    public int compareTo(SessionAge other) {
        return OLDEST_FIRST.compare(this, other);
    }
}
