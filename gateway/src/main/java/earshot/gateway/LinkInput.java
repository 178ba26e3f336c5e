package earshot.gateway;

import earshot.core.message.CloseReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * What comes in on one link: its reader, whether it is read at all, and the bytes that came while it was not. Confined to the link's loop.
 * Tells the node's budget what is held for this client on the way in.
 */
final class LinkInput {
    private final GatewayLoop home;
    private final Channel channel;
    private final FrameReader reader;
    private boolean reading = true;

    /** Bytes that came while reading was off. */
    private @Nullable ByteBuf unread;

    private int heldBytes;

    LinkInput(GatewayLoop home, Channel channel, FrameReader reader) {
        this.home = home;
        this.channel = channel;
        this.reader = reader;
    }

    boolean isReading() {
        return reading;
    }

    /** Stops or goes on reading; true: there are unread bytes, and {@link #readOn} is due in a task of its own. */
    boolean read(boolean wanted) {
        if (reading == wanted) return false;
        reading = wanted;
        reader.pause(!wanted);
        channel.config().setAutoRead(wanted);
        return wanted && unread != null;
    }

    /**
     * Takes over the buffer and reads what may be read.
     *
     * @return null; or why the link has to end
     */
    @Nullable
    CloseReason take(ByteBuf bytes) {
        if (unread != null) {
            unread = Unpooled.wrappedBuffer(unread, copy(bytes));
            return account();
        }
        try {
            CloseReason broken = readFrames(bytes);
            if (bytes.isReadable()) unread = copyOf(bytes);
            CloseReason over = account();
            return broken != null ? broken : over;
        } finally {
            bytes.release();
        }
    }

    /** What came while reading was off. */
    @Nullable
    CloseReason readOn() {
        ByteBuf bytes = unread;
        unread = null;
        return bytes == null ? null : take(bytes);
    }

    private @Nullable CloseReason readFrames(ByteBuf bytes) {
        try {
            return reader.read(bytes);
        } catch (Throwable e) {
            Faults.contain(e, home.meter, "link");
            reader.finish();
            bytes.skipBytes(bytes.readableBytes());
            return CloseReason.FAULT;
        }
    }

    /** At the node's limit who holds more goes. */
    private @Nullable CloseReason account() {
        int held = reader.heldBytes() + (unread == null ? 0 : unread.readableBytes());
        int more = held - heldBytes;
        if (more == 0) return null;
        heldBytes = held;
        home.budget.hold(more);
        return more > 0 && home.budget.isFull() ? CloseReason.OVER_BUDGET : null;
    }

    private static ByteBuf copy(ByteBuf bytes) {
        try {
            return copyOf(bytes);
        } finally {
            bytes.release();
        }
    }

    /** Only what is left, so that a paused link does not hold a whole read buffer. */
    private static ByteBuf copyOf(ByteBuf bytes) {
        return Unpooled.wrappedBuffer(ByteBufUtil.getBytes(bytes));
    }

    /** From now on looks for the peer's close frame only. */
    void discard() {
        reader.discard();
    }

    /** From now on throws away what comes. */
    void finish() {
        reader.finish();
    }

    /** The socket is gone: nothing is held any more. */
    void release() {
        reader.finish();
        if (unread != null) unread.release();
        unread = null;
        account();
    }
}
