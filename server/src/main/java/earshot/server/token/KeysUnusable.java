package earshot.server.token;

/** A key file or key set cannot be used. The message is one sentence for an operator, without secrets. */
public final class KeysUnusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeysUnusable(String message) {
        super(message, null, false, false);
    }
}
