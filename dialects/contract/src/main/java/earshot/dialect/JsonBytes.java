package earshot.dialect;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * JSON text written straight into bytes: the caller writes the structure, this writes what needs care. Give it the size that the text will have and the array is made once and never copied; a guess that is
 * too small costs a copy, nothing else. For one thread.
 */
public final class JsonBytes {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_CHAR = 6;

    private byte[] bytes;
    private int length;

    /** @param expectedBytes a guess at the length of the whole text */
    public JsonBytes(int expectedBytes) {
        bytes = new byte[Math.max(16, expectedBytes)];
    }

    /** Text that is JSON already. */
    public JsonBytes raw(byte[] json) {
        return raw(json, 0, json.length);
    }

    public JsonBytes raw(byte[] json, int from, int to) {
        room(to - from);
        System.arraycopy(json, from, bytes, length, to - from);
        length += to - from;
        return this;
    }

    /** Text of ours, ASCII, that is JSON already. */
    public JsonBytes raw(String ascii) {
        room(ascii.length());
        for (int i = 0; i < ascii.length(); i++) bytes[length++] = (byte) ascii.charAt(i);
        return this;
    }

    public JsonBytes raw(char c) {
        room(1);
        bytes[length++] = (byte) c;
        return this;
    }

    public JsonBytes number(long value) {
        if (value < 0) return raw(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
        int digits = digits(value);
        room(digits);
        long rest = value;
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    public JsonBytes bool(boolean value) {
        return raw(value ? "true" : "false");
    }

    /** Lower case, with hyphens; null as {@code null}. */
    public JsonBytes id(@Nullable UUID value) {
        return value == null ? raw("null") : raw('"').raw(value.toString()).raw('"');
    }

    /** How many digits a number that is not negative has. */
    public static int digits(long value) {
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) digits++;
        return digits;
    }

    /** The text as a string literal; half of a surrogate pair, which UTF-8 cannot say, becomes U+FFFD. Null as {@code null}. */
    public JsonBytes string(@Nullable String text) {
        if (text == null) return raw("null");
        room(text.length() + 2);
        bytes[length++] = '"';
        int plain = plainChars(text);
        if (plain < text.length()) difficult(text, plain);
        room(1);
        bytes[length++] = '"';
        return this;
    }

    /** Copies what needs no escape and is one byte, and says how far that went. */
    private int plainChars(String text) {
        int at = length;
        int i = 0;
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') break;
            bytes[at++] = (byte) c;
        }
        length = at;
        return i;
    }

    private void difficult(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            room(LONGEST_CHAR + text.length() - i);
            char c = text.charAt(i);
            if (c < 0x20 || c == 0x7f) control(c);
            else if (c == '"' || c == '\\') escaped(c);
            else if (c < 0x80) bytes[length++] = (byte) c;
            else if (c < 0x800) two(c);
            else if (!Character.isSurrogate(c)) three(c);
            else if (pairAt(text, i)) four(Character.toCodePoint(c, text.charAt(++i)));
            else three('\ufffd');
        }
    }

    private static boolean pairAt(String text, int i) {
        return i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
    }

    private void control(char c) {
        switch (c) {
            case '\n' -> escaped('n');
            case '\r' -> escaped('r');
            case '\t' -> escaped('t');
            case '\b' -> escaped('b');
            case '\f' -> escaped('f');
            default -> unicode(c);
        }
    }

    private void escaped(char c) {
        bytes[length++] = '\\';
        bytes[length++] = (byte) c;
    }

    private void unicode(char c) {
        escaped('u');
        for (int shift = 12; shift >= 0; shift -= 4) bytes[length++] = HEX[c >> shift & 15];
    }

    private void two(char c) {
        bytes[length++] = (byte) (0xc0 | c >> 6);
        tail(c);
    }

    private void three(char c) {
        bytes[length++] = (byte) (0xe0 | c >> 12);
        tail(c >> 6);
        tail(c);
    }

    private void four(int codePoint) {
        bytes[length++] = (byte) (0xf0 | codePoint >> 18);
        tail(codePoint >> 12);
        tail(codePoint >> 6);
        tail(codePoint);
    }

    /** A continuation byte with the lowest six bits. */
    private void tail(int bits) {
        bytes[length++] = (byte) (0x80 | (bits & 63));
    }

    private void room(int more) {
        if (bytes.length - length < more) bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
    }

    public int length() {
        return length;
    }

    /** The text; the builder is not used again. */
    public byte[] done() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
}
