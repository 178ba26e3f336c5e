package earshot.dialect.threadkit;

import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.UserId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What an event of the product means to us. */
public sealed interface Heard {
    /**
     * Something for a room.
     *
     * @param as who did it, or the anonymous user where the event names nobody
     * @param whenUnknown what to do instead when the room answers NOT_FOUND: comments live in the product's tables and far longer than in
     *     our log, so an edit of one that we never saw, or have forgotten, is still told. Null: nothing
     */
    record Told(Command command, Profile as, @Nullable Command whenUnknown) implements Heard {
        /** @param serve how a command is done, as {@code Node.serve} does it */
        public CompletionStage<Reply> deliver(BiFunction<Command, Profile, CompletionStage<Reply>> serve) {
            return serve.apply(command, as)
                    .thenCompose(reply ->
                            unknown(reply) ? serve.apply(whenUnknown, as) : CompletableFuture.completedStage(reply));
        }

        private boolean unknown(Reply reply) {
            return whenUnknown != null && reply instanceof Reply.Refused r && r.problem() == Problem.NOT_FOUND;
        }
    }

    /** Something for one user, on whatever page or none. */
    record Notify(Event.Notified event) implements Heard {}

    /** The same, when it only says who caused it and not how that user looks: to be looked up. */
    record NotifyFrom(UserId to, String kind, String commentId, UserId from) implements Heard {
        public Notify by(Profile profile) {
            return new Notify(new Event.Notified(to, kind, commentId, profile, ""));
        }
    }

    /** @param detail for the log: names of members, never their values */
    record Dropped(Reason reason, String detail) implements Heard {}

    /** Why nothing comes of it. */
    enum Reason {
        NOT_JSON,
        UNKNOWN_TYPE,
        /** A member is missing or has the wrong type. */
        BAD_MEMBER,
        /** A comment that waits for a moderator, or was rejected. */
        WITHHELD
    }
}
