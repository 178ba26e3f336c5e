package earshot.core.message;

/** Why the server ends a session. Each dialect says how its own client is told, so that it comes back or stays away as it should. */
public enum CloseReason {
    /** The client asked for it. */
    CLIENT_LEFT(false),
    /** The node stops or is drained: come back, elsewhere or in a moment. */
    DRAINING(true),
    /** Nothing was heard from the client for its dialect's idle time. */
    IDLE(true),
    /** No answer to a ping: the peer or the path is gone. */
    DEAD_PEER(true),
    /** It reads too slowly and fell off the ring, or made no progress: come back and resume. */
    SLOW_READER(true),
    /** The node is short of memory and this session held the most. */
    OVER_BUDGET(true),
    /** A message over the limit (RFC 6455 section 7.4.1: 1009). */
    TOO_BIG(false),
    /** Broke RFC 6455 (1002). */
    PROTOCOL_ERROR(false),
    /** Text that is not UTF-8 (1007). */
    BAD_DATA(false),
    /** Broke a rule of ours again and again (1008). */
    ABUSE(false),
    /** An operator or the product ended it: stay away. */
    KICKED(false),
    /** What it may do was taken back: stay away until there is a new token. */
    REVOKED(false),
    /** Our fault (1011). */
    FAULT(true);

    private final boolean mayReturn;

    CloseReason(boolean mayReturn) {
        this.mayReturn = mayReturn;
    }

    /** Whether we want this client to connect again by itself. Such a leave may linger: a quick return makes no leave and no join. */
    public boolean mayReturn() {
        return mayReturn;
    }
}
