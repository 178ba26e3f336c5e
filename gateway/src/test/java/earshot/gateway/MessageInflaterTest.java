package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.core.telemetry.Meter;
import earshot.gateway.MessageInflater.Result;
import earshot.gateway.testkit.Packing;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageInflaterTest {
    private static final int MAX = 1 << 20;

    private final MessageInflater inflater = new MessageInflater(100, Meter.NONE);

    @AfterEach
    void release() {
        inflater.release();
    }

    private Result inflate(byte[] packed) {
        return inflater.inflate(packed, packed.length, false, MAX);
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static void assertWhole(Result result, byte[] payload) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        Result.Whole.class, whole -> assertThat(whole.payload()).isEqualTo(payload));
    }

    private static void assertBroken(Result result, CloseReason reason) {
        assertThat(result).isEqualTo(new Result.Broken(reason));
    }

    /** The examples of RFC 7692 section 7.2.3: plain, stored, marked as last, two blocks. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "f2 48 cd c9 c9 07 00",
                "00 05 00 fa ff 48 65 6c 6c 6f 00",
                "f3 48 cd c9 c9 07 00 00",
                "f2 48 05 00 00 00 ff ff ca c9 c9 07 00"
            })
    void examplesOfTheRfc_areHello(String hex) {
        assertWhole(inflate(hex(hex)), "Hello".getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "02 00"})
    void emptyMessages_areEmpty(String hex) {
        assertWhole(inflate(hex(hex)), new byte[0]);
    }

    /** 7.2.3.4: blocks marked as last one after the other, and the later one looks back over the end of the first. */
    @Test
    void blocksMarkedAsLast_mayBeFollowed() {
        byte[] hello = "Hello, hello, hello, hello".getBytes(StandardCharsets.UTF_8);
        var packed = new ByteArrayOutputStream();
        var all = new ByteArrayOutputStream();
        var deflater = new Deflater(9, true);
        for (int i = 0; i < 20; i++) {
            deflater.reset();
            if (i > 0) deflater.setDictionary(all.toByteArray());
            deflater.setInput(hello);
            deflater.finish();
            byte[] part = new byte[100];
            packed.write(part, 0, deflater.deflate(part));
            all.writeBytes(hello);
        }
        deflater.end();
        packed.write(0);
        assertWhole(inflate(packed.toByteArray()), all.toByteArray());
    }

    @Test
    void everySize_comesBack() {
        var random = new Random(7);
        for (int size : new int[] {1, 2, 100, 65_535, 65_536, 65_537, 131_072, 500_000, MAX}) {
            for (int level : new int[] {0, 1, 6, 9}) {
                byte[] payload = new byte[size];
                random.nextBytes(payload);
                Arrays.fill(payload, size / 3, size, (byte) random.nextInt());
                assertWhole(inflate(Packing.pack(payload, level)), payload);
            }
        }
    }

    @Test
    void overTheLimit_isTooBig_andTakesNoMoreRoomThanTheLimit() {
        byte[] bomb = Packing.pack(new byte[64 << 20]);
        assertBroken(inflate(bomb), CloseReason.TOO_BIG);
        byte[] barely = Packing.pack(new byte[1000]);
        assertBroken(inflater.inflate(barely, barely.length, false, 999), CloseReason.TOO_BIG);
        assertWhole(inflater.inflate(barely, barely.length, false, 1000), new byte[1000]);
    }

    @Test
    void tooGoodARatio_isTooBig() {
        byte[] bomb = Packing.pack(new byte[4 << 20]);
        assertBroken(inflater.inflate(bomb, bomb.length, false, 8 << 20), CloseReason.TOO_BIG);
        var forEchoes = new MessageInflater(MessageInflater.ANY_RATIO, Meter.NONE);
        assertWhole(forEchoes.inflate(bomb, bomb.length, false, 8 << 20), new byte[4 << 20]);
        forEchoes.release();
        byte[] small = new byte[MessageInflater.RATIO_FREE_BYTES];
        assertWhole(inflate(Packing.pack(small)), small);
    }

    @ParameterizedTest
    @CsvSource({"07", "ff", "f2 48 cd c9 c9", "f2 48 cd", "00 05 00 00 00", "05 00 00", "f2 48 cd c9 c9 07 00 ff ff"})
    void brokenData_isBadData(String hex) {
        assertBroken(inflate(hex(hex)), CloseReason.BAD_DATA);
    }

    @Test
    void garbageBehindTheLastBlock_isBadData() {
        assertBroken(inflate(hex("f3 48 cd c9 c9 07 00 ff 12 34")), CloseReason.BAD_DATA);
    }

    /** Cut at every byte: never taken for a whole message, except where what is left is one. */
    @Test
    void messagesCutOff_areBadData() {
        var random = new Random(3);
        byte[] text = new byte[3000];
        for (int i = 0; i < text.length; i++) text[i] = (byte) ('a' + random.nextInt(6));
        byte[] packed = Packing.pack(text);
        for (int cut = 1; cut < packed.length - 1; cut++) {
            assertBroken(inflater.inflate(packed, cut, false, MAX), CloseReason.BAD_DATA);
        }
        assertWhole(inflate(packed), text);
    }

    @Test
    void manyBlocksMarkedAsLast_areRefused() {
        byte[] empty = new byte[40_000];
        for (int i = 0; i < empty.length; i += 2) empty[i] = 3;
        assertBroken(inflate(empty), CloseReason.BAD_DATA);
    }

    @Test
    void text_isCheckedAsItComesOut() {
        byte[] good = "Grüße, wie gewöhnlich".repeat(2000).getBytes(StandardCharsets.UTF_8);
        byte[] packed = Packing.pack(good);
        assertWhole(inflater.inflate(packed, packed.length, true, MAX), good);
        byte[] open = Packing.pack(Arrays.copyOf(good, 3));
        assertBroken(inflater.inflate(open, open.length, true, MAX), CloseReason.BAD_DATA);
        byte[] bad = new byte[MAX + 100];
        bad[10] = (byte) 0xFF;
        byte[] wrong = Packing.pack(bad);
        // Found in the first piece: it never comes to the limit.
        assertBroken(inflater.inflate(wrong, wrong.length, true, MAX), CloseReason.BAD_DATA);
    }

    @Test
    void afterABrokenMessage_theNextIsRead() {
        assertBroken(inflate(hex("07")), CloseReason.BAD_DATA);
        assertWhole(inflate(hex("f2 48 cd c9 c9 07 00")), "Hello".getBytes(StandardCharsets.UTF_8));
    }
}
