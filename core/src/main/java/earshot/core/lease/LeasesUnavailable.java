package earshot.core.lease;

/** The engine did not answer in time: nobody can say who owns what. Expected when an outside system is away. */
public final class LeasesUnavailable extends RuntimeException {
    public LeasesUnavailable(String message) {
        super(message);
    }

    public LeasesUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
