package earshot.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Frames as a client sends them (RFC 6455 section 5.3). The masking key is the same for all: it protects proxies from hostile pages, of which
 * there are none here, and the server unmasks all the same.
 */
final class ClientFrames {
    private static final int KEY = 0x37fa213d;

    private ClientFrames() {}

    static ByteBuf text(ByteBufAllocator allocator, byte[] payload) {
        return frame(allocator, FrameReader.TEXT, payload, 0, payload.length);
    }

    static ByteBuf pong(ByteBufAllocator allocator, byte[] bytes, int from, int end) {
        return frame(allocator, 10, bytes, from, end);
    }

    private static ByteBuf frame(ByteBufAllocator allocator, int opcode, byte[] bytes, int from, int end) {
        int length = end - from;
        ByteBuf frame = allocator.directBuffer(length + 14);
        frame.writeByte(0x80 | opcode);
        if (length < 126) frame.writeByte(0x80 | length);
        else if (length < 1 << 16) frame.writeByte(0x80 | 126).writeShort(length);
        else frame.writeByte(0x80 | 127).writeLong(length);
        frame.writeInt(KEY);
        int i = 0;
        for (; i + 4 <= length; i += 4) frame.writeInt(word(bytes, from + i) ^ KEY);
        for (; i < length; i++) frame.writeByte(bytes[from + i] ^ (KEY >>> (24 - 8 * (i & 3))));
        return frame;
    }

    private static int word(byte[] bytes, int at) {
        return (bytes[at] << 24)
                | ((bytes[at + 1] & 0xff) << 16)
                | ((bytes[at + 2] & 0xff) << 8)
                | (bytes[at + 3] & 0xff);
    }
}
