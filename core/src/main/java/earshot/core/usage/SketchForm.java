package earshot.core.usage;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * The string in which Redis keeps a HyperLogLog (hyperloglog.c, "HYLL"): a header of 16 bytes, then runs of equal registers where that is short
 * (sparse), else all registers at 6 bits each (dense).
 */
final class SketchForm {
    private static final int HEADER = 16;
    private static final int DENSE = 0;
    private static final int SPARSE = 1;
    private static final int DENSE_BYTES = HEADER + Sketch.REGISTERS * 6 / 8;
    /** Redis' own {@code hll-sparse-max-bytes}. */
    private static final int MAX_SPARSE_BYTES = 3000;

    private static final int MAX_VALUE_RUN = 4;
    private static final int MAX_SPARSE_VALUE = 32;
    private static final int MAX_SHORT_ZEROS = 64;

    private SketchForm() {}

    /** Takes registers that are not zero. */
    interface Registers {
        boolean raise(int register, int rank);
    }

    static byte[] print(byte[] registers) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        header(out, SPARSE);
        for (int from = 0; from < Sketch.REGISTERS; ) {
            int to = from;
            while (to < Sketch.REGISTERS && registers[to] == registers[from]) to++;
            if (registers[from] > MAX_SPARSE_VALUE) return dense(registers);
            if (registers[from] == 0) zeros(out, to - from);
            else values(out, registers[from], to - from);
            if (out.size() > MAX_SPARSE_BYTES) return dense(registers);
            from = to;
        }
        return out.toByteArray();
    }

    /** The last eight bytes are a cached estimate; its highest bit says that it is to be made anew. */
    private static void header(ByteArrayOutputStream out, int encoding) {
        out.writeBytes(new byte[] {'H', 'Y', 'L', 'L', (byte) encoding, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0x80});
    }

    private static void zeros(ByteArrayOutputStream out, int length) {
        int left = length - 1;
        if (length <= MAX_SHORT_ZEROS) {
            out.write(left);
        } else {
            out.write(0x40 | left >> 8);
            out.write(left & 0xff);
        }
    }

    private static void values(ByteArrayOutputStream out, int value, int length) {
        for (int left = length; left > 0; left -= MAX_VALUE_RUN)
            out.write(0x80 | (value - 1) << 2 | Math.min(left, MAX_VALUE_RUN) - 1);
    }

    private static byte[] dense(byte[] registers) {
        ByteArrayOutputStream head = new ByteArrayOutputStream(HEADER);
        header(head, DENSE);
        byte[] out = Arrays.copyOf(head.toByteArray(), DENSE_BYTES);
        for (int r = 0; r < Sketch.REGISTERS; r++) {
            int at = HEADER + r * 6 / 8;
            int shift = r * 6 & 7;
            int bits = registers[r] << shift;
            out[at] |= (byte) bits;
            if (shift > 2) out[at + 1] |= (byte) (bits >> 8);
        }
        return out;
    }

    static void read(byte[] bytes, Registers into) {
        if (bytes.length < HEADER || bytes[0] != 'H' || bytes[1] != 'Y' || bytes[2] != 'L' || bytes[3] != 'L')
            throw unreadable(bytes);
        switch (bytes[4]) {
            case DENSE -> readDense(bytes, into);
            case SPARSE -> readSparse(bytes, into);
            default -> throw unreadable(bytes);
        }
    }

    private static void readDense(byte[] bytes, Registers into) {
        if (bytes.length < DENSE_BYTES) throw unreadable(bytes);
        for (int r = 0; r < Sketch.REGISTERS; r++) {
            int at = HEADER + r * 6 / 8;
            int next = at + 1 < bytes.length ? bytes[at + 1] & 0xff : 0;
            int value = ((next << 8 | (bytes[at] & 0xff)) >> (r * 6 & 7)) & 63;
            if (value > 0) into.raise(r, value);
        }
    }

    private static void readSparse(byte[] bytes, Registers into) {
        int register = 0;
        for (int i = HEADER; i < bytes.length; i++) {
            int code = bytes[i] & 0xff;
            if (code >= 0x80) {
                int run = (code & 3) + 1;
                if (register + run > Sketch.REGISTERS) throw unreadable(bytes);
                for (int last = register + run; register < last; register++)
                    into.raise(register, ((code >> 2) & 31) + 1);
            } else if (code >= 0x40) {
                if (++i == bytes.length) throw unreadable(bytes);
                register += ((code & 63) << 8 | (bytes[i] & 0xff)) + 1;
            } else {
                register += code + 1;
            }
        }
        if (register != Sketch.REGISTERS) throw unreadable(bytes);
    }

    private static IllegalArgumentException unreadable(byte[] bytes) {
        return new IllegalArgumentException(
                "sketch: " + bytes.length + " bytes (expected: a HyperLogLog as Redis keeps it)");
    }
}
