package earshot.bench.load;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What every message carries in its content: which run, whose, which in order, and when it was due. Letters and digits only, so that no
 * encoding on the way changes it: {@code eb}, six of the run, four of the publisher, eight of the sequence, sixteen of the time; hexadecimal.
 * The first eight bytes are compared as one number.
 */
final class Mark {
    static final int BYTES = 36;
    static final int MAX_PUBLISHER = 0xffff;

    private static final int PUBLISHER = 8;
    private static final int SEQUENCE = 12;
    private static final int TIME = 20;
    private static final byte[] DIGITS = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Mark() {}

    /** The first bytes of every mark of a run. */
    static long prefix(int run) {
        byte[] bytes = new byte[8];
        bytes[0] = 'e';
        bytes[1] = 'b';
        hex(bytes, 2, 6, run);
        return at(bytes, 0);
    }

    /** Writes a mark; the sequence is unsigned. */
    static void write(byte[] to, int at, long prefix, int publisher, int sequence, long dueNanos) {
        LONG.set(to, at, prefix);
        hex(to, at + PUBLISHER, 4, publisher);
        hex(to, at + SEQUENCE, 8, sequence);
        hex(to, at + TIME, 16, dueNanos);
    }

    /** Whether a mark of the run begins there. */
    static boolean isAt(byte[] bytes, int at, int end, long prefix) {
        return at + BYTES <= end && at(bytes, at) == prefix;
    }

    /** Where the next mark begins, or -1. */
    static int find(byte[] bytes, int from, int end, long prefix) {
        for (int at = from; at + BYTES <= end; at++) {
            if (bytes[at] == 'e' && at(bytes, at) == prefix) return at;
        }
        return -1;
    }

    static int publisher(byte[] bytes, int mark) {
        return (int) number(bytes, mark + PUBLISHER, 4);
    }

    static int sequence(byte[] bytes, int mark) {
        return (int) number(bytes, mark + SEQUENCE, 8);
    }

    static long dueNanos(byte[] bytes, int mark) {
        return number(bytes, mark + TIME, 16);
    }

    private static long at(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    private static void hex(byte[] to, int at, int digits, long value) {
        for (int i = digits - 1; i >= 0; i--) {
            to[at + i] = DIGITS[(int) (value & 15)];
            value >>>= 4;
        }
    }

    /** Whoever wrote the prefix wrote hexadecimal behind it; other bytes give a number that no sequence has. */
    private static long number(byte[] bytes, int at, int digits) {
        long value = 0;
        for (int i = at; i < at + digits; i++) {
            int c = bytes[i];
            value = (value << 4) | ((c <= '9' ? c - '0' : c - 'a' + 10) & 15);
        }
        return value;
    }
}
