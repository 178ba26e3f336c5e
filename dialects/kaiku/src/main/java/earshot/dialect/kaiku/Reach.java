package earshot.dialect.kaiku;

import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.UserId;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What the dialect does outside of any connection, on all nodes. The server implements it once the node is made; until then nobody is connected.
 * Thread-safe; never blocks; stages complete on any thread and never fail.
 */
public interface Reach {
    /** See {@link earshot.core.Node#serve}. */
    CompletionStage<Reply> serve(Command command, @Nullable Profile as);

    /** See {@link earshot.core.Everywhere#notify}. */
    void notify(Event.Notified event);

    /** See {@link earshot.core.Everywhere#recheck}. */
    void recheck(UserId user);

    /** See {@link earshot.core.Everywhere#disconnect}. */
    void disconnect(UserId user, CloseReason reason);

    /** How many sessions the user has; negative: that cannot be said now. */
    CompletionStage<Integer> sessions(UserId user);

    /** Runs the task once, then, on any thread; it must not block. For what is live and rare: a call that rings, a participant who was lost. */
    void later(Duration delay, Runnable task);
}
