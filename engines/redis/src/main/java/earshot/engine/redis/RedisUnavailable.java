package earshot.engine.redis;

/**
 * Redis does not answer, or refuses. What was asked may or may not have been done, unless {@link #notDone}. Its text is for the log, never for a
 * client.
 */
public final class RedisUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** It is not connected, or does not answer in time. */
    static final String AWAY = "redis_away";
    /** More waits to be sent than may. */
    static final String FULL = "redis_full";
    /** It answered that it will not. */
    static final String REFUSED = "redis_refused";
    /** Too few replicas have it. */
    static final String REPLICAS = "redis_replicas";

    private final String code;
    private final boolean notDone;

    RedisUnavailable(String message, boolean notDone) {
        this(message, AWAY, notDone);
    }

    RedisUnavailable(String message, String code, boolean notDone) {
        super(message, null, false, false);
        this.code = code;
        this.notDone = notDone;
    }

    RedisUnavailable(String message, Throwable cause) {
        super(message, cause);
        this.code = AWAY;
        this.notDone = false;
    }

    /** Why, for the numbers: {@code redis_away}, {@code redis_full}, {@code redis_refused}, {@code redis_replicas}. */
    public String code() {
        return code;
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
