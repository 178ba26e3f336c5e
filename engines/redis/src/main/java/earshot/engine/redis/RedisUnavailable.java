package earshot.engine.redis;

/**
 * Redis does not answer, or refuses. What was asked may or may not have been done, unless {@link #notDone}. Its text is for the log, never for a
 * client.
 */
public final class RedisUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean notDone;

    RedisUnavailable(String message, boolean notDone) {
        super(message, null, false, false);
        this.notDone = notDone;
    }

    RedisUnavailable(String message, Throwable cause) {
        super(message, cause);
        this.notDone = false;
    }

    /** What is at the bottom of a failure, in words. */
    static String root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) root = root.getCause();
        return String.valueOf(root.getMessage());
    }

    /** True: it was certainly not done, so doing it again does it once. */
    public boolean notDone() {
        return notDone;
    }
}
