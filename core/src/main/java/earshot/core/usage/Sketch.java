package earshot.core.usage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * About how many different words there were, whoever saw them: HyperLogLog with {@value #REGISTERS} registers (Flajolet et al. 2007; Ertl's
 * estimator, arXiv:1702.01284), standard error 0.81 %. Not thread-safe.
 *
 * <p>Registers and hash are those of Redis 7 (hyperloglog.c): {@link #bytes} is the string that PFADD keeps, so what Redis counted, what a file
 * keeps and what a loop has seen can be merged with each other. Small ones are small: up to {@value #FEW} words take 4 bytes each.
 */
public final class Sketch {
    static final int REGISTERS = 1 << 14;

    /** Words that are kept one by one before all registers are laid out. */
    private static final int FEW = 512;

    private static final int INDEX_BITS = 14;
    /** What is left of a hash below its index. */
    private static final int RANK_BITS = 50;

    private static final double ALPHA_INF = 0.7213475204444817;
    private static final long SEED = 0xadc83b19L;

    /** While there are few: register number and value, as {@code number << 6 | value}, in order of numbers. */
    private int[] few = new int[8];

    private int count;
    private byte @Nullable [] registers;

    /** Whether the estimate may have changed: false for whatever was added before. */
    public boolean add(String word) {
        long hash = murmur(word.getBytes(StandardCharsets.UTF_8));
        int register = (int) (hash & (REGISTERS - 1));
        int rank = Long.numberOfTrailingZeros(hash >>> INDEX_BITS | 1L << RANK_BITS) + 1;
        return raise(register, rank);
    }

    /** Afterwards this has seen what the other has. */
    public void merge(Sketch other) {
        byte[] all = other.registers;
        if (all == null) {
            for (int i = 0; i < other.count; i++) raise(other.few[i] >>> 6, other.few[i] & 63);
        } else {
            for (int r = 0; r < REGISTERS; r++) if (all[r] > 0) raise(r, all[r]);
        }
    }

    public Sketch copy() {
        Sketch copy = new Sketch();
        copy.merge(this);
        return copy;
    }

    public boolean isEmpty() {
        return registers == null && count == 0;
    }

    private boolean raise(int register, int rank) {
        byte[] all = registers;
        if (all == null) return raiseFew(register, rank);
        if (all[register] >= rank) return false;
        all[register] = (byte) rank;
        return true;
    }

    private boolean raiseFew(int register, int rank) {
        int at = Arrays.binarySearch(few, 0, count, register << 6);
        int slot = at < 0 ? -at - 1 : at;
        if (slot < count && few[slot] >>> 6 == register) {
            if ((few[slot] & 63) >= rank) return false;
            few[slot] = register << 6 | rank;
            return true;
        }
        if (count == FEW) {
            layOut()[register] = (byte) rank;
            return true;
        }
        if (count == few.length) few = Arrays.copyOf(few, count * 2);
        System.arraycopy(few, slot, few, slot + 1, count - slot);
        few[slot] = register << 6 | rank;
        count++;
        return true;
    }

    private byte[] layOut() {
        byte[] all = new byte[REGISTERS];
        for (int i = 0; i < count; i++) all[few[i] >>> 6] = (byte) (few[i] & 63);
        registers = all;
        few = new int[0];
        count = 0;
        return all;
    }

    /** How many different words, about. */
    public long estimate() {
        int[] having = new int[64];
        byte[] all = registers;
        if (all == null) {
            having[0] = REGISTERS - count;
            for (int i = 0; i < count; i++) having[few[i] & 63]++;
        } else {
            for (byte value : all) having[value]++;
        }
        double m = REGISTERS;
        double z = m * tau((m - having[RANK_BITS + 1]) / m);
        for (int rank = RANK_BITS; rank >= 1; rank--) z = (z + having[rank]) * 0.5;
        z += m * sigma(having[0] / m);
        return Math.round(ALPHA_INF * m * m / z);
    }

    private static double sigma(double x) {
        if (x == 1) return Double.POSITIVE_INFINITY;
        double square = x;
        double weight = 1;
        double z = x;
        double before;
        do {
            square *= square;
            before = z;
            z += square * weight;
            weight += weight;
        } while (before != z);
        return z;
    }

    private static double tau(double x) {
        if (x == 0 || x == 1) return 0;
        double root = x;
        double weight = 1;
        double z = 1 - x;
        double before;
        do {
            root = Math.sqrt(root);
            before = z;
            weight *= 0.5;
            z -= (1 - root) * (1 - root) * weight;
        } while (before != z);
        return z / 3;
    }

    /** As Redis keeps it. */
    public byte[] bytes() {
        return SketchForm.print(dense());
    }

    private byte[] dense() {
        byte[] all = registers;
        if (all != null) return all;
        byte[] laidOut = new byte[REGISTERS];
        for (int i = 0; i < count; i++) laidOut[few[i] >>> 6] = (byte) (few[i] & 63);
        return laidOut;
    }

    /** Reads what {@link #bytes} or Redis wrote; throws {@link IllegalArgumentException} for anything else. Nothing at all is empty. */
    public static Sketch of(byte[] bytes) {
        Sketch sketch = new Sketch();
        if (bytes.length > 0) SketchForm.read(bytes, sketch::raise);
        return sketch;
    }

    /** MurmurHash64A (Austin Appleby, public domain), little-endian, as Redis has it. */
    private static long murmur(byte[] data) {
        final long m = 0xc6a4a7935bd1e995L;
        long h = SEED ^ data.length * m;
        int whole = data.length & ~7;
        for (int i = 0; i < whole; i += 8) {
            long k = word(data, i, 8) * m;
            k = (k ^ k >>> 47) * m;
            h = (h ^ k) * m;
        }
        if (whole < data.length) h = (h ^ word(data, whole, data.length - whole)) * m;
        h = (h ^ h >>> 47) * m;
        return h ^ h >>> 47;
    }

    private static long word(byte[] data, int from, int length) {
        long word = 0;
        for (int i = length - 1; i >= 0; i--) word = word << 8 | (data[from + i] & 0xff);
        return word;
    }
}
