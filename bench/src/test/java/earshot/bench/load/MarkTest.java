package earshot.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class MarkTest {
    private static final long PREFIX = Mark.prefix(0xabc123);

    @Test
    void mark_writtenAndFound_isTheSame() {
        byte[] frame =
                "{\"type\":\"ebmessage\",\"content\":\"".concat("x".repeat(60)).getBytes(StandardCharsets.US_ASCII);
        Mark.write(frame, 31, PREFIX, 0xbeef, 0x7fff_ffff, 0x0123_4567_89ab_cdefL);
        int at = Mark.find(frame, 0, frame.length, PREFIX);
        assertThat(at).isEqualTo(31);
        assertThat(Mark.isAt(frame, at, frame.length, PREFIX)).isTrue();
        assertThat(Mark.publisher(frame, at)).isEqualTo(0xbeef);
        assertThat(Mark.sequence(frame, at)).isEqualTo(0x7fff_ffff);
        assertThat(Mark.dueNanos(frame, at)).isEqualTo(0x0123_4567_89ab_cdefL);
        assertThat(new String(frame, 31, 8, StandardCharsets.US_ASCII)).isEqualTo("ebabc123");
    }

    @Test
    void mark_ofAnotherRun_isNotFound() {
        byte[] frame = new byte[100];
        Mark.write(frame, 10, PREFIX, 0, 1, 2);
        assertThat(Mark.find(frame, 0, frame.length, Mark.prefix(0xabc124))).isEqualTo(-1);
    }

    @Test
    void mark_cutOff_isNotFound() {
        byte[] frame = new byte[100];
        Mark.write(frame, 10, PREFIX, 0, 1, 2);
        assertThat(Mark.find(frame, 0, 10 + Mark.BYTES - 1, PREFIX)).isEqualTo(-1);
    }
}
