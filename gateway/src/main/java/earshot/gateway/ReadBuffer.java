package earshot.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What all sockets of one loop read into, one after the other: a reader copies what it keeps and gives the buffer back before the next one
 * reads. Who does keep it costs the loop a new one, nothing more. One object for all loops, since a channel keeps its handle when it moves to
 * another loop ({@link Moving}); what it knows is the thread's, and only that thread's.
 */
@SuppressWarnings("deprecation") // Handle: Netty's transports ask for ExtendedHandle, which extends it.
final class ReadBuffer implements RecvByteBufAllocator, RecvByteBufAllocator.ExtendedHandle {
    static final ReadBuffer OF_EACH_LOOP = new ReadBuffer();

    private static final int BYTES = 64 << 10;
    /** Full buffers in a row from one socket before others get their turn. */
    private static final int READS_IN_A_ROW = 4;

    /** Of one loop. No state outlives one socket's turn but the buffer. */
    static final class Turn {
        private @Nullable ByteBuf shared;
        private @Nullable ChannelConfig config;
        private int reads;
        private int attempted;
        private int last;
    }

    private ReadBuffer() {}

    private static Turn here() {
        return LoopThread.current().read;
    }

    @Override
    public ExtendedHandle newHandle() {
        return this;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator alloc) {
        Turn here = here();
        ByteBuf buffer = here.shared;
        if (buffer == null || buffer.refCnt() != 1) {
            if (buffer != null) buffer.release();
            buffer = alloc.directBuffer(BYTES, BYTES);
            here.shared = buffer;
        }
        return buffer.clear().retain();
    }

    /** The loop's buffer; another one is made when it is needed. */
    static void release() {
        Turn here = here();
        if (here.shared != null) here.shared.release();
        here.shared = null;
    }

    @Override
    public int guess() {
        return BYTES;
    }

    @Override
    public void reset(ChannelConfig of) {
        Turn here = here();
        here.config = of;
        here.reads = 0;
        here.last = 0;
    }

    @Override
    public void incMessagesRead(int count) {
        here().reads += count;
    }

    @Override
    public void lastBytesRead(int bytes) {
        here().last = bytes;
    }

    @Override
    public int lastBytesRead() {
        return here().last;
    }

    @Override
    public void attemptedBytesRead(int bytes) {
        here().attempted = bytes;
    }

    @Override
    public int attemptedBytesRead() {
        return here().attempted;
    }

    @Override
    public boolean continueReading() {
        Turn here = here();
        return mayContinue(here) && here.last == here.attempted;
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
        return mayContinue(here()) && maybeMore.get();
    }

    private static boolean mayContinue(Turn here) {
        return here.config != null && here.config.isAutoRead() && here.reads < READS_IN_A_ROW && here.last > 0;
    }

    @Override
    public void readComplete() {}
}
