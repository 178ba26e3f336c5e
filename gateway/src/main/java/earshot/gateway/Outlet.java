package earshot.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.AbstractEpollStreamChannel;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The way of finished bytes to one socket. Confined to the socket's loop.
 *
 * <p>While the peer keeps up, bytes go from their buffer to the kernel by one system call, past the channel: of what a delivery costs, the
 * channel's bookkeeping is the largest part that is ours. What the kernel does not take, and all that follows, waits in the channel's
 * outbound buffer, which knows when the socket can be written again. A channel with a handler that must see the bytes (TLS), or without a
 * file descriptor of its own, is always written through.
 */
final class Outlet {
    private final Channel channel;
    private final boolean piped;
    private final @Nullable Socket socket;

    /** Waits for the flush, and is the only thing that does. */
    private @Nullable ByteBuf next;

    /** The channel may hold bytes, and what follows has to go behind them. */
    private boolean held = true;

    private boolean unflushed;

    /** @param piped a handler of the pipeline must see what is written */
    Outlet(Channel channel, boolean piped) {
        this.channel = channel;
        this.piped = piped;
        this.socket = !piped && channel instanceof AbstractEpollStreamChannel epoll && epoll.fd() instanceof Socket own
                ? own
                : null;
    }

    /** Takes over the buffer. */
    void write(ByteBuf bytes) {
        if (next == null && isClear() && bytes.hasMemoryAddress()) {
            next = bytes;
        } else {
            giveNext();
            give(bytes);
        }
        unflushed = true;
    }

    /** Writes at once what others are written too; the caller keeps its buffer. False when the kernel did not take everything. */
    boolean writeNow(ByteBuf shared) {
        if (unflushed || !isClear() || !shared.hasMemoryAddress()) {
            write(shared.retainedDuplicate());
            flush();
            return pendingBytes() == 0;
        }
        int sent = send(shared);
        if (sent < 0 || sent == shared.readableBytes()) return true;
        give(shared.retainedSlice(shared.readerIndex() + sent, shared.readableBytes() - sent));
        flushChannel();
        return false;
    }

    void flush() {
        if (!unflushed) return;
        unflushed = false;
        ByteBuf bytes = next;
        if (bytes == null) {
            flushChannel();
            return;
        }
        next = null;
        int sent = send(bytes);
        if (sent < 0 || sent == bytes.readableBytes()) {
            bytes.release();
        } else {
            give(bytes.skipBytes(sent));
            flushChannel();
        }
    }

    /** Something was written to the channel itself and has to be flushed. */
    void hasUnflushed() {
        held = true;
        unflushed = true;
    }

    /** Moves everything into the channel, behind which the caller writes and flushes. */
    void hold() {
        giveNext();
        held = true;
        unflushed = false;
    }

    boolean isWritable() {
        return isClear() || channel.isWritable();
    }

    long pendingBytes() {
        ByteBuf waiting = next;
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        return (waiting == null ? 0 : waiting.readableBytes()) + (out == null ? 0 : out.totalPendingWriteBytes());
    }

    /** The socket is closed. */
    void release() {
        ByteBuf waiting = next;
        next = null;
        unflushed = false;
        if (waiting != null) waiting.release();
    }

    /** Whether bytes may go past the channel. */
    private boolean isClear() {
        if (!held) return true;
        if (socket == null) return false;
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        if (out == null || out.totalPendingWriteBytes() > 0) return false;
        held = false;
        return true;
    }

    /**
     * The number of bytes that the kernel took; negative when the socket is gone. A closed descriptor is never written to: its number may
     * belong to somebody else by now. Only this loop closes it, so it stays open between the look and the call.
     */
    private int send(ByteBuf bytes) {
        Socket to = socket;
        if (to == null || !to.isOpen()) return -1;
        long address = bytes.memoryAddress();
        try {
            return to.sendAddress(address, bytes.readerIndex(), bytes.writerIndex());
        } catch (IOException e) {
            channel.pipeline().fireExceptionCaught(e);
            return -1;
        }
    }

    private void giveNext() {
        ByteBuf waiting = next;
        next = null;
        if (waiting != null) give(waiting);
    }

    private void give(ByteBuf bytes) {
        held = true;
        if (piped) channel.write(bytes, channel.voidPromise());
        else channel.unsafe().write(bytes, channel.voidPromise());
    }

    private void flushChannel() {
        if (piped) channel.flush();
        else channel.unsafe().flush();
    }
}
