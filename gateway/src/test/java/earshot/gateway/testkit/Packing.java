package earshot.gateway.testkit;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** What a client does to messages that it packs (RFC 7692 section 7.2), without context takeover. */
public final class Packing {
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

    private Packing() {}

    public static byte[] pack(byte[] payload) {
        return pack(payload, Deflater.DEFAULT_COMPRESSION);
    }

    /** @param level 0: stored blocks */
    public static byte[] pack(byte[] payload, int level) {
        var deflater = new Deflater(level, true);
        try {
            deflater.setInput(payload);
            var out = new ByteArrayOutputStream();
            byte[] part = new byte[8192];
            int size = part.length;
            while (size == part.length) {
                size = deflater.deflate(part, 0, part.length, Deflater.SYNC_FLUSH);
                out.write(part, 0, size);
            }
            byte[] all = out.toByteArray();
            return Arrays.copyOf(all, all.length - TAIL.length);
        } finally {
            deflater.end();
        }
    }

    public static byte[] unpack(byte[] packed) {
        var inflater = new Inflater(true);
        try {
            byte[] in = Arrays.copyOf(packed, packed.length + TAIL.length);
            System.arraycopy(TAIL, 0, in, packed.length, TAIL.length);
            inflater.setInput(in);
            var out = new ByteArrayOutputStream();
            byte[] part = new byte[8192];
            for (int size = inflater.inflate(part); size > 0; size = inflater.inflate(part)) out.write(part, 0, size);
            return out.toByteArray();
        } catch (DataFormatException e) {
            throw new AssertionError("not packed by the rules", e);
        } finally {
            inflater.end();
        }
    }
}
