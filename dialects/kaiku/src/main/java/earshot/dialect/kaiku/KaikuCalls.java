package earshot.dialect.kaiku;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Calls in direct-message channels: the state machine of protocols/kaiku.md section 12, on all nodes as one, with its timers and its events. Made by
 * {@link KaikuDialect#calls}. Thread-safe; never blocks; stages complete on any thread and fail when what the nodes share does not answer.
 *
 * <p>That the user is a participant, and that nobody of the channel blocks another, is for the caller to have checked.
 */
public interface KaikuCalls {
    /** Empty: nobody calls, or what there was ended more than five seconds ago. */
    CompletionStage<Optional<CallState>> state(UUID dm);

    /** Begins to ring at all other participants. Refused with ALREADY_EXISTS while there is a call, INVALID when nobody else is in the channel. */
    CompletionStage<Outcome> start(UUID dm, KaikuUser caller);

    /** Also for who is in it already, without an effect. */
    CompletionStage<Outcome> join(UUID dm, KaikuUser user);

    CompletionStage<Outcome> decline(UUID dm, KaikuUser user);

    CompletionStage<Outcome> leave(UUID dm, KaikuUser user);

    /** What became of it. */
    sealed interface Outcome {
        /** @param state as it is now */
        record Done(CallState state) implements Outcome {}

        /**
         * @param state as it is and stays; null: there is none
         * @param detail a sentence for people
         */
        record Refused(Why why, @Nullable CallState state, String detail) implements Outcome {}
    }

    /** The codes and statuses of section 12.1 beside each. */
    enum Why {
        /** 404 {@code call_not_found}. */
        NOT_FOUND,
        /** 409 {@code call_already_exists}. */
        ALREADY_EXISTS,
        /** 409 {@code invalid_transition}: a decline of an active call, a leave by who is not in it. */
        INVALID_TRANSITION,
        /** 400 {@code invalid_event}: nobody to call. */
        INVALID
    }

    /** A call at one moment. Times are Unix milliseconds. Immutable. */
    sealed interface CallState {
        UUID dm();

        record Ringing(UUID dm, UUID startedBy, long startedMillis, List<UUID> declinedBy, List<UUID> targets)
                implements CallState {}

        /** @param startedMillis the first answer: durations count from there */
        record Active(UUID dm, long startedMillis, List<UUID> participants) implements CallState {}

        /** @param durationSeconds null: nobody answered */
        record Ended(UUID dm, Reason reason, @Nullable Long durationSeconds, long endedMillis) implements CallState {}
    }

    /** As clients read it, in lower case. */
    enum Reason {
        CANCELLED,
        ALL_DECLINED,
        NO_ANSWER,
        LAST_LEFT;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static @Nullable Reason of(String word) {
            for (Reason reason : values()) if (reason.word().equals(word)) return reason;
            return null;
        }
    }
}
