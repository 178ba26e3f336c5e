package earshot.dialect;

import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.Reply;
import earshot.core.message.Tag;
import earshot.core.session.Gathering;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One session's protocol state. Owned by the session's home loop: every method is called there, one at a time, and its fields are plain.
 * No input may make it throw, block, or grow without bound; a throw is a bug, is counted, and is answered by {@link #fault}.
 */
public interface Conversation {
    /** Right after the upgrade, before any frame: greet, join. */
    void opened(Inbox inbox);

    /** One message from the client, at most {@link Dialect.LinkLimits#maxMessageBytes} long. */
    void decode(Frame frame, Inbox inbox);

    /** The answer to an earlier {@link Inbox#ask}. */
    void onReply(Tag tag, Reply reply, Inbox inbox);

    /**
     * Something of a product's own, outside of rooms; core takes this session for one that it is for. To be said to the gathering, on any thread: what became
     * of it, and the client's answer when it comes.
     */
    default void onEmitted(Gathering gathering, Inbox inbox) {
        gathering.passedOver();
    }

    /** The spelling in which this session hears what is told to it alone, 0..15. */
    int variant();

    /** Asked only in rooms that were joined with {@code filtered}: whether this session wants the event. */
    default boolean hears(Event event) {
        return true;
    }

    /**
     * Whether the client takes several text messages as one, a JSON array of them: then those of one turn leave in one frame. The same as long as it lives;
     * asked before {@link #opened}.
     */
    default boolean gathers() {
        return false;
    }

    /**
     * Something is told to this session, in no room: whether the client hears of it. It may as well be the dialect's own way to tell its conversations
     * something, which no client hears.
     */
    default boolean takes(Event event, Inbox inbox) {
        return true;
    }

    /** About once a second while the session lives: for deadlines of its own. */
    default void onTick(Inbox inbox) {}

    /**
     * Whether the client was asked to go, in a way of its dialect's, while the server stops: it is then let be until most of the time for that is over,
     * instead of being ended at once.
     */
    default boolean leavesByItself() {
        return false;
    }

    /**
     * What an end means to the rooms that the session is in, which say by it whether somebody left at once. A dialect whose clients say goodbye in a way of
     * their own takes every other end that the client made for a loss. Asked once, before {@link #onEnded}.
     */
    default CloseReason meaningOf(CloseReason reason) {
        return reason;
    }

    /** How this session ends, when its dialect's way ({@link Dialect#farewell}) is not the right one for it; null: it is. */
    default @Nullable Farewell farewell(CloseReason reason) {
        return null;
    }

    /** The session is over, whoever ended it; nothing can be said any more. Once; also before it was identified. */
    default void onEnded(CloseReason reason) {}

    /**
     * What all nodes share does not answer, so messages may be refused and other nodes are not heard; or it is back. Told once for each, and to a session
     * that begins in between right after {@link #opened}. A dialect without words for it says nothing.
     */
    default void onAway(boolean away, Inbox inbox) {}

    /** An exception of ours came out of this conversation: say sorry in its words, or end it. */
    void fault(Inbox inbox);

    /** Writes everything that {@link Dialect#thaw} needs to go on as if nothing had happened. */
    void freeze(DataOutput out) throws IOException;
}
