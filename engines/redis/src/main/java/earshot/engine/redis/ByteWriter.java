package earshot.engine.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes big-endian numbers and length-prefixed strings. Not thread-safe. */
final class ByteWriter {
    private byte[] bytes;
    private int size;

    ByteWriter(int expectedBytes) {
        bytes = new byte[Math.max(64, expectedBytes)];
    }

    int size() {
        return size;
    }

    void u8(int value) {
        need(1);
        bytes[size++] = (byte) value;
    }

    void u16(int value) {
        u8(value >>> 8);
        u8(value);
    }

    void u32(int value) {
        need(4);
        put32(size, value);
        size += 4;
    }

    /** Over what was written there. */
    void put32(int at, int value) {
        bytes[at] = (byte) (value >>> 24);
        bytes[at + 1] = (byte) (value >>> 16);
        bytes[at + 2] = (byte) (value >>> 8);
        bytes[at + 3] = (byte) value;
    }

    void u64(long value) {
        u32((int) (value >>> 32));
        u32((int) value);
    }

    void raw(byte[] more) {
        need(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
    }

    /** Length, then bytes. */
    void block(byte[] more) {
        u32(more.length);
        raw(more);
    }

    void text(String text) {
        block(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A length that no block has stands for null. */
    void textOrNull(@Nullable String text) {
        if (text == null) u32(-1);
        else text(text);
    }

    byte[] bytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void need(int more) {
        if (bytes.length - size < more) bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
}
