package earshot.engine.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads what {@link ByteWriter} wrote; anything else ends in {@link BadBytes} and in nothing worse. Not thread-safe. */
final class ByteReader {
    /** The bytes are not what they should be. */
    static final class BadBytes extends Exception {
        private static final long serialVersionUID = 1L;

        BadBytes(String what) {
            super(what, null, false, false);
        }
    }

    private final byte[] bytes;
    private int at;

    ByteReader(byte[] bytes) {
        this.bytes = bytes;
    }

    int left() {
        return bytes.length - at;
    }

    int u8() throws BadBytes {
        need(1);
        return bytes[at++] & 0xFF;
    }

    int u16() throws BadBytes {
        return u8() << 8 | u8();
    }

    int u32() throws BadBytes {
        return u16() << 16 | u16();
    }

    long u64() throws BadBytes {
        return (long) u32() << 32 | (u32() & 0xFFFF_FFFFL);
    }

    byte[] raw(int length) throws BadBytes {
        need(length);
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    byte[] block() throws BadBytes {
        return raw(u32());
    }

    String text() throws BadBytes {
        return text(u32());
    }

    String text(int length) throws BadBytes {
        need(length);
        at += length;
        return new String(bytes, at - length, length, StandardCharsets.UTF_8);
    }

    @Nullable
    String textOrNull() throws BadBytes {
        int length = u32();
        return length == -1 ? null : text(length);
    }

    void end() throws BadBytes {
        if (left() != 0) throw new BadBytes(left() + " bytes too many");
    }

    private void need(int length) throws BadBytes {
        if (length < 0 || length > left()) throw new BadBytes("ends early");
    }
}
