package earshot.dialect.graphwiz;

import earshot.core.message.SessionId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Connections whose place was taken by a newer one of the same client, until they have ended. Thread-safe. */
final class Endings {
    private final Set<SessionId> takenOver = ConcurrentHashMap.newKeySet();

    void takenOver(SessionId session) {
        takenOver.add(session);
    }

    boolean isTakenOver(SessionId session) {
        return takenOver.contains(session);
    }

    void forget(SessionId session) {
        takenOver.remove(session);
    }
}
