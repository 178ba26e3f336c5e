package earshot.server.api;

/** The file of API keys cannot be read or written. The message is one sentence for an operator. */
public final class ApiKeysUnusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ApiKeysUnusable(String message) {
        super(message, null, false, false);
    }
}
