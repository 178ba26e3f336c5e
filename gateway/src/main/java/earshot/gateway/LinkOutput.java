package earshot.gateway;

import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What goes out on one link: finished frames to its {@link Outlet}, one write per flush; pongs, the last words. Confined to the link's loop.
 */
final class LinkOutput {
    /** Netty's own estimate of an entry of its outbound buffer ({@code io.netty.transport.outboundBufferEntrySizeOverhead}). */
    private static final int ENTRY_BYTES = 96;

    private final Channel channel;
    private final Outlet outlet;
    private final Envelope envelope;
    private boolean wasFull;
    private boolean gathering;
    /** A pong waits for the end of the read; what the session wrote is flushed by the session. */
    private boolean answered;

    /** The newest ping that could not be answered because the socket was full. */
    private byte @Nullable [] owedPong;

    LinkOutput(Channel channel, boolean direct, Envelope envelope) {
        this.channel = channel;
        this.envelope = envelope;
        this.outlet = new Outlet(channel, !direct);
    }

    /** Takes over the buffer. */
    void send(ByteBuf bytes) {
        outlet.write(bytes);
    }

    /** Sends and flushes; the caller keeps the buffer. False when something is left of it. */
    boolean sendNow(ByteBuf shared) {
        return outlet.writeNow(shared);
    }

    void send(int opcode, byte[] payload) {
        send(FrameHead.frame(channel.alloc(), opcode, payload));
    }

    void sendClose(int code, String reason) {
        send(FrameHead.close(channel.alloc(), code, reason));
    }

    /** The last words of a dialect, and its close frame; flushed. */
    void sendGoodbye(Farewell.CloseFrame close) {
        for (Frame last : close.before()) {
            boolean typed = envelope.types(last.kind());
            send(FrameHead.opcode(last.kind()), typed ? Envelope.typed(last.bytes()) : last.bytes());
        }
        sendClose(close.code(), close.reason());
        flush();
    }

    void flush() {
        outlet.flush();
    }

    /** Something was written around this object and has to be flushed. */
    void hasUnflushed() {
        outlet.hasUnflushed();
    }

    /** Remembers when the answer was no. */
    boolean isWritable() {
        if (outlet.isWritable()) return true;
        wasFull = true;
        return false;
    }

    /** Whether somebody heard that the socket is full since this was asked last. */
    boolean wasFull() {
        boolean was = wasFull;
        wasFull = false;
        return was;
    }

    long pendingBytes() {
        return outlet.pendingBytes();
    }

    /** The socket is closed. */
    void release() {
        outlet.release();
    }

    /** What the writes that are pending cost beside their bytes; counted by Netty in {@link #pendingBytes} too. */
    long pendingOverhead() {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        return out == null ? 0 : (long) out.size() * ENTRY_BYTES;
    }

    /** While on, pongs wait for {@link #flushAnswers}. */
    void gatherAnswers(boolean on) {
        gathering = on;
    }

    void flushAnswers() {
        if (answered) flush();
        answered = false;
    }

    /** Answers a ping. Of pongs that a full socket does not take only the newest is kept (RFC 6455 section 5.5.3). */
    void pong(byte[] payload) {
        owedPong = payload;
        payPong();
    }

    /** Sends the pong that is due, if the socket takes it. */
    void payPong() {
        byte[] payload = owedPong;
        if (payload == null || !outlet.isWritable()) return;
        owedPong = null;
        send(FrameHead.PONG, payload);
        if (gathering) answered = true;
        else flush();
    }

    /** Shuts our side of TCP behind everything written; {@code then} hears of it. */
    void finish(Runnable then) {
        owedPong = null;
        outlet.hold();
        Ending.shut(channel, then);
    }
}
