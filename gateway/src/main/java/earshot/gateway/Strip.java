package earshot.gateway;

import earshot.dialect.Frame;
import java.util.Arrays;

/**
 * WebSocket frames (RFC 6455 section 5.2, from a server: not masked) one after the other in one stretch of bytes, and where each entry ends.
 * Grows on one loop, is only read once handed over.
 */
final class Strip {
    final Language.Flavor flavor;
    private byte[] bytes = new byte[512];
    private int length;
    /** Where entry i ends, in bytes and in frames. */
    private int[] ends = new int[4];

    private int[] frameEnds = new int[4];
    private int frames;
    private int entries;

    Strip(Language.Flavor flavor) {
        this.flavor = flavor;
    }

    /** Entries before this one that have no end yet are empty: nobody here spoke this flavor then. */
    void startEntry(int index) {
        while (entries < index) endEntry();
    }

    void endEntry() {
        if (entries == ends.length) {
            ends = Arrays.copyOf(ends, entries * 2);
            frameEnds = Arrays.copyOf(frameEnds, entries * 2);
        }
        ends[entries] = length;
        frameEnds[entries++] = frames;
    }

    /** @param typed see {@link FrameHead#write} */
    void add(Frame.Kind kind, boolean typed, byte[] payload, boolean packed) {
        ensure(length + 11 + payload.length);
        length = FrameHead.write(bytes, length, kind, typed, payload, packed);
        frames++;
    }

    private void ensure(int capacity) {
        if (capacity < 0) throw new IllegalStateException("strip: over 2 GB");
        if (capacity <= bytes.length) return;
        int doubled = (int) Math.min(bytes.length * 2L, Integer.MAX_VALUE - 16);
        bytes = Arrays.copyOf(bytes, Math.max(capacity, doubled));
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Where an entry begins in {@link #bytes}. */
    int start(int index) {
        if (index == 0) return 0;
        return index <= entries ? ends[index - 1] : length;
    }

    /** How many frames the entries from..to (exclusive) have. */
    int frames(int from, int to) {
        return framesBefore(to) - framesBefore(from);
    }

    private int framesBefore(int index) {
        if (index == 0) return 0;
        return index <= entries ? frameEnds[index - 1] : frames;
    }

    /** One entry as a strip of its own, to keep. */
    Strip only(int index) {
        var alone = new Strip(flavor);
        alone.bytes = copy(index);
        alone.length = alone.bytes.length;
        alone.frames = frames(index, index + 1);
        alone.endEntry();
        return alone;
    }

    /** The frames of one entry, to keep. */
    byte[] copy(int index) {
        return Arrays.copyOfRange(bytes, start(index), start(index + 1));
    }
}
