package earshot.gateway;

import static earshot.gateway.testkit.RawWebSocketClient.frame;
import static earshot.gateway.testkit.RawWebSocketClient.join;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.core.telemetry.Meter;
import earshot.gateway.testkit.Packing;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Any bytes, cut anywhere, packed or not: no exception, nothing held over the limit, and the same outcome however they were cut. Frames are made by
 * the rules and then broken in a few places. A failing seed is printed; inputs that were a bug once are kept in {@link #savedInputs}.
 */
class FrameFuzzTest {
    private static final int MAX = 20_000;
    private static final int ROUNDS = Boolean.getBoolean("earshot.long") ? 300_000 : 4_000;
    private static final Set<CloseReason> BREACHES =
            Set.of(CloseReason.PROTOCOL_ERROR, CloseReason.BAD_DATA, CloseReason.TOO_BIG, CloseReason.ABUSE);

    private final MessageInflater inflater = new MessageInflater(100, Meter.NONE);

    @AfterEach
    void release() {
        inflater.release();
    }

    /** What came of some bytes. */
    private record Outcome(List<String> heard, CloseReason end) {}

    private Outcome read(byte[] bytes, Random cuts, boolean packing, int seed) {
        var sink = new RecordingSink();
        var reader = new FrameReader(sink, MAX, packing ? inflater : null);
        CloseReason end = null;
        for (int at = 0; at < bytes.length && end == null; ) {
            int part = cuts == null ? bytes.length : Math.min(bytes.length - at, 1 + cuts.nextInt(40));
            end = reader.read(Unpooled.wrappedBuffer(bytes, at, Math.min(part, bytes.length - at)));
            assertThat(reader.heldBytes()).as("held, seed " + seed).isLessThanOrEqualTo(2 * MAX);
            at += part;
        }
        if (end != null) assertThat(BREACHES).as("seed " + seed).contains(end);
        return new Outcome(sink.heard, end);
    }

    private void check(byte[] bytes, int seed) {
        for (boolean packing : new boolean[] {true, false}) {
            Outcome whole = read(bytes, null, packing, seed);
            Outcome cut = read(bytes, new Random(seed), packing, seed);
            assertThat(cut)
                    .as("seed " + seed + ": " + HexFormat.of().formatHex(bytes))
                    .isEqualTo(whole);
        }
    }

    @Test
    void brokenFrames_neverThrow_andEndTheSameHoweverTheyAreCut() {
        int base = Boolean.getBoolean("earshot.long") ? (int) System.nanoTime() : 1;
        for (int seed = base; seed != base + ROUNDS; seed++) check(make(new Random(seed)), seed);
    }

    private static byte[] make(Random random) {
        var parts = new ArrayList<byte[]>();
        for (int i = 1 + random.nextInt(6); i > 0; i--) parts.add(part(random));
        byte[] all = join(parts.toArray(byte[][]::new));
        for (int i = random.nextInt(4); i > 0 && all.length > 0; i--) {
            int at = random.nextInt(all.length);
            switch (random.nextInt(3)) {
                case 0 -> all[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> all[at] = (byte) random.nextInt();
                default -> all = join(Arrays.copyOf(all, at), Arrays.copyOfRange(all, at + 1, all.length));
            }
        }
        return all;
    }

    private static byte[] part(Random random) {
        byte[] payload = payload(random);
        return switch (random.nextInt(8)) {
            case 0 -> frame(0x80 | random.nextInt(16), true, payload);
            case 1 -> payload;
            case 2 -> frame(0x88 | random.nextInt(3), true, Arrays.copyOf(payload, Math.min(125, payload.length)));
            case 3, 4 -> frame(0xC1 + random.nextInt(2), true, Packing.pack(payload, random.nextInt(10)));
            case 5, 6 ->
                ConformanceCases.inFragments(
                        1 + random.nextInt(2), 0x40, Packing.pack(payload), 1 + random.nextInt(300));
            default -> ConformanceCases.inFragments(1 + random.nextInt(2), payload, 1 + random.nextInt(300));
        };
    }

    private static byte[] payload(Random random) {
        byte[] payload = new byte
                [switch (random.nextInt(10)) {
                    case 0 -> 0;
                    case 1 -> random.nextInt(30_000);
                    default -> random.nextInt(400);
                }];
        if (random.nextInt(3) == 0) random.nextBytes(payload);
        else for (int i = 0; i < payload.length; i++) payload[i] = (byte) ('a' + random.nextInt(1 + i % 7));
        return payload;
    }

    /** Deflate data alone, broken in a few places: whole or refused, never more than the limit. */
    @Test
    void brokenDeflateData_isWholeOrRefused() {
        int base = Boolean.getBoolean("earshot.long") ? (int) System.nanoTime() : 1;
        for (int seed = base; seed != base + ROUNDS; seed++) {
            var random = new Random(seed);
            byte[] packed =
                    random.nextInt(4) == 0 ? payload(random) : Packing.pack(payload(random), random.nextInt(10));
            for (int i = random.nextInt(4); i > 0 && packed.length > 0; i--)
                packed[random.nextInt(packed.length)] ^= (byte) (1 << random.nextInt(8));
            checkInflated(packed, seed);
        }
    }

    private void checkInflated(byte[] packed, int seed) {
        switch (inflater.inflate(packed, packed.length, seed % 2 == 0, MAX)) {
            case MessageInflater.Result.Whole(byte[] payload) ->
                assertThat(payload).as("seed " + seed).hasSizeLessThanOrEqualTo(MAX);
            case MessageInflater.Result.Broken(CloseReason reason) ->
                assertThat(BREACHES).as("seed " + seed).contains(reason);
        }
    }

    /** Bytes that once went wrong, or nearly. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "c180",
                "c18000000000",
                "c1810000000000",
                "c183000000000300",
                "c1ff7fffffffffffffff00000000",
                "4181000000000080800000000080810000000000",
                "41800000000080c1000000000000"
            })
    void savedInputs(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        check(bytes, 1);
        checkInflated(bytes, 1);
    }
}
