package earshot.gateway;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Takes the mask off what a client sent (RFC 6455 section 5.3), eight bytes at a time. */
final class Mask {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Mask() {}

    /**
     * @param key the four bytes, first one highest, as they apply to the byte at {@code from}
     * @return the key as it applies to the byte after the last
     */
    static int apply(int key, byte[] bytes, int from, int length) {
        if (key == 0) return 0;
        long wide = ((long) key << 32) | (key & 0xFFFF_FFFFL);
        int at = from;
        int end = from + length;
        for (; at <= end - 8; at += 8) LONGS.set(bytes, at, (long) LONGS.get(bytes, at) ^ wide);
        for (int shift = 24; at < end; at++, shift = (shift - 8) & 31) bytes[at] ^= (byte) (key >>> shift);
        return Integer.rotateLeft(key, (length & 3) << 3);
    }
}
