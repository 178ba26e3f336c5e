package earshot.engine.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link RelayWriter} wrote. Throws {@link IllegalArgumentException} when the bytes end too early or say what cannot be; takes memory only for
 * bytes that are there. Confined to who made it.
 */
final class RelayReader {
    private final byte[] bytes;
    private final int end;
    private int at;

    RelayReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private RelayReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    boolean hasMore() {
        return at < end;
    }

    int byteOf() {
        need(1);
        return bytes[at++] & 0xff;
    }

    boolean flag() {
        return byteOf() != 0;
    }

    long number() {
        need(Long.BYTES);
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) value = (value << 8) | (bytes[at++] & 0xff);
        return value;
    }

    int count() {
        int value = 0;
        for (int shift = 0; shift < 32; shift += 7) {
            int next = byteOf();
            value |= (next & 0x7f) << shift;
            if (next <= 0x7f) {
                if (value < 0) break;
                return value;
            }
        }
        throw new IllegalArgumentException("relay: a count that is none");
    }

    byte[] block() {
        int from = blockStart();
        return Arrays.copyOfRange(bytes, from, at);
    }

    /** The next block, to be read on its own. */
    RelayReader inner() {
        int from = blockStart();
        return new RelayReader(bytes, from, at);
    }

    String text() {
        int from = blockStart();
        return new String(bytes, from, at - from, StandardCharsets.UTF_8);
    }

    @Nullable
    String maybeText() {
        return flag() ? text() : null;
    }

    private int blockStart() {
        int length = count();
        need(length);
        int from = at;
        at += length;
        return from;
    }

    private void need(int more) {
        if (more > end - at)
            throw new IllegalArgumentException("relay: " + (end - at) + " bytes left (expected: " + more + ")");
    }
}
