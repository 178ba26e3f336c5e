package earshot.gateway;

import earshot.core.message.CloseReason;
import org.jspecify.annotations.Nullable;

/** Status codes of close frames (RFC 6455 section 7.4 and the IANA registry behind it). */
final class CloseCode {
    /** A close frame without a code (7.1.5); never sent as one. */
    static final int NONE = 1005;

    private CloseCode() {}

    /** What a legal close frame says. */
    static int of(byte[] payload) {
        return payload.length == 0 ? NONE : ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
    }

    /** Which rule the payload of a close frame breaks: 7.4 for codes, 5.5.1 for the form; null: none. */
    static @Nullable CloseReason broken(byte[] payload) {
        if (payload.length == 0) return null;
        if (payload.length == 1 || !maySend(of(payload))) return CloseReason.PROTOCOL_ERROR;
        boolean isText = Utf8.check(Utf8.COMPLETE, payload, 2, payload.length) == Utf8.COMPLETE;
        return isText ? null : CloseReason.BAD_DATA;
    }

    /** Whether an endpoint may put the code into a frame. 1004, 1005, 1006 and 1015 are for other uses. */
    static boolean maySend(int code) {
        if (code >= 3000) return code <= 4999;
        return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
    }
}
