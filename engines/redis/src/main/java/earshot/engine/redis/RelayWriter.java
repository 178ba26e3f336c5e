package earshot.engine.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes for other nodes, as {@link RelayReader} reads them. Confined to who made it. */
final class RelayWriter {
    private byte[] bytes = new byte[128];
    private int size;

    RelayWriter byteOf(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    RelayWriter flag(boolean value) {
        return byteOf(value ? 1 : 0);
    }

    RelayWriter number(long value) {
        room(Long.BYTES);
        for (int shift = 56; shift >= 0; shift -= 8) bytes[size++] = (byte) (value >>> shift);
        return this;
    }

    /** Seven bits a byte, the lowest first; for what is small and not negative. */
    RelayWriter count(int value) {
        room(5);
        int rest = value;
        while (rest > 0x7f) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    RelayWriter block(byte[] block) {
        count(block.length);
        return raw(block);
    }

    RelayWriter raw(byte[] block) {
        room(block.length);
        System.arraycopy(block, 0, bytes, size, block.length);
        size += block.length;
        return this;
    }

    RelayWriter text(String text) {
        return block(text.getBytes(StandardCharsets.UTF_8));
    }

    RelayWriter maybeText(@Nullable String text) {
        flag(text != null);
        return text == null ? this : text(text);
    }

    int size() {
        return size;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void room(int more) {
        if (size + more > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
}
