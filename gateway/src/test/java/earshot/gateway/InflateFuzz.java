package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.core.telemetry.Meter;
import earshot.gateway.MessageInflater.Result;
import earshot.gateway.testkit.Packing;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Fuzz target: what a client sends that negotiated permessage-deflate. The first byte says what the rest is: a packed message, a message to be packed, or
 * frames with both; and how large a message may be. The second is the kind of the message, its level, or the size of pieces.
 */
public final class InflateFuzz {
    private static final int RATIO = 100;
    /** As {@link MessageInflater} completes a message. */
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

    private InflateFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) return;
        int maxBytes = 1 << (4 + (input[0] & 15));
        byte[] bytes = Arrays.copyOfRange(input, 2, input.length);
        MessageInflater inflater = new MessageInflater(RATIO, Meter.NONE);
        try {
            switch ((input[0] >> 4) & 3) {
                case 0 -> frames(bytes, maxBytes, 1 + (input[1] & 0xFF) % 17, inflater);
                case 1 -> packed(bytes, maxBytes, (input[1] & 1) != 0, inflater);
                default -> roundTrip(bytes, maxBytes, (input[1] & 0x7F) % 10, input[1] < 0, inflater);
            }
        } finally {
            inflater.release();
        }
    }

    private static void frames(byte[] bytes, int maxBytes, int piece, MessageInflater inflater) {
        var whole = FrameFuzz.read(bytes, maxBytes, Math.max(1, bytes.length), inflater);
        var parts = FrameFuzz.read(bytes, maxBytes, piece, inflater);
        if (!whole.equals(parts))
            throw new AssertionError("in one piece " + whole + ", in pieces of " + piece + " " + parts);
    }

    /** Unpacked after another message it is the same; as large as allowed; and what zlib says of its first block chain. */
    private static void packed(byte[] bytes, int maxBytes, boolean text, MessageInflater inflater) {
        String first = described(inflater.inflate(bytes, bytes.length, text, maxBytes));
        byte[] other = Packing.pack("another message".repeat(20).getBytes(StandardCharsets.UTF_8));
        inflater.inflate(other, other.length, true, 1 << 20);
        Result again = inflater.inflate(bytes, bytes.length, text, maxBytes);
        if (!first.equals(described(again))) throw new AssertionError(first + ", then " + described(again));
        if (!(again instanceof Result.Whole whole)) return;
        byte[] payload = whole.payload();
        if (payload.length > maxBytes) throw new AssertionError(payload.length + " bytes of " + maxBytes);
        if (text && !isUtf8(payload)) throw new AssertionError("a text that is none");
        byte[] expected = reference(bytes, maxBytes);
        if (!Arrays.equals(expected, Arrays.copyOf(payload, Math.min(payload.length, expected.length))))
            throw new AssertionError("not what was packed");
    }

    private static void roundTrip(byte[] bytes, int maxBytes, int level, boolean text, MessageInflater inflater) {
        if (bytes.length == 0) return;
        byte[] packed = Packing.pack(bytes, level);
        Result result = inflater.inflate(packed, packed.length, text, maxBytes);
        if (result instanceof Result.Whole whole) {
            if (!Arrays.equals(whole.payload(), bytes)) throw new AssertionError("not what was packed");
            if (text && !isUtf8(bytes)) throw new AssertionError("a text that is none");
        } else if (result.equals(new Result.Broken(CloseReason.TOO_BIG))) {
            if (bytes.length <= maxBytes) throw new AssertionError("too big: " + bytes.length + " of " + maxBytes);
        } else if (!text || isUtf8(bytes)) {
            throw new AssertionError(described(result));
        }
    }

    private static String described(Result result) {
        return result instanceof Result.Whole whole
                ? "whole " + Arrays.hashCode(whole.payload()) + " of " + whole.payload().length
                : result.toString();
    }

    /** Up to the first block that is marked as last. */
    private static byte[] reference(byte[] packed, int maxBytes) {
        byte[] all = Arrays.copyOf(packed, packed.length + TAIL.length);
        System.arraycopy(TAIL, 0, all, packed.length, TAIL.length);
        var inflater = new Inflater(true);
        try {
            inflater.setInput(all);
            byte[] out = new byte[maxBytes + 1];
            return Arrays.copyOf(out, inflater.inflate(out));
        } catch (DataFormatException e) {
            throw new AssertionError("taken, and broken", e);
        } finally {
            inflater.end();
        }
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
