package earshot.core.message;

/** Why something was refused. Each dialect has its own words for each; nothing else of a failure reaches a client. */
public enum Problem {
    /** Not understood, or outside a limit of form. Sending it again does not help. */
    INVALID("bad_request", 400, false),
    /** The credentials are missing, wrong or expired. */
    UNAUTHENTICATED("unauthenticated", 401, false),
    /** Known, but may not do this here. */
    FORBIDDEN("forbidden", 403, false),
    /** No such room, message, user or session. */
    NOT_FOUND("not_found", 404, false),
    /** The session is not in that room. */
    NOT_MEMBER("not_member", 409, false),
    /** An id that is taken, or a change that cannot apply any more. */
    CONFLICT("conflict", 409, false),
    /** A message, name or list over its limit. */
    TOO_LARGE("too_large", 413, false),
    /** The session is in as many rooms as it may be. */
    TOO_MANY_ROOMS("too_many_rooms", 429, false),
    /** The room has as many sessions as it may have. */
    ROOM_FULL("room_full", 503, true),
    /** Faster than allowed. */
    RATE_LIMITED("rate_limited", 429, true),
    /** The log or another engine does not answer; it may or may not have happened. */
    UNAVAILABLE("unavailable", 503, true),
    /** This node takes nothing new: it is stopping, or full. */
    BUSY("busy", 503, true),
    /** Our fault; the log has the cause. */
    INTERNAL("internal", 500, true);

    private final String code;
    private final int status;
    private final boolean retryable;

    Problem(String code, int status, boolean retryable) {
        this.code = code;
        this.status = status;
        this.retryable = retryable;
    }

    /** The word that {@code /v1} and metrics use. */
    public String code() {
        return code;
    }

    /** The HTTP status that {@code /v1} answers with. */
    public int status() {
        return status;
    }

    /** Whether the same request may succeed later. */
    public boolean retryable() {
        return retryable;
    }
}
