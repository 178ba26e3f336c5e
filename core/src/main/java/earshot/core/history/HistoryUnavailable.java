package earshot.core.history;

/** The engine behind {@link RoomLog} or {@link MessageBook} does not answer. Its text is for the log, never for a client. */
public final class HistoryUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public HistoryUnavailable(String message) {
        super(message);
    }

    public HistoryUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
