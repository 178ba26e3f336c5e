package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks the messages of one loop (RFC 7692 section 7.2.2), each on its own and as a whole. Confined to its loop. Takes room by what has come out,
 * never by what a message claims, and stops at the first byte over a limit or, for text, that is not UTF-8. What it keeps between two messages is
 * about 100 KB, from the first message on.
 */
final class MessageInflater {
    /** More than deflate can reach. */
    static final int ANY_RATIO = 2000;
    /** Below so many bytes no ratio is too good: a message of one word repeated is no bomb. */
    static final int RATIO_FREE_BYTES = 1 << 20;

    /** Blocks marked as last that others follow (section 7.2.3.4); each costs a reset. */
    private static final int MAX_RESETS = 1024;

    private static final int WINDOW_BYTES = 32 << 10;
    private static final int ROOM_BYTES = 64 << 10;

    /** What the sender left away, and an empty last block, behind which the data must be over. */
    private static final byte[] END = {0, 0, (byte) 0xFF, (byte) 0xFF, 1, 0, 0, (byte) 0xFF, (byte) 0xFF};

    private final int maxRatio;
    private final Meter meter;
    private @Nullable Inflater inflater;
    private byte[] room = new byte[0];
    private byte[] out = room;
    private int size;
    private int utf8;

    /** @param maxRatio bytes out for each byte in */
    MessageInflater(int maxRatio, Meter meter) {
        this.maxRatio = maxRatio;
        this.meter = meter;
    }

    /** What became of a message. */
    sealed interface Result {
        record Whole(byte[] payload) implements Result {}

        record Broken(CloseReason reason) implements Result {}
    }

    /** Unpacks the first {@code length} bytes. */
    Result inflate(byte[] packed, int length, boolean text, int maxBytes) {
        // An empty message is one byte; some senders leave that away, too.
        if (length == 0) return new Result.Whole(new byte[0]);
        Inflater with = begin();
        CloseReason broken;
        try {
            broken = run(with, packed, length, text, maxBytes);
        } catch (DataFormatException e) {
            broken = refuse("data", CloseReason.BAD_DATA);
        }
        byte[] all = out;
        boolean own = all.length > ROOM_BYTES;
        out = room;
        if (broken != null) return new Result.Broken(broken);
        meter.add(Metric.DEFLATE_MESSAGES, 1, "in");
        meter.add(Metric.DEFLATE_PLAIN_BYTES, size, "in");
        meter.add(Metric.DEFLATE_WIRE_BYTES, length, "in");
        return new Result.Whole(own && all.length == size ? all : Arrays.copyOf(all, size));
    }

    private Inflater begin() {
        Inflater with = inflater;
        if (with == null) {
            with = new Inflater(true);
            inflater = with;
            room = new byte[ROOM_BYTES];
        } else {
            with.reset();
        }
        out = room;
        size = 0;
        utf8 = Utf8.COMPLETE;
        return with;
    }

    private @Nullable CloseReason run(Inflater with, byte[] packed, int length, boolean text, int maxBytes)
            throws DataFormatException {
        long maxByRatio = Math.max(RATIO_FREE_BYTES, (long) length * maxRatio);
        boolean ending = false;
        int resets = 0;
        with.setInput(packed, 0, length);
        while (true) {
            if (size == out.length) out = Arrays.copyOf(out, (int) Math.min(2L * size, maxBytes + 1L));
            int more = with.inflate(out, size, out.length - size);
            if (more > 0) {
                // What was left away has nothing in it: the message was cut off, and its end taken for data.
                if (ending) return refuse("data", CloseReason.BAD_DATA);
                if (size + more > maxBytes) return refuse("size", CloseReason.TOO_BIG);
                if (size + more > maxByRatio) return refuse("ratio", CloseReason.TOO_BIG);
                if (text) utf8 = Utf8.check(utf8, out, size, size + more);
                if (utf8 == Utf8.BROKEN) return CloseReason.BAD_DATA;
                size += more;
            } else if (with.finished()) {
                int left = with.getRemaining();
                if (ending) return left == 0 ? end() : refuse("data", CloseReason.BAD_DATA);
                if (left == 0) return end();
                if (++resets > MAX_RESETS) return refuse("data", CloseReason.BAD_DATA);
                goOn(with, packed, length - left, left);
            } else if (ending || !with.needsInput()) {
                return refuse("data", CloseReason.BAD_DATA);
            } else {
                ending = true;
                with.setInput(END);
            }
        }
    }

    private @Nullable CloseReason end() {
        return utf8 == Utf8.COMPLETE ? null : CloseReason.BAD_DATA;
    }

    /** Behind a block that is marked as last; what follows may look back over it. */
    private void goOn(Inflater with, byte[] packed, int from, int left) {
        with.reset();
        int window = Math.min(size, WINDOW_BYTES);
        if (window > 0) with.setDictionary(out, size - window, window);
        with.setInput(packed, from, left);
    }

    private CloseReason refuse(String why, CloseReason reason) {
        meter.add(Metric.INFLATE_REFUSED, 1, why);
        return reason;
    }

    /** Gives back what it holds outside the heap. May be used again. */
    void release() {
        if (inflater != null) inflater.end();
        inflater = null;
    }
}
