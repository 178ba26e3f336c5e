package earshot.gateway;

import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What goes out on one link: finished frames into the channel's outbound buffer, one write per flush. Confined to the link's loop. Frames go there
 * straight unless a handler in front (TLS) must see them.
 */
final class LinkOutput {
    private final Channel channel;
    private final boolean direct;
    private boolean wasFull;
    private boolean unflushed;
    private boolean gathering;
    /** A pong waits for the end of the read; what the session wrote is flushed by the session. */
    private boolean answered;

    /** The newest ping that could not be answered because the socket was full. */
    private byte @Nullable [] owedPong;

    LinkOutput(Channel channel, boolean direct) {
        this.channel = channel;
        this.direct = direct;
    }

    /** Takes over the buffer. */
    void send(ByteBuf bytes) {
        unflushed = true;
        if (direct) channel.unsafe().write(bytes, channel.voidPromise());
        else channel.write(bytes, channel.voidPromise());
    }

    void send(int opcode, byte[] payload) {
        send(FrameHead.frame(channel.alloc(), opcode, payload));
    }

    void sendClose(int code, String reason) {
        send(FrameHead.close(channel.alloc(), code, reason));
    }

    /** The last words of a dialect, and its close frame; flushed. */
    void sendGoodbye(Farewell.CloseFrame close) {
        for (Frame last : close.before()) send(FrameHead.opcode(last.kind()), last.bytes());
        sendClose(close.code(), close.reason());
        flush();
    }

    void flush() {
        if (!unflushed) return;
        unflushed = false;
        if (direct) channel.unsafe().flush();
        else channel.flush();
    }

    /** Something was written around this object and has to be flushed. */
    void hasUnflushed() {
        unflushed = true;
    }

    /** Remembers when the answer was no. */
    boolean isWritable() {
        if (channel.isWritable()) return true;
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
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes();
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
        if (payload == null || !channel.isWritable()) return;
        owedPong = null;
        send(FrameHead.PONG, payload);
        if (gathering) answered = true;
        else flush();
    }

    /** Shuts our side of TCP behind everything written; {@code then} hears of it. */
    void finish(Runnable then) {
        unflushed = false;
        owedPong = null;
        Ending.shut(channel, then);
    }
}
