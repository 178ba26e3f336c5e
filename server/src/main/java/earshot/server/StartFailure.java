package earshot.server;

/** The server cannot start. The message is one sentence for the operator: what is wrong and what to do next. */
public final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
