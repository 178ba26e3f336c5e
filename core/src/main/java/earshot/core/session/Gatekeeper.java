package earshot.core.session;

import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Port: who may be in a room and what for. Asked of the policy of the <em>room's</em> realm, never of the joiner's dialect alone (DESIGN 2).
 * Thread-safe; never blocks; stages complete on any thread.
 */
public interface Gatekeeper {
    CompletionStage<Verdict> admit(Session session, RoomId room);

    /** The answer. */
    sealed interface Verdict {
        /** @param permissions never empty */
        record Granted(Set<Permission> permissions) implements Verdict {}

        record Denied(Problem problem) implements Verdict {}
    }
}
