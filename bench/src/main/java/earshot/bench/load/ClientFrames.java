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
        return direct(allocator, text(payload));
    }

    static byte[] text(byte[] payload) {
        return frame(FrameReader.TEXT, payload, 0, payload.length);
    }

    static ByteBuf pong(ByteBufAllocator allocator, byte[] bytes, int from, int end) {
        return direct(allocator, frame(10, bytes, from, end));
    }

    private static ByteBuf direct(ByteBufAllocator allocator, byte[] frame) {
        return allocator.directBuffer(frame.length).writeBytes(frame);
    }

    private static byte[] frame(int opcode, byte[] bytes, int from, int end) {
        int length = end - from;
        int header = length < 126 ? 2 : length < 1 << 16 ? 4 : 10;
        byte[] frame = new byte[header + Integer.BYTES + length];
        frame[0] = (byte) (0x80 | opcode);
        frame[1] = (byte) (0x80 | (header == 2 ? length : header == 4 ? 126 : 127));
        for (int i = 2; i < header; i++) frame[i] = (byte) ((long) length >>> (8 * (header - 1 - i)));
        for (int i = 0; i < Integer.BYTES; i++) frame[header + i] = key(i);
        int payload = header + Integer.BYTES;
        for (int i = 0; i < length; i++) frame[payload + i] = (byte) (bytes[from + i] ^ key(i));
        return frame;
    }

    private static byte key(int at) {
        return (byte) (KEY >>> (24 - 8 * (at & 3)));
    }
}
