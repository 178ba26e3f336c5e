package earshot.gateway;

/** Status codes of close frames (RFC 6455 section 7.4 and the IANA registry behind it). */
final class CloseCode {
    /** A close frame without a code (7.1.5); never sent as one. */
    static final int NONE = 1005;

    private CloseCode() {}

    /** Whether an endpoint may put the code into a frame. 1004, 1005, 1006 and 1015 are for other uses. */
    static boolean maySend(int code) {
        if (code >= 3000) return code <= 4999;
        return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
    }
}
