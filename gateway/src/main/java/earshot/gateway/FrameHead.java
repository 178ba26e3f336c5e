package earshot.gateway;

import io.netty.buffer.ByteBuf;

/** Heads of the frames that we send: final, not masked, shortest length (RFC 6455 section 5.2). */
final class FrameHead {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private FrameHead() {}

    static int size(int payloadBytes) {
        return payloadBytes < 126 ? 2 : payloadBytes <= 0xFFFF ? 4 : 10;
    }

    static void write(ByteBuf out, int opcode, int payloadBytes) {
        out.writeByte(0x80 | opcode);
        if (payloadBytes < 126) {
            out.writeByte(payloadBytes);
        } else if (payloadBytes <= 0xFFFF) {
            out.writeByte(126).writeShort(payloadBytes);
        } else {
            out.writeByte(127).writeLong(payloadBytes);
        }
    }
}
