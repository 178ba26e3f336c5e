package earshot.dialect;

import java.util.List;

/** How a session is ended on the wire. */
public sealed interface Farewell {
    /**
     * A WebSocket close frame, and the closing handshake after it (RFC 6455 section 7).
     *
     * @param code 1000..4999
     * @param reason at most 123 bytes of UTF-8
     * @param before last words, sent first
     */
    record CloseFrame(int code, String reason, List<Frame> before) implements Farewell {}

    /** The TCP connection just ends: for clients that only come back from an unclean close. */
    record Cut() implements Farewell {}

    static Farewell closeFrame(int code, String reason) {
        return new CloseFrame(code, reason, List.of());
    }
}
