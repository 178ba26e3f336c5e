package earshot.gateway;

import earshot.dialect.Farewell;
import earshot.gateway.testkit.Packing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A link to nobody: takes what a socket would take, or nothing while it is stalled, and remembers the frames. Confined to its loop. */
final class FakeLink implements Link {
    private final int highWater;
    private final WireForm form;
    private final ArrayDeque<ByteBuf> pending = new ArrayDeque<>();
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private long pendingBytes;
    private boolean stalled;
    private boolean wasFull;
    LinkListener listener;
    Farewell farewell;
    boolean cut;
    boolean reading = true;
    int flushes;
    /** Frames among {@link #heard} that came packed. */
    int packed;

    FakeLink(int highWater) {
        this(highWater, WireForm.PLAIN);
    }

    FakeLink(int highWater, WireForm form) {
        this.highWater = highWater;
        this.form = form;
    }

    @Override
    public WireForm form() {
        return form;
    }

    @Override
    public void write(ByteBuf frames) {
        if (isClosed()) {
            frames.release();
            return;
        }
        pendingBytes += frames.readableBytes();
        pending.add(frames);
    }

    @Override
    public void flush() {
        flushes++;
        if (!stalled) take(Integer.MAX_VALUE);
    }

    /** The socket takes whole buffers until so many bytes are taken. */
    void take(int bytes) {
        while (!pending.isEmpty() && bytes > 0) {
            ByteBuf next = pending.remove();
            bytes -= next.readableBytes();
            pendingBytes -= next.readableBytes();
            taken.writeBytes(ByteBufUtil.getBytes(next));
            next.release();
        }
        if (wasFull && pendingBytes < highWater && !isClosed()) {
            wasFull = false;
            listener.onWritable();
        }
    }

    void stall(boolean on) {
        stalled = on;
        if (!on) take(Integer.MAX_VALUE);
    }

    @Override
    public boolean isWritable() {
        if (pendingBytes < highWater) return true;
        wasFull = true;
        return false;
    }

    @Override
    public long pendingBytes() {
        return pendingBytes;
    }

    @Override
    public void close(Farewell how) {
        if (isClosed()) return;
        if (!stalled) take(Integer.MAX_VALUE);
        if (how instanceof Farewell.Cut) cut = true;
        else farewell = how;
        discard();
    }

    @Override
    public void cut() {
        cut = true;
        discard();
    }

    void discard() {
        pending.forEach(ByteBuf::release);
        pending.clear();
        pendingBytes = 0;
    }

    boolean isClosed() {
        return cut || farewell != null;
    }

    @Override
    public void read(boolean wanted) {
        reading = wanted;
    }

    /** Payloads of the frames that were taken; binary ones begin with {@code #}. */
    List<String> heard() {
        byte[] bytes = taken.toByteArray();
        var frames = new ArrayList<String>();
        packed = 0;
        for (int at = 0; at < bytes.length; ) {
            int opcode = bytes[at] & 0xff;
            int length = bytes[at + 1] & 0xff;
            at += 2;
            int extended = length == 126 ? 2 : length == 127 ? 8 : 0;
            if (extended > 0) length = 0;
            for (int i = 0; i < extended; i++) length = (length << 8) | (bytes[at++] & 0xff);
            byte[] payload = Arrays.copyOfRange(bytes, at, at + length);
            if ((opcode & FrameHead.PACKED) != 0) {
                opcode -= FrameHead.PACKED;
                packed++;
                payload = Packing.unpack(payload);
            }
            String text = new String(payload, StandardCharsets.UTF_8);
            frames.add(opcode == 0x82 ? "#" + text : opcode == 0x81 ? text : "opcode " + opcode);
            at += length;
        }
        return frames;
    }
}
