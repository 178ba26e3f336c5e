package earshot.gateway;

import earshot.gateway.engineio.PayloadWriter;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;

/**
 * What waits for a client's next poll: WebSocket frames as every other link would be given them, shared with other members as far as they are, and
 * made a body only when they leave. So a session that goes on over a WebSocket takes them along as they are. Confined to its loop.
 */
final class PollQueue {
    /** What remembering one buffer costs, about. */
    private static final int ENTRY_BYTES = 96;

    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(2);
    private final long highWaterBytes;
    private long bytes;

    PollQueue(long highWaterBytes) {
        this.highWaterBytes = highWaterBytes;
    }

    /** Takes over whole frames, plain and not masked. */
    void add(ByteBuf frames) {
        bytes += frames.readableBytes();
        waiting.add(frames);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** It waits for its client, and so does who wants to add to it. */
    boolean isFull() {
        return heldBytes() >= highWaterBytes;
    }

    long heldBytes() {
        return bytes + overheadBytes();
    }

    long overheadBytes() {
        return (long) waiting.size() * ENTRY_BYTES;
    }

    /** Everything as packets of a body. */
    void drainTo(PayloadWriter body) {
        for (ByteBuf frames = waiting.poll(); frames != null; frames = waiting.poll()) {
            try {
                while (frames.isReadable()) addPacket(frames, body);
            } finally {
                frames.release();
            }
        }
        bytes = 0;
    }

    /** RFC 6455 section 5.2, of what {@link FrameHead} writes. */
    private static void addPacket(ByteBuf frames, PayloadWriter body) {
        int opcode = frames.readByte() & 0x0F;
        int length = frames.readByte() & 0x7F;
        if (length == 126) length = frames.readUnsignedShort();
        else if (length == 127) length = (int) frames.readLong();
        byte[] payload = new byte[length];
        frames.readBytes(payload);
        if (opcode == FrameHead.TEXT) body.addText(payload);
        else body.addBinary(payload);
    }

    /** Everything as it is. */
    void drainTo(Link link) {
        for (ByteBuf frames = waiting.poll(); frames != null; frames = waiting.poll()) link.write(frames);
        bytes = 0;
    }

    void release() {
        for (ByteBuf frames = waiting.poll(); frames != null; frames = waiting.poll()) frames.release();
        bytes = 0;
    }
}
