package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.dialect.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one client sends after its upgrade, from bytes to messages (RFC 6455 section 5), wherever TCP cuts it. Confined to its loop.
 * Every rule is checked at the first byte that breaks it. A connection between two messages holds no buffer; a message under way holds at
 * most twice what has come of it.
 *
 * <h2>Bounds</h2>
 * A message counts against its limit by its announced length, before a byte of it is kept; a packed one once more when it is unpacked. A message may come in many fragments, but not in
 * more than {@link #FRAGMENTS_ALWAYS} plus one for each {@link #BYTES_PER_FRAGMENT} bytes that the limit allows.
 */
final class FrameReader {
    static final int FRAGMENTS_ALWAYS = 1024;
    static final int BYTES_PER_FRAGMENT = 16;

    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    /** RSV1: the payload of the message went through the deflater. */
    private static final int PACKED = 0x40;

    private static final byte[] NOTHING = {};
    private static final int MAX_HEAD_BYTES = 14;
    private static final int FIRST_BYTES = 4096;

    /** Hears what came. May call {@link #pause}, {@link #discard} and {@link #finish} of its reader. */
    interface Sink {
        void onMessage(Frame frame);

        void onPing(byte[] payload);

        void onPong();

        /** A legal close frame; nothing more is read. {@code code} is {@link CloseCode#NONE} when it has none. */
        void onClose(int code);
    }

    private enum Mode {
        READING,
        /** We said goodbye: only the peer's close frame still counts. */
        DISCARDING,
        /** Nothing counts any more. */
        FINISHED
    }

    private final Sink sink;
    private final int maxMessageBytes;
    private final @Nullable MessageInflater inflater;

    private Mode mode = Mode.READING;
    private boolean paused;

    private byte @Nullable [] head;
    private int headBytes;

    private boolean inFrame;
    private int first;
    private long frameLeft;
    private int mask;
    private byte @Nullable [] control;
    private int controlBytes;

    /** 0 between messages, else the opcode that began the one under way. */
    private int kind;

    private boolean packed;
    private byte @Nullable [] message;
    private int messageBytes;
    private int fragments;
    private int utf8;

    /** For a client that never packs: RSV1 is a broken rule. */
    FrameReader(Sink sink, int maxMessageBytes) {
        this(sink, maxMessageBytes, null);
    }

    /** @param inflater null: none was negotiated */
    FrameReader(Sink sink, int maxMessageBytes, @Nullable MessageInflater inflater) {
        this.sink = sink;
        this.maxMessageBytes = maxMessageBytes;
        this.inflater = inflater;
    }

    /** Bytes held for a message under way. */
    int heldBytes() {
        return message == null ? 0 : message.length;
    }

    /** Whether {@link #read} leaves bytes untouched after the message it is at. */
    void pause(boolean on) {
        paused = on;
    }

    /** From now on looks for a close frame only, and keeps nothing. */
    void discard() {
        if (mode == Mode.READING) mode = Mode.DISCARDING;
        message = null;
    }

    /** From now on ignores everything. */
    void finish() {
        mode = Mode.FINISHED;
        message = null;
        control = null;
        head = null;
    }

    /**
     * Reads on, to the end of the bytes or until paused.
     *
     * @return null; or which rule was broken, after which everything is ignored
     */
    @Nullable
    CloseReason read(ByteBuf in) {
        CloseReason broken = null;
        while (broken == null && in.isReadable() && !paused && mode != Mode.FINISHED) {
            broken = inFrame ? onPayload(in) : onHead(in);
        }
        if (broken != null) finish();
        if (mode == Mode.FINISHED) in.skipBytes(in.readableBytes());
        return broken;
    }

    private @Nullable CloseReason onHead(ByteBuf in) {
        if (head == null && in.readableBytes() >= 2) {
            int start = in.readerIndex();
            if (!isLegal(in.getUnsignedByte(start), in.getUnsignedByte(start + 1))) return CloseReason.PROTOCOL_ERROR;
            if (in.readableBytes() >= headSize(in.getByte(start + 1))) return begin(in);
        }
        byte[] part = head == null ? new byte[MAX_HEAD_BYTES] : head;
        head = part;
        while (in.isReadable()) {
            part[headBytes++] = in.readByte();
            if (headBytes == 2 && !isLegal(part[0] & 0xFF, part[1] & 0xFF)) return CloseReason.PROTOCOL_ERROR;
            if (headBytes >= 2 && headBytes == headSize(part[1])) {
                head = null;
                headBytes = 0;
                return begin(Unpooled.wrappedBuffer(part));
            }
        }
        return null;
    }

    private static int headSize(int second) {
        return switch (second & 0x7F) {
            case 126 -> 8;
            case 127 -> 14;
            default -> 6;
        };
    }

    /** What the first two bytes of a frame tell: reserved bits, opcode, mask, the form of control frames, the order of fragments. */
    private boolean isLegal(int b0, int b1) {
        boolean masked = (b1 & 0x80) != 0;
        int opcode = b0 & 0x0F;
        // RFC 7692 section 6: on the first frame of a message only.
        int allowed = inflater != null && (opcode == TEXT || opcode == BINARY) ? PACKED : 0;
        if ((b0 & 0x70 & ~allowed) != 0 || !masked) return false;
        if (opcode >= CLOSE) return opcode <= 10 && (b0 & 0x80) != 0 && (b1 & 0x7F) <= 125;
        return opcode <= 2 && (opcode == CONTINUATION) == (kind != 0);
    }

    private @Nullable CloseReason begin(ByteBuf in) {
        first = in.readUnsignedByte();
        long length = in.readUnsignedByte() & 0x7F;
        if (length == 126) length = in.readUnsignedShort();
        else if (length == 127) length = in.readLong();
        if (length < 0) return CloseReason.PROTOCOL_ERROR;
        mask = in.readInt();
        inFrame = true;
        frameLeft = length;
        if ((first & 0x0F) >= CLOSE) {
            control = new byte[(int) length];
            controlBytes = 0;
        } else {
            CloseReason broken = beginData(length);
            if (broken != null) return broken;
        }
        return length == 0 ? onPayload(Unpooled.EMPTY_BUFFER) : null;
    }

    private @Nullable CloseReason beginData(long length) {
        if ((first & 0x0F) != CONTINUATION) {
            kind = first & 0x0F;
            packed = (first & PACKED) != 0;
            messageBytes = 0;
            fragments = 0;
            utf8 = Utf8.COMPLETE;
        }
        if (mode == Mode.DISCARDING) return null;
        if (length > maxWireBytes() - messageBytes) return CloseReason.TOO_BIG;
        return ++fragments > FRAGMENTS_ALWAYS + maxMessageBytes / BYTES_PER_FRAGMENT ? CloseReason.ABUSE : null;
    }

    /** Packed, a message that cannot be made shorter grows by a few bytes for each block. */
    private int maxWireBytes() {
        return packed ? maxMessageBytes + maxMessageBytes / 64 + 64 : maxMessageBytes;
    }

    private @Nullable CloseReason onPayload(ByteBuf in) {
        int part = (int) Math.min(frameLeft, in.readableBytes());
        if (control != null) return onControlBytes(control, in, part);
        if (mode == Mode.DISCARDING) {
            in.skipBytes(part);
        } else if (!keep(in, part)) {
            return CloseReason.BAD_DATA;
        }
        frameLeft -= part;
        return frameLeft == 0 ? endData() : null;
    }

    private boolean keep(ByteBuf in, int part) {
        byte[] all = room(part);
        in.readBytes(all, messageBytes, part);
        mask = Mask.apply(mask, all, messageBytes, part);
        if (kind == TEXT && !packed) utf8 = Utf8.check(utf8, all, messageBytes, messageBytes + part);
        messageBytes += part;
        return utf8 != Utf8.BROKEN;
    }

    /** The message's array with room for {@code part} more: exact when the whole rest is here, doubled otherwise. */
    private byte[] room(int part) {
        byte[] all = message;
        int needed = messageBytes + part;
        if (all != null && needed <= all.length) return all;
        boolean last = part == frameLeft && (first & 0x80) != 0;
        long announced = messageBytes + frameLeft;
        int size =
                last ? needed : (int) Math.max(needed, Math.min(announced, Math.max(FIRST_BYTES, 2L * messageBytes)));
        if (!last && (first & 0x80) == 0) {
            size = (int) Math.max(size, Math.min(maxWireBytes(), all == null ? FIRST_BYTES : 2L * all.length));
        }
        all = all == null ? new byte[size] : Arrays.copyOf(all, size);
        message = all;
        return all;
    }

    private @Nullable CloseReason endData() {
        inFrame = false;
        if ((first & 0x80) == 0) return null;
        boolean text = kind == TEXT;
        kind = 0;
        if (mode != Mode.READING) return null;
        if (utf8 != Utf8.COMPLETE) return CloseReason.BAD_DATA;
        byte[] all = message == null ? NOTHING : message;
        message = null;
        Frame.Kind as = text ? Frame.Kind.TEXT : Frame.Kind.BINARY;
        if (packed && inflater != null) return unpack(inflater, as, all);
        sink.onMessage(new Frame(as, all.length == messageBytes ? all : Arrays.copyOf(all, messageBytes)));
        return null;
    }

    private @Nullable CloseReason unpack(MessageInflater with, Frame.Kind as, byte[] all) {
        return switch (with.inflate(all, messageBytes, as == Frame.Kind.TEXT, maxMessageBytes)) {
            case MessageInflater.Result.Broken(CloseReason reason) -> reason;
            case MessageInflater.Result.Whole(byte[] payload) -> {
                sink.onMessage(new Frame(as, payload));
                yield null;
            }
        };
    }

    private @Nullable CloseReason onControlBytes(byte[] payload, ByteBuf in, int part) {
        in.readBytes(payload, controlBytes, part);
        controlBytes += part;
        frameLeft -= part;
        if (frameLeft > 0) return null;
        inFrame = false;
        control = null;
        Mask.apply(mask, payload, 0, payload.length);
        return switch (first & 0x0F) {
            case CLOSE -> onCloseFrame(payload);
            case PING -> {
                if (mode == Mode.READING) sink.onPing(payload);
                yield null;
            }
            default -> {
                if (mode == Mode.READING) sink.onPong();
                yield null;
            }
        };
    }

    private @Nullable CloseReason onCloseFrame(byte[] payload) {
        CloseReason broken = CloseCode.broken(payload);
        if (broken != null) return broken;
        finish();
        sink.onClose(CloseCode.of(payload));
        return null;
    }
}
