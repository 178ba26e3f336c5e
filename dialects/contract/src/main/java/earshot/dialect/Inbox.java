package earshot.dialect;

import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Position;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.core.session.Session;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What a conversation does with what it heard. Valid during the call that it was given to; any number of calls, in order. */
public interface Inbox {
    /** Asks a room; the answer comes through {@link Conversation#onReply} with the same tag. */
    void ask(Command command, Tag tag);

    /** Says something to this client alone, behind what was said to it before. */
    void answer(Frame frame);

    /** Says one message that has several frames: nothing comes between them. */
    void answer(List<Frame> message);

    /**
     * Says who this is, of a session that came in {@link Admission.Unidentified}; from now on it can ask. Once: later calls, and those of other sessions,
     * change nothing.
     *
     * @param user null: anonymous
     * @param permissions in the words of the token
     * @param tokenId see {@link Session#tokenId}
     * @return the session as it is now; the one that the conversation was made with has the same id and says nothing else that still holds
     */
    Session identify(@Nullable Profile user, String tenant, Set<String> permissions, String tokenId);

    /**
     * Goes on when something else has been found out: {@code then} is called on the session's loop, unless the session has ended by then. It counts among
     * the commands in flight, which are bounded by the client not being read. What the client says meanwhile is decoded as ever.
     */
    <T extends @Nullable Object> void when(CompletionStage<T> stage, Then<T> then);

    /** What comes after a stage. */
    @FunctionalInterface
    interface Then<T extends @Nullable Object> {
        /** @param failure null: there is a value */
        void onDone(@Nullable T value, @Nullable Throwable failure, Inbox inbox);
    }

    /** By what this client is reached now; it may change from POLLING to WEBSOCKET. */
    EngineIo.Transport transport();

    /** Whether what is said now leaves with this turn. False: it waits, because the client does not take what it was sent before; or is dropped by who can. */
    boolean isWritable();

    /**
     * The last kept event of a room that was written to this client since it joined, before what is said to it next; null: none was, or its dialect has no
     * {@link Dialect#places}.
     */
    default @Nullable Position told(RoomId room) {
        return null;
    }

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
