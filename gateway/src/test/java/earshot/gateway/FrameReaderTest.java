package earshot.gateway;

import static earshot.gateway.testkit.RawWebSocketClient.BINARY;
import static earshot.gateway.testkit.RawWebSocketClient.CLOSE;
import static earshot.gateway.testkit.RawWebSocketClient.CONTINUATION;
import static earshot.gateway.testkit.RawWebSocketClient.PING;
import static earshot.gateway.testkit.RawWebSocketClient.PONG;
import static earshot.gateway.testkit.RawWebSocketClient.TEXT;
import static earshot.gateway.testkit.RawWebSocketClient.closePayload;
import static earshot.gateway.testkit.RawWebSocketClient.fragment;
import static earshot.gateway.testkit.RawWebSocketClient.frame;
import static earshot.gateway.testkit.RawWebSocketClient.join;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.core.testkit.Seeds;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FrameReaderTest {
    private static final int MAX = 4096;

    private final RecordingSink sink = new RecordingSink();
    private final FrameReader reader = new FrameReader(sink, MAX);

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) bytes[i] = (byte) values[i];
        return bytes;
    }

    /** Section of RFC 6455, bytes, what is heard before, and how it ends. */
    static Stream<Arguments> rules() {
        CloseReason broken = CloseReason.PROTOCOL_ERROR;
        CloseReason data = CloseReason.BAD_DATA;
        byte[] a = utf8("a");
        return Stream.of(
                rule("5.2 rsv1", frame(0xC1, true, a), broken),
                rule("5.2 rsv2", frame(0xA1, true, a), broken),
                rule("5.2 rsv3", frame(0x91, true, a), broken),
                rule("5.2 opcode 3", frame(0x83, true, a), broken),
                rule("5.2 opcode 7", frame(0x87, true, a), broken),
                rule("5.2 opcode 11", frame(0x8B, true, a), broken),
                rule("5.2 opcode 15", frame(0x8F, true, a), broken),
                rule("5.1 not masked", frame(0x81, false, a), broken),
                rule("5.2 length with the sign bit", bytes(0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0), broken),
                rule("5.5 ping of 126 bytes", frame(0x89, true, new byte[126]), broken),
                rule("5.5 fragmented ping", frame(0x09, true, a), broken),
                rule("5.5 fragmented close", frame(0x08, true, a), broken),
                rule("5.4 continuation of nothing", frame(CONTINUATION, a), broken),
                rule("5.4 unfinished continuation of nothing", fragment(CONTINUATION, a), broken),
                rule("5.4 text inside a message", join(fragment(TEXT, a), frame(TEXT, a)), broken),
                rule("5.4 binary inside a message", join(fragment(TEXT, a), fragment(BINARY, a)), broken),
                rule("5.4 continuation after the end", join(frame(TEXT, a), frame(CONTINUATION, a)), broken, "TEXT a"),
                rule("5.5.1 close of one byte", frame(CLOSE, a), broken),
                rule("7.4 code 999", frame(CLOSE, closePayload(999, "")), broken),
                rule("7.4 code 1004", frame(CLOSE, closePayload(1004, "")), broken),
                rule("7.4 code 1005", frame(CLOSE, closePayload(1005, "")), broken),
                rule("7.4 code 1006", frame(CLOSE, closePayload(1006, "")), broken),
                rule("7.4 code 1015", frame(CLOSE, closePayload(1015, "")), broken),
                rule("7.4 code 1016", frame(CLOSE, closePayload(1016, "")), broken),
                rule("7.4 code 2999", frame(CLOSE, closePayload(2999, "")), broken),
                rule("7.4 code 5000", frame(CLOSE, closePayload(5000, "")), broken),
                rule("7.4 code 0", frame(CLOSE, closePayload(0, "")), broken),
                rule("7.4 code 65535", frame(CLOSE, closePayload(65535, "")), broken),
                rule("5.5.1 reason no UTF-8", frame(CLOSE, bytes(0x03, 0xE8, 0xC0, 0xAF)), data),
                rule("5.5.1 reason cut in a character", frame(CLOSE, bytes(0x03, 0xE8, 0xC3)), data),
                rule("8.1 a lone continuation byte", frame(TEXT, bytes(0x80)), data),
                rule("8.1 overlong slash", frame(TEXT, bytes(0xC0, 0xAF)), data),
                rule("8.1 overlong in three", frame(TEXT, bytes(0xE0, 0x80, 0xAF)), data),
                rule("8.1 surrogate", frame(TEXT, bytes(0xED, 0xA0, 0x80)), data),
                rule("8.1 above U+10FFFF", frame(TEXT, bytes(0xF4, 0x90, 0x80, 0x80)), data),
                rule("8.1 FE", frame(TEXT, bytes(0xFE)), data),
                rule("8.1 ends inside a character", frame(TEXT, bytes('a', 0xC3)), data),
                rule("8.1 bad in a fragment", fragment(TEXT, bytes(0xC3, 0x28)), data),
                rule(
                        "8.1 bad over a fragment's edge",
                        join(fragment(TEXT, bytes(0xCE)), frame(CONTINUATION, bytes(0xCE))),
                        data),
                rule("size", frame(BINARY, new byte[MAX + 1]), CloseReason.TOO_BIG),
                rule(
                        "size over fragments",
                        join(fragment(BINARY, new byte[MAX]), frame(CONTINUATION, a)),
                        CloseReason.TOO_BIG),
                rule("fine: empty text", frame(TEXT), null, "TEXT "),
                rule("fine: empty ping", frame(PING), null, "PING "),
                rule("fine: pong", frame(PONG, a), null, "PONG"),
                rule("fine: ping of 125 bytes", frame(PING, new byte[125]), null, "PING " + "\0".repeat(125)),
                rule("fine: close without code", frame(CLOSE), null, "CLOSE 1005"),
                rule("fine: close 1000", frame(CLOSE, closePayload(1000, "bye")), null, "CLOSE 1000"),
                rule("fine: close 1014", frame(CLOSE, closePayload(1014, "")), null, "CLOSE 1014"),
                rule("fine: close 3000", frame(CLOSE, closePayload(3000, "")), null, "CLOSE 3000"),
                rule("fine: close 4999", frame(CLOSE, closePayload(4999, "x".repeat(123))), null, "CLOSE 4999"),
                rule("fine: length not minimal", bytes(0x81, 0xFE, 0, 1, 0, 0, 0, 0, 'a'), null, "TEXT a"),
                rule(
                        "fine: ping between fragments",
                        join(fragment(TEXT, a), frame(PING, a), frame(CONTINUATION, a)),
                        null,
                        "PING a",
                        "TEXT aa"),
                rule(
                        "fine: empty fragments",
                        join(fragment(TEXT), fragment(CONTINUATION), frame(CONTINUATION)),
                        null,
                        "TEXT "),
                rule(
                        "fine: a character over a fragment's edge",
                        join(fragment(TEXT, bytes(0xC3)), frame(CONTINUATION, bytes(0xA4))),
                        null,
                        "TEXT \u00C3\u00A4"),
                rule(
                        "fine: highest character",
                        frame(TEXT, bytes(0xF4, 0x8F, 0xBF, 0xBF)),
                        null,
                        "TEXT \u00F4\u008F\u00BF\u00BF"),
                rule("fine: bytes after close", join(frame(CLOSE), bytes(0xFF, 0xFF, 0xFF)), null, "CLOSE 1005"));
    }

    private static Arguments rule(String name, byte[] bytes, @Nullable CloseReason end, String... heard) {
        return Arguments.of(name, bytes, end, List.of(heard));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void rule_isKept_whereverTcpCuts(String name, byte[] bytes, @Nullable CloseReason end, List<String> heard) {
        for (int cut = 0; cut <= Math.min(bytes.length, 64); cut++) {
            var each = new RecordingSink();
            var cutReader = new FrameReader(each, MAX);
            CloseReason got = cutReader.read(Unpooled.wrappedBuffer(bytes, 0, cut));
            if (got == null) got = cutReader.read(Unpooled.wrappedBuffer(bytes, cut, bytes.length - cut));
            assertThat(got).as("%s, cut at %d", name, cut).isEqualTo(end);
            assertThat(each.heard).as("%s, cut at %d", name, cut).isEqualTo(heard);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void rule_isKept_byteByByte(String name, byte[] bytes, @Nullable CloseReason end, List<String> heard) {
        CloseReason got = null;
        for (int i = 0; i < bytes.length && got == null; i++) got = reader.read(Unpooled.wrappedBuffer(bytes, i, 1));
        assertThat(got).as(name).isEqualTo(end);
        assertThat(sink.heard).as(name).isEqualTo(heard);
    }

    @Test
    void badByte_isFound_beforeTheFrameIsWhole() {
        byte[] whole = frame(TEXT, bytes('a', 'b', 0xFF, 'c', 'd', 'e'));
        assertThat(reader.read(Unpooled.wrappedBuffer(whole, 0, whole.length - 3)))
                .isEqualTo(CloseReason.BAD_DATA);
    }

    @Test
    void tooBigFrame_isRefused_byItsHead() {
        byte[] head = {(byte) 0x82, (byte) 0xFE, 0x10, 0x01, 1, 2, 3, 4};
        assertThat(reader.read(Unpooled.wrappedBuffer(head))).isEqualTo(CloseReason.TOO_BIG);
    }

    @Test
    void announcedButUnsentBytes_areNotHeld() {
        var large = new FrameReader(sink, 16 << 20);
        byte[] head = {(byte) 0x82, (byte) 0xFF, 0, 0, 0, 0, 0, (byte) 0xFF, 0, 0, 1, 2, 3, 4, 5};
        assertThat(large.read(Unpooled.wrappedBuffer(head))).isNull();
        assertThat(large.heldBytes()).isBetween(1, 4096);
    }

    @Test
    void tinyFragmentsWithoutEnd_areBounded() {
        byte[] begin = fragment(BINARY);
        byte[] more = fragment(CONTINUATION);
        CloseReason end = reader.read(Unpooled.wrappedBuffer(begin));
        int count = 1;
        for (; end == null && count < 100_000; count++) end = reader.read(Unpooled.wrappedBuffer(more));
        assertThat(end).isEqualTo(CloseReason.ABUSE);
        assertThat(count).isGreaterThanOrEqualTo(1024);
    }

    @Test
    void discarding_keepsNothing_andStillFindsTheClose() {
        assertThat(reader.read(Unpooled.wrappedBuffer(fragment(TEXT, utf8("half")))))
                .isNull();
        reader.discard();
        assertThat(reader.heldBytes()).isZero();
        byte[] rest = join(frame(CONTINUATION, new byte[60_000]), frame(PING), frame(CLOSE, closePayload(1001, "")));
        assertThat(reader.read(Unpooled.wrappedBuffer(rest))).isNull();
        assertThat(sink.heard).containsExactly("CLOSE 1001");
    }

    @Test
    void paused_leavesTheRest_untilItGoesOn() {
        byte[] two = join(frame(TEXT, utf8("1")), frame(TEXT, utf8("2")));
        var in = Unpooled.wrappedBuffer(two);
        reader.pause(true);
        assertThat(reader.read(in)).isNull();
        assertThat(in.readableBytes()).isEqualTo(two.length);
        reader.pause(false);
        assertThat(reader.read(in)).isNull();
        assertThat(sink.heard).containsExactly("TEXT 1", "TEXT 2");
    }

    @Test
    void conversation_isTheSame_howeverItIsFragmentedAndCut() {
        long seed = Seeds.first();
        var random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            var expected = new ArrayList<String>();
            byte[] wire = conversation(random, expected);
            var each = new RecordingSink();
            var cut = new FrameReader(each, MAX);
            for (int at = 0; at < wire.length; ) {
                int part = Math.min(wire.length - at, 1 + random.nextInt(random.nextInt(5) == 0 ? 3000 : 7));
                assertThat(cut.read(Unpooled.wrappedBuffer(wire, at, part)))
                        .as("seed %d", seed)
                        .isNull();
                at += part;
            }
            assertThat(each.heard).as("seed %d", seed).isEqualTo(expected);
            assertThat(cut.heldBytes()).as("seed %d", seed).isZero();
        }
    }

    private static byte[] conversation(Random random, List<String> expected) {
        byte[] wire = {};
        for (int m = random.nextInt(6); m >= 0; m--) {
            boolean text = random.nextBoolean();
            byte[] message = text ? utf8(words(random)) : noise(random, random.nextInt(MAX));
            var inside = new ArrayList<String>();
            wire = join(wire, fragmented(random, text ? TEXT : BINARY, message, inside));
            expected.addAll(inside);
            expected.add((text ? "TEXT " : "BINARY ") + new String(message, StandardCharsets.ISO_8859_1));
        }
        return wire;
    }

    private static byte[] fragmented(Random random, int opcode, byte[] message, List<String> inside) {
        byte[] wire = {};
        int at = 0;
        int op = opcode;
        while (random.nextInt(3) > 0) {
            int part = random.nextInt(message.length - at + 1);
            wire = join(wire, fragment(op, Arrays.copyOfRange(message, at, at + part)));
            at += part;
            op = CONTINUATION;
            if (random.nextBoolean()) {
                byte[] payload = noise(random, random.nextInt(126));
                wire = join(wire, frame(PING, payload));
                inside.add("PING " + new String(payload, StandardCharsets.ISO_8859_1));
            }
        }
        return join(wire, frame(op, Arrays.copyOfRange(message, at, message.length)));
    }

    private static String words(Random random) {
        var text = new StringBuilder();
        for (int n = random.nextInt(900); n > 0; n--) {
            text.appendCodePoint(
                    switch (random.nextInt(4)) {
                        case 0 -> 0x80 + random.nextInt(0x700);
                        case 1 -> 0x1F300 + random.nextInt(0x300);
                        default -> ' ' + random.nextInt(90);
                    });
        }
        return text.toString();
    }

    private static byte[] noise(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void anyBytes_neverThrow_andHoldLittle() {
        long seed = Seeds.first();
        var random = new Random(seed);
        for (int round = 0; round < 3000; round++) {
            var each = new FrameReader(new RecordingSink(), MAX);
            byte[] wire = conversation(random, new ArrayList<>());
            for (int flips = random.nextInt(4); flips > 0 && wire.length > 0; flips--)
                wire[random.nextInt(wire.length)] ^= (byte) (1 << random.nextInt(8));
            if (random.nextInt(10) == 0) wire = noise(random, 500);
            for (int at = 0; at < wire.length; ) {
                int part = Math.min(wire.length - at, 1 + random.nextInt(2000));
                each.read(Unpooled.wrappedBuffer(wire, at, part));
                assertThat(each.heldBytes()).as("seed %d", seed).isLessThanOrEqualTo(2 * MAX);
                at += part;
            }
        }
    }
}
