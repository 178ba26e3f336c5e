package earshot.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FrameReaderTest {
    private final List<String> heard = new ArrayList<>();
    private final FrameReader reader = new FrameReader();
    private final byte[] scratch = new byte[FrameReader.MOST_REST + 1000];
    private boolean open = true;

    @Test
    void frames_inOneRead_areAllHeard() {
        read(stream("a", "bb", ""));
        assertThat(heard).containsExactly("1:a", "1:bb", "1:");
    }

    @Test
    void frames_ofEveryLengthSplitAnywhere_areHeardWhole() {
        long seed = Long.getLong("earshot.seed", 20_261_122);
        Random random = new Random(seed);
        List<String> said = new ArrayList<>();
        for (int length : new int[] {0, 1, 125, 126, 127, 500, 65_535, 65_536, 3}) said.add("x".repeat(length));
        byte[] all = stream(said.toArray(String[]::new));
        for (int at = 0; at < all.length; ) {
            int step = Math.min(all.length - at, 1 + random.nextInt(1000));
            read(Arrays.copyOfRange(all, at, at + step));
            at += step;
        }
        assertThat(heard)
                .as("seed %d", seed)
                .containsExactlyElementsOf(said.stream().map(s -> "1:" + s).toList());
    }

    @Test
    void frames_byteByByte_areHeardWhole() {
        for (byte b : stream("hello", "y".repeat(200))) read(new byte[] {b});
        assertThat(heard).containsExactly("1:hello", "1:" + "y".repeat(200));
    }

    @Test
    void reader_inTheMiddleOfAFrame_saysSo() {
        byte[] all = stream("hello");
        assertThat(reader.isPartial()).isFalse();
        read(Arrays.copyOf(all, 3));
        assertThat(reader.isPartial()).isTrue();
        read(Arrays.copyOfRange(all, 3, all.length));
        assertThat(reader.isPartial()).isFalse();
        byte[] large = stream("z".repeat(FrameReader.KEPT + 5000));
        for (int at = 0; at < FrameReader.MOST_REST; at += 1000)
            read(Arrays.copyOfRange(large, at, Math.min(at + 1000, FrameReader.MOST_REST)));
        assertThat(reader.isPartial()).as("the rest is still to be passed by").isTrue();
    }

    @Test
    void longFrame_isHeardByItsBeginningAndPassedBy() {
        byte[] all = stream("z".repeat(FrameReader.KEPT + 5000), "after");
        for (int at = 0; at < all.length; at += 1000)
            read(Arrays.copyOfRange(all, at, Math.min(all.length, at + 1000)));
        assertThat(heard).containsExactly("1:" + "z".repeat(FrameReader.KEPT), "1:after");
    }

    @Test
    void frames_afterTheSinkClosed_areNotHeard() {
        open = false;
        read(stream("a"));
        assertThat(heard).isEmpty();
    }

    private void read(byte[] bytes) {
        int from = FrameReader.MOST_REST;
        System.arraycopy(bytes, 0, scratch, from, bytes.length);
        reader.read(scratch, from, from + bytes.length, new FrameReader.Sink() {
            @Override
            public void frame(int opcode, byte[] from, int begin, int end) {
                heard.add(opcode + ":" + new String(from, begin, end - begin, StandardCharsets.US_ASCII));
            }

            @Override
            public boolean isOpen() {
                return open;
            }
        });
    }

    /** RFC 6455 section 5.2, not masked. */
    private static byte[] stream(String... texts) {
        var bytes = new ByteArrayOutputStream();
        for (String text : texts) {
            int length = text.length();
            bytes.write(0x81);
            if (length < 126) {
                bytes.write(length);
            } else if (length < 65_536) {
                bytes.write(126);
                bytes.write(length >> 8);
                bytes.write(length);
            } else {
                bytes.write(127);
                for (int shift = 56; shift >= 0; shift -= 8) bytes.write((int) ((long) length >> shift));
            }
            bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.toByteArray();
    }
}
