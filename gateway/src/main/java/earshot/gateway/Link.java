package earshot.gateway;

import earshot.dialect.EngineIo;
import earshot.dialect.Farewell;
import io.netty.buffer.ByteBuf;

/**
 * What a session is reached through now: one socket. Confined to its own event loop. The session's fan-out side talks to it in finished wire
 * bytes and never sees a channel.
 */
interface Link {
    default EngineIo.Transport transport() {
        return EngineIo.Transport.WEBSOCKET;
    }

    /** How its client wants messages; the same as long as it lives. */
    default WireForm form() {
        return WireForm.PLAIN;
    }

    /**
     * Adds finished frames (headers included) to what leaves at the next {@link #flush}. Takes over one reference of the buffer; the bytes
     * are shared with other links and must not be changed. Ignored (and released) after close.
     */
    void write(ByteBuf frames);

    /**
     * Writes finished frames that many links are given, at once. The caller keeps its reference, and nothing may wait for {@link #flush} but what
     * belongs in front. Ignored after close.
     *
     * @return whether the socket took everything, or is closed; otherwise {@link #pendingBytes} has grown
     */
    default boolean writeNow(ByteBuf shared) {
        write(shared.retainedDuplicate());
        flush();
        return pendingBytes() == 0;
    }

    /** One write to the socket for everything since the last flush. */
    void flush();

    /**
     * Whether the socket takes more. When false, the session keeps cursors instead of writing, until the link calls
     * {@link LinkListener#onWritable}.
     */
    boolean isWritable();

    /** Bytes given to {@link #write} that the socket has not taken, and what it costs to remember them. */
    long pendingBytes();

    /** Of {@link #pendingBytes} what is not bytes: a link has it for itself, also when the bytes are shared with others. */
    default long pendingOverhead() {
        return 0;
    }

    /** Says goodbye in the dialect's way, after everything written before. */
    void close(Farewell farewell);

    /** Ends the TCP connection at once. */
    void cut();

    /** Stops or goes on reading (auto-read): back-pressure for a session with too many commands in flight. */
    void read(boolean wanted);
}
