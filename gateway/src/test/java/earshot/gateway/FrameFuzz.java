package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.dialect.Frame;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fuzz target: any bytes after an upgrade. Read in one piece and in pieces, they must say the same, hold no more than promised, and throw nothing.
 * The first byte says how large a message may be, the second how large the pieces are.
 */
public final class FrameFuzz {
    private FrameFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) return;
        int maxMessageBytes = 1 << (input[0] & 15);
        int piece = 1 + (input[1] & 0xFF) % 17;
        byte[] bytes = Arrays.copyOfRange(input, 2, input.length);
        List<String> whole = read(bytes, maxMessageBytes, Math.max(1, bytes.length), null);
        List<String> parts = read(bytes, maxMessageBytes, piece, null);
        if (!whole.equals(parts))
            throw new AssertionError("in one piece " + whole + ", in pieces of " + piece + " " + parts);
    }

    /** @param inflater null: none was negotiated */
    static List<String> read(byte[] bytes, int maxMessageBytes, int piece, @Nullable MessageInflater inflater) {
        List<String> heard = new ArrayList<>();
        FrameReader reader = new FrameReader(new Heard(heard), maxMessageBytes, inflater);
        for (int at = 0; at < bytes.length; at += piece) {
            CloseReason broken = reader.read(Unpooled.wrappedBuffer(bytes, at, Math.min(piece, bytes.length - at)));
            if (broken != null) {
                heard.add(broken.name());
                break;
            }
            if (reader.heldBytes() > Math.max(2 * maxMessageBytes, 4096))
                throw new AssertionError("holds " + reader.heldBytes() + " of a message of at most " + maxMessageBytes);
        }
        return heard;
    }

    private record Heard(List<String> all) implements FrameReader.Sink {
        @Override
        public void onMessage(Frame frame) {
            all.add(frame.kind() + " " + HexFormat.of().formatHex(frame.bytes()));
        }

        @Override
        public void onPing(byte[] payload) {
            all.add("ping " + HexFormat.of().formatHex(payload));
        }

        @Override
        public void onPong() {
            all.add("pong");
        }

        @Override
        public void onClose(int code) {
            all.add("close " + code);
        }
    }
}
