package earshot.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/** One buffer that every connection of a loop is read into: what was read is looked at before the next read. For one loop. */
final class SharedReads extends DefaultMaxMessagesRecvByteBufAllocator {
    /** Of one read. */
    static final int BYTES = 256 << 10;

    private final ByteBuf buffer = Unpooled.directBuffer(BYTES, BYTES);

    @Override
    @SuppressWarnings("deprecation") // Netty's own allocators of this kind have no other
    public Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                // Who reads releases it; the one reference that is ours stays.
                return buffer.refCnt() == 1 ? buffer.clear().retain() : allocator.ioBuffer(guess());
            }

            @Override
            public int guess() {
                return BYTES;
            }
        };
    }
}
