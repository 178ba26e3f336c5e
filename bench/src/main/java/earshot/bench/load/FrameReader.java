package earshot.bench.load;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes frames out of what a server sent (RFC 6455 section 5.2; from a server they are not masked). Keeps only what is incomplete: nothing, for
 * most connections most of the time. Of a frame longer than {@link #KEPT} the beginning is handed over and the rest passed by. Not thread-safe.
 */
final class FrameReader {
    /** More of one frame is never looked at. */
    static final int KEPT = 64 << 10;

    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;

    private static final int LONGEST_HEADER = 10;

    /** The largest that is put back. */
    static final int MOST_REST = KEPT + LONGEST_HEADER;

    private byte @Nullable [] rest;
    private long passBy;

    /** Who hears of frames. */
    interface Sink {
        /**
         * A frame, or the beginning of a long one. The bytes are lent for the call.
         *
         * @param opcode 0 for what follows a first fragment
         */
        void frame(int opcode, byte[] bytes, int from, int end);

        /** Whether it wants more. */
        boolean isOpen();
    }

    /** Whether it waits for the rest of a frame. */
    boolean isPartial() {
        return rest != null || passBy > 0;
    }

    /**
     * Hands every frame to the sink and keeps what is incomplete.
     *
     * @param from where what was read now begins; before it there is room for {@link #MOST_REST}, where what was incomplete is put back
     */
    void read(byte[] bytes, int from, int end, Sink sink) {
        int at = from;
        byte[] kept = rest;
        if (kept != null) {
            at -= kept.length;
            System.arraycopy(kept, 0, bytes, at, kept.length);
            rest = null;
        }
        while (sink.isOpen()) {
            if (passBy > 0) {
                int passed = (int) Math.min(passBy, end - at);
                passBy -= passed;
                at += passed;
                if (passBy > 0) break;
            }
            int left = end - at;
            if (left < 2) break;
            int header = headerBytes(bytes[at + 1] & 0x7f);
            if (left < header) break;
            long length = length(bytes, at);
            int shown = (int) Math.min(length, KEPT);
            if (left - header < shown) break;
            int payload = at + header;
            at = payload + shown;
            passBy = length - shown;
            sink.frame(bytes[payload - header] & 0x0f, bytes, payload, at);
        }
        if (at < end && sink.isOpen()) rest = Arrays.copyOfRange(bytes, at, end);
    }

    private static int headerBytes(int length) {
        if (length < 126) return 2;
        return length == 126 ? 4 : LONGEST_HEADER;
    }

    private static long length(byte[] bytes, int at) {
        int small = bytes[at + 1] & 0x7f;
        if (small < 126) return small;
        int digits = small == 126 ? 2 : 8;
        long length = 0;
        for (int i = 0; i < digits; i++) length = (length << 8) | (bytes[at + 2 + i] & 0xff);
        return length & Long.MAX_VALUE;
    }
}
