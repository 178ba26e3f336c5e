package earshot.dialect.threadkit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** JSON text that grows, as UTF-8. The caller writes the structure, this writes what needs care. For one thread. */
final class JsonBytes {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] buffer = new byte[512];
    private int length;

    /** Text of ours, ASCII, as it is. */
    JsonBytes raw(String ascii) {
        return raw(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    /** Finished JSON. */
    JsonBytes raw(byte[] json) {
        ensure(json.length);
        System.arraycopy(json, 0, buffer, length, json.length);
        length += json.length;
        return this;
    }

    JsonBytes number(long value) {
        return raw(Long.toString(value));
    }

    JsonBytes bool(boolean value) {
        return raw(value ? "true" : "false");
    }

    /** Lower case, with hyphens; null as {@code null}. */
    JsonBytes id(@Nullable UUID value) {
        return value == null ? raw("null") : raw("\"" + value + "\"");
    }

    /** Escaped; half a surrogate pair, which UTF-8 cannot say, becomes U+FFFD. Null as {@code null}. */
    JsonBytes string(@Nullable String value) {
        if (value == null) return raw("null");
        put('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 0x80) ascii(c);
            else if (!Character.isSurrogate(c)) wide(c);
            else if (isPair(value, i)) wide(Character.toCodePoint(c, value.charAt(++i)));
            else wide(0xFFFD);
        }
        put('"');
        return this;
    }

    byte[] toBytes() {
        return Arrays.copyOf(buffer, length);
    }

    private static boolean isPair(String value, int at) {
        return Character.isHighSurrogate(value.charAt(at))
                && at + 1 < value.length()
                && Character.isLowSurrogate(value.charAt(at + 1));
    }

    private void ascii(char c) {
        switch (c) {
            case '"' -> escape('"');
            case '\\' -> escape('\\');
            case '\n' -> escape('n');
            case '\r' -> escape('r');
            case '\t' -> escape('t');
            default -> {
                if (c < 0x20) control(c);
                else put(c);
            }
        }
    }

    private void escape(char c) {
        put('\\');
        put(c);
    }

    private void control(char c) {
        raw("\\u00");
        put(HEX[c >> 4]);
        put(HEX[c & 15]);
    }

    private void wide(int codePoint) {
        if (codePoint < 0x800) {
            put(0xC0 | (codePoint >> 6));
        } else {
            if (codePoint < 0x10000) {
                put(0xE0 | (codePoint >> 12));
            } else {
                put(0xF0 | (codePoint >> 18));
                put(0x80 | ((codePoint >> 12) & 0x3F));
            }
            put(0x80 | ((codePoint >> 6) & 0x3F));
        }
        put(0x80 | (codePoint & 0x3F));
    }

    private void put(int b) {
        ensure(1);
        buffer[length++] = (byte) b;
    }

    private void ensure(int more) {
        if (buffer.length - length >= more) return;
        buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, Math.addExact(length, more)));
    }
}
