package earshot.gateway;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Whether bytes are UTF-8 (RFC 3629 section 4), told piece by piece: the state between two pieces is an integer, and a byte that cannot be
 * right is found when it comes, not at the end.
 */
final class Utf8 {
    /** Between two characters. A text may end only here. */
    static final int COMPLETE = 0;
    /** Not UTF-8; stays so. */
    static final int BROKEN = -1;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    /**
     * The state after the bytes from {@code from} to {@code to}. Within a character it is what may come next: how many bytes are missing, and
     * the least and greatest value of the first of them.
     */
    static int check(int state, byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && state != BROKEN) {
            if (state == COMPLETE) {
                at = skipAscii(bytes, at, to);
                if (at == to) break;
            }
            state = state == COMPLETE ? lead(bytes[at] & 0xFF) : follow(state, bytes[at] & 0xFF);
            at++;
        }
        return state;
    }

    private static int skipAscii(byte[] bytes, int at, int to) {
        while (at <= to - 8 && ((long) LONGS.get(bytes, at) & HIGH_BITS) == 0) at += 8;
        while (at < to && bytes[at] >= 0) at++;
        return at;
    }

    private static int lead(int b) {
        if (b < 0xC2 || b > 0xF4) return BROKEN;
        if (b < 0xE0) return missing(1, 0x80, 0xBF);
        if (b < 0xF0) return missing(2, b == 0xE0 ? 0xA0 : 0x80, b == 0xED ? 0x9F : 0xBF);
        return missing(3, b == 0xF0 ? 0x90 : 0x80, b == 0xF4 ? 0x8F : 0xBF);
    }

    private static int follow(int state, int b) {
        if (b < ((state >> 8) & 0xFF) || b > (state & 0xFF)) return BROKEN;
        int left = (state >> 16) - 1;
        return left == 0 ? COMPLETE : missing(left, 0x80, 0xBF);
    }

    private static int missing(int bytes, int least, int greatest) {
        return (bytes << 16) | (least << 8) | greatest;
    }
}
