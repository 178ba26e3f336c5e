package earshot.core.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The vectors come from redis-server 7.0.15: PFADD, then GET or PFCOUNT. */
class SketchTest {
    private static final List<String> FIVE = List.of("11111111-1111-4111-8111-111111111111", "ada", "bob", "", "grüße");

    @Test
    void bytes_ofFewWords_areThoseOfRedis() {
        Sketch sketch = new Sketch();
        FIVE.forEach(sketch::add);
        assertThat(HexFormat.of().formatHex(sketch.bytes()))
                .isEqualTo("48594c4c0100000000000000000000804b60844bcf844fff8047858c4f2588421d");
        assertThat(sketch.estimate()).isEqualTo(5);
    }

    @Test
    void bytes_ofManyWords_areThoseOfRedis() throws NoSuchAlgorithmException {
        Sketch sketch = users(20_000);
        assertThat(sketch.estimate()).isEqualTo(19_983);
        byte[] bytes = sketch.bytes();
        byte[] registers = Arrays.copyOfRange(bytes, 16, bytes.length);
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(registers)))
                .isEqualTo("ce7945bc5f1350efd001fc85ccc6743fa2728afd");
        assertThat(users(300).estimate()).isEqualTo(301);
    }

    @Test
    void add_again_changesNothing() {
        Sketch sketch = users(5000);
        for (int i = 1; i <= 5000; i++) assertThat(sketch.add("user-" + i)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 512, 513, 700, 3000, 100_000})
    void estimate_any_isCloseAndSurvivesItsBytes(int words) {
        Sketch sketch = users(words);
        assertThat((double) sketch.estimate()).isBetween(words * 0.97, words * 1.03);
        Sketch read = Sketch.of(sketch.bytes());
        assertThat(read.estimate()).isEqualTo(sketch.estimate());
        assertThat(read.bytes()).isEqualTo(sketch.bytes());
        assertThat(sketch.copy().bytes()).isEqualTo(sketch.bytes());
    }

    @Test
    void merge_overlapping_countsTheUnion() {
        for (int size : new int[] {100, 10_000}) {
            Sketch left = users(size);
            Sketch right = new Sketch();
            for (int i = size / 2 + 1; i <= size * 3 / 2; i++) right.add("user-" + i);
            left.merge(right);
            assertThat(left.bytes()).isEqualTo(users(size * 3 / 2).bytes());
        }
    }

    @Test
    void bytes_thatAreNoSketch_areRefused() {
        assertThat(Sketch.of(new byte[0]).isEmpty()).isTrue();
        byte[] good = users(10).bytes();
        List<byte[]> bad = List.of(
                "hello".getBytes(StandardCharsets.UTF_8),
                Arrays.copyOf(good, good.length - 1),
                Arrays.copyOf(good, good.length + 1),
                Arrays.copyOf(users(20_000).bytes(), 5000),
                new byte[] {'H', 'Y', 'L', 'L', 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        for (byte[] each : bad) assertThatThrownBy(() -> Sketch.of(each)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Sketch users(int count) {
        Sketch sketch = new Sketch();
        for (int i = 1; i <= count; i++) sketch.add("user-" + i);
        return sketch;
    }
}
