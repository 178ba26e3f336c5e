package earshot.core.history;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The engine behind {@link RoomLog} or {@link MessageBook} does not answer. Its text is for the log and its code for the numbers, never for a
 * client. An engine throws it and leaves the counting of appends to the room that asked.
 */
public final class HistoryUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String UNAVAILABLE = "unavailable";

    private final String code;

    public HistoryUnavailable(String message) {
        this(UNAVAILABLE, message, null);
    }

    public HistoryUnavailable(String message, Throwable cause) {
        this(UNAVAILABLE, message, cause);
    }

    /** @param code why, in a word of lower case: one of a few that the engine's documentation lists */
    public HistoryUnavailable(String code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public String code() {
        return code;
    }

    /** Why a stage of an engine failed, as its code; {@code unavailable} where the failure says no more. */
    public static String codeOf(@Nullable Throwable failure) {
        Throwable of = failure instanceof CompletionException ? failure.getCause() : failure;
        return of instanceof HistoryUnavailable known ? known.code : UNAVAILABLE;
    }
}
