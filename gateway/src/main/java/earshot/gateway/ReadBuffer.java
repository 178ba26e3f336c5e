package earshot.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What all sockets of one loop read into, one after the other: a reader copies what it keeps and gives the buffer back before the next one
 * reads. Confined to its loop. Who does keep it costs the loop a new one, nothing more.
 */
@SuppressWarnings("deprecation") // Handle: Netty's transports ask for ExtendedHandle, which extends it.
final class ReadBuffer implements RecvByteBufAllocator, RecvByteBufAllocator.ExtendedHandle {
    private static final int BYTES = 64 << 10;
    /** Full buffers in a row from one socket before others get their turn. */
    private static final int READS_IN_A_ROW = 4;

    private @Nullable ByteBuf shared;
    private @Nullable ChannelConfig config;
    private int reads;
    private int attempted;
    private int last;

    /** No state outlives one socket's turn, so one handle serves all. */
    @Override
    public ExtendedHandle newHandle() {
        return this;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator alloc) {
        ByteBuf buffer = shared;
        if (buffer == null || buffer.refCnt() != 1) {
            if (buffer != null) buffer.release();
            buffer = alloc.directBuffer(BYTES, BYTES);
            shared = buffer;
        }
        return buffer.clear().retain();
    }

    void release() {
        if (shared != null) shared.release();
        shared = null;
    }

    @Override
    public int guess() {
        return BYTES;
    }

    @Override
    public void reset(ChannelConfig of) {
        config = of;
        reads = 0;
        last = 0;
    }

    @Override
    public void incMessagesRead(int count) {
        reads += count;
    }

    @Override
    public void lastBytesRead(int bytes) {
        last = bytes;
    }

    @Override
    public int lastBytesRead() {
        return last;
    }

    @Override
    public void attemptedBytesRead(int bytes) {
        attempted = bytes;
    }

    @Override
    public int attemptedBytesRead() {
        return attempted;
    }

    @Override
    public boolean continueReading() {
        return config != null && config.isAutoRead() && reads < READS_IN_A_ROW && last == attempted && last > 0;
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
        return config != null && config.isAutoRead() && reads < READS_IN_A_ROW && last > 0 && maybeMore.get();
    }

    @Override
    public void readComplete() {}
}
