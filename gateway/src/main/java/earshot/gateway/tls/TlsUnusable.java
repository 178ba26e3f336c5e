package earshot.gateway.tls;

/** Certificate or key cannot be used. The message is one sentence for the operator: which file, what is wrong, what to do. */
public final class TlsUnusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TlsUnusable(String message) {
        super(message, null, false, false);
    }
}
