package earshot.dialect.summit;

import earshot.core.session.Gathering;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one socket was asked and has not answered, by ack id: at most {@value #MAX}, those that nobody waits for any more make room. Not frozen: who waits is of
 * this process. Belongs to its socket.
 */
final class OwedAcks {
    static final int MAX = 64;

    /** Null: nothing is owed, as nearly always. */
    private @Nullable Map<Long, Gathering> byId;

    /** False: this client owes too much already. */
    boolean add(long ackId, Gathering gathering) {
        Map<Long, Gathering> owed = byId;
        if (owed == null) {
            owed = new LinkedHashMap<>(2);
            byId = owed;
        }
        if (owed.size() >= MAX) owed.values().removeIf(Gathering::isOver);
        if (owed.size() >= MAX) return false;
        owed.put(ackId, gathering);
        return true;
    }

    /** Null: it was not asked, or has answered. */
    @Nullable
    Gathering take(long ackId) {
        Map<Long, Gathering> owed = byId;
        if (owed == null) return null;
        Gathering gathering = owed.remove(ackId);
        if (owed.isEmpty()) byId = null;
        return gathering;
    }

    /** There will be no answer. */
    void forget() {
        if (byId != null) byId.values().forEach(Gathering::gone);
        byId = null;
    }
}
