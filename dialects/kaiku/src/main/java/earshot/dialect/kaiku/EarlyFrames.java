package earshot.dialect.kaiku;

import earshot.dialect.Frame;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What a client said before it was ready, in its order; bounded. */
final class EarlyFrames {
    private static final int MAX = 128;
    private static final int MAX_BYTES = 512 << 10;

    private final ArrayDeque<Frame> frames = new ArrayDeque<>(0);
    private int bytes;

    /** False: that is more than anybody says who waits. */
    boolean add(Frame frame) {
        int length = frame.bytes().length;
        if (frames.size() >= MAX || bytes + length > MAX_BYTES) return false;
        bytes += length;
        frames.add(frame);
        return true;
    }

    /** Null: that was all. */
    @Nullable
    Frame next() {
        Frame next = frames.poll();
        if (next != null) bytes -= next.bytes().length;
        return next;
    }

    void freeze(DataOutput out) throws IOException {
        out.writeShort(frames.size());
        for (Frame frame : frames) {
            out.writeInt(frame.bytes().length);
            out.write(frame.bytes());
        }
    }

    /** @param packed whether they are binary */
    void thaw(DataInput in, boolean packed) throws IOException {
        int count = Frozen.count(in, "early", MAX);
        for (int i = 0; i < count; i++) {
            int length = in.readInt();
            if (length < 0 || length > MAX_BYTES) throw new IOException("early: " + length + " bytes");
            byte[] read = new byte[length];
            in.readFully(read);
            add(packed ? Frame.binary(read) : Frame.text(read));
        }
    }
}
