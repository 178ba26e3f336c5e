package earshot.gateway;

import earshot.dialect.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** Heads of the frames that we send, and small frames as a whole: final, not masked, shortest length (RFC 6455 section 5.2). */
final class FrameHead {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private FrameHead() {}

    /** RSV1: the payload is packed (RFC 7692 section 6). */
    static final int PACKED = 0x40;

    static int opcode(Frame.Kind kind) {
        return kind == Frame.Kind.TEXT ? TEXT : BINARY;
    }

    /**
     * Writes a whole frame of a message at an index; the index behind it.
     *
     * @param typed whether the type of a message packet goes before the payload
     */
    static int write(byte[] to, int from, Frame.Kind kind, boolean typed, byte[] payload, boolean packed) {
        int at = write(to, from, opcode(kind) | (packed ? PACKED : 0), payload.length + (typed ? 1 : 0));
        if (typed) to[at++] = Envelope.MESSAGE;
        System.arraycopy(payload, 0, to, at, payload.length);
        return at + payload.length;
    }

    /** A whole frame of a message as the wire has it. */
    static byte[] wire(Frame.Kind kind, boolean typed, byte[] payload, boolean packed) {
        int length = payload.length + (typed ? 1 : 0);
        byte[] wire = new byte[size(length) + length];
        write(wire, 0, kind, typed, payload, packed);
        return wire;
    }

    /** Writes a head at an index; the index behind it. */
    static int write(byte[] to, int from, int opcode, int payloadBytes) {
        int at = from;
        to[at++] = (byte) (0x80 | opcode);
        if (payloadBytes < 126) {
            to[at++] = (byte) payloadBytes;
        } else if (payloadBytes <= 0xFFFF) {
            to[at++] = 126;
            to[at++] = (byte) (payloadBytes >>> 8);
            to[at++] = (byte) payloadBytes;
        } else {
            to[at++] = 127;
            for (int shift = 56; shift >= 0; shift -= 8) to[at++] = (byte) ((long) payloadBytes >>> shift);
        }
        return at;
    }

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

    static ByteBuf frame(ByteBufAllocator alloc, int opcode, byte[] payload) {
        ByteBuf out = alloc.directBuffer(size(payload.length) + payload.length);
        write(out, opcode, payload.length);
        return out.writeBytes(payload);
    }

    /** @param code {@link CloseCode#NONE}: a close frame without code and reason */
    static ByteBuf close(ByteBufAllocator alloc, int code, String reason) {
        byte[] words = code == CloseCode.NONE ? new byte[0] : reason.getBytes(StandardCharsets.UTF_8);
        int length = code == CloseCode.NONE ? 0 : 2 + words.length;
        ByteBuf out = alloc.directBuffer(size(length) + length);
        write(out, CLOSE, length);
        if (length > 0) out.writeShort(code).writeBytes(words);
        return out;
    }
}
