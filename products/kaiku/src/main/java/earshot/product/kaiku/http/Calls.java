package earshot.product.kaiku.http;

import earshot.product.kaiku.Person;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Port: calls in DMs (protocols/kaiku.md section 12). Thread-safe; never blocks; stages fail when nobody can say. That the user takes part in the DM, and that
 * nobody there blocks them, is checked before.
 */
public interface Calls {
    /** What a client wants of a call. */
    enum Wish {
        START,
        JOIN,
        DECLINE,
        LEAVE
    }

    CompletionStage<Optional<State>> state(UUID dm);

    CompletionStage<Outcome> ask(UUID dm, Wish wish, Person user);

    /** What became of a wish. */
    sealed interface Outcome {
        record Done(State state) implements Outcome {}

        /**
         * @param code of section 12.1
         * @param detail a sentence for people
         */
        record Refused(int status, String code, String detail) implements Outcome {}
    }

    /** A call as clients see it; times are Unix milliseconds. */
    sealed interface State {
        record Ringing(UUID startedBy, long startedMillis, List<UUID> declinedBy, List<UUID> targets)
                implements State {}

        record Active(long startedMillis, List<UUID> participants) implements State {}

        record Ended(String reason, @Nullable Long durationSeconds, long endedMillis) implements State {}
    }
}
