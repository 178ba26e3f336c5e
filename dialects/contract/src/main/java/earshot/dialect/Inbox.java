package earshot.dialect;

import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Tag;

/** What a conversation does with what it heard. Valid during the call that it was given to; any number of calls, in order. */
public interface Inbox {
    /** Asks a room; the answer comes through {@link Conversation#onReply} with the same tag. */
    void ask(Command command, Tag tag);

    /** Says something to this client alone, behind what was said to it before. */
    void answer(Frame frame);

    /** Ends the session; nothing after it counts. */
    void close(CloseReason reason);

    /** The client did something that counts as being alive (see {@link Dialect.LinkLimits#idleMillis}). */
    void active();

    /** Counts a message that the conversation itself refused. Those that are not rejected are what a tenant's statistics count. */
    void rejected(Rejected why);

    enum Rejected {
        NOT_UNDERSTOOD,
        /** Faster than allowed. */
        RATE_LIMITED,
        /** It would join one room more than the dialect allows. */
        TOO_MANY_ROOMS,
        /** Nothing that this dialect listens to, such as a binary frame where all is text: passed over without a word. */
        IGNORED
    }
}
