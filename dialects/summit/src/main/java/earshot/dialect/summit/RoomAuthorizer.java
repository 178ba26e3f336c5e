package earshot.dialect.summit;

import earshot.core.message.RoomId;
import earshot.core.session.Session;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Port: the product's own word on who may do what in a room, asked after the token's permissions have not refused it. Thread-safe; never blocks; a failed
 * stage refuses.
 */
@FunctionalInterface
public interface RoomAuthorizer {
    /** What somebody wants to do. */
    enum Action {
        JOIN,
        SEND
    }

    /** @return what is allowed; without JOIN nobody comes in */
    CompletionStage<Set<Action>> allowed(Session session, RoomId room);
}
