package earshot.gateway;

import static earshot.gateway.ConformanceCases.inFragments;
import static earshot.gateway.ConformanceCases.repeated;
import static earshot.gateway.testkit.RawWebSocketClient.BINARY;
import static earshot.gateway.testkit.RawWebSocketClient.CONTINUATION;
import static earshot.gateway.testkit.RawWebSocketClient.TEXT;
import static earshot.gateway.testkit.RawWebSocketClient.fragment;
import static earshot.gateway.testkit.RawWebSocketClient.frame;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.gateway.ConformanceCases.Case;
import earshot.gateway.testkit.Packing;
import earshot.gateway.testkit.RawWebSocketClient;
import earshot.gateway.testkit.RawWebSocketClient.Received;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sections of the public conformance suite against the echo over real sockets; 12 and 13 with what its client offers. */
class ConformanceTest {
    private static final int MESSAGES = Boolean.getBoolean("earshot.long") ? 1000 : 12;
    private static final String OFFER = "permessage-deflate; client_max_window_bits";

    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        var compression = GatewayConfig.Compression.OFF.offeredTo(Set.of(GatewayConfig.Compression.ECHO));
        gateway = new TestGateway(TestGateway.CONFIG.with(compression), List.of(), List.of());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static RawWebSocketClient connect(String... headers) throws IOException {
        var client = new RawWebSocketClient(gateway.address, "/echo", headers);
        assertThat(client.upgrade().status()).isEqualTo(101);
        return client;
    }

    private static RawWebSocketClient packing(String offer) throws IOException {
        var client = connect("Sec-WebSocket-Extensions", offer);
        assertThat(client.isPacking()).as(offer).isTrue();
        return client;
    }

    static List<Case> cases() {
        return ConformanceCases.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void sections1To7And10(Case each) throws IOException {
        play(each, connect(), each.sent().length);
        if (each.sent().length < 2000) play(each, connect(), 1);
        play(each, packing(OFFER), 997);
    }

    /** Sends in pieces. The server ends TCP first; the client only looks. */
    private static void play(Case each, RawWebSocketClient client, int chop) throws IOException {
        try (client) {
            // RSV1 alone is legal on messages when it was negotiated.
            if (client.isPacking() && each.name().startsWith("3 reserved bits 4 on opcode 1")) return;
            if (client.isPacking() && each.name().startsWith("3 reserved bits 4 on opcode 2")) return;
            sending(client, each.sent(), chop);
            for (Received expected : each.heard())
                assertThat(client.read()).as(each.name()).isEqualTo(expected);
            if (each.ends() == 0) client.close(1000);
            int code = each.ends() == 0 ? 1000 : each.ends();
            assertThat(client.read()).as(each.name()).satisfies(end -> {
                assertThat(end.opcode()).isEqualTo(RawWebSocketClient.CLOSE);
                assertThat(end.closeCode()).isEqualTo(code);
            });
            assertThat(client.read().isEnd()).as(each.name()).isTrue();
        }
    }

    /** Beside the reader, so that neither waits for the other. A server that hung up does not hear the rest. */
    private static void sending(RawWebSocketClient client, byte[] bytes, int chop) {
        Thread.ofVirtual().start(() -> {
            try {
                for (int at = 0; at < bytes.length; at += chop)
                    client.http().socket().getOutputStream().write(bytes, at, Math.min(chop, bytes.length - at));
            } catch (IOException _) {
                // The test sees it by what comes back.
            }
        });
    }

    /** 6.4: the connection ends at the byte that breaks the text, though the rest of the frame, or of the message, has not come. */
    @ParameterizedTest
    @ValueSource(strings = {"f4908080", "f490", "eda080", "ff", "c0"})
    void brokenText_endsTheConnectionAtOnce(String hex) throws IOException {
        byte[] good = HexFormat.of().parseHex("cebae1bdb9cf83cebcceb5");
        byte[] bad = HexFormat.of().parseHex(hex);
        try (var client = connect()) {
            client.send(fragment(TEXT, good)).send(fragment(CONTINUATION, bad));
            assertThat(client.read().closeCode()).isEqualTo(1007);
            assertThat(client.read().isEnd()).isTrue();
        }
        try (var client = connect()) {
            byte[] whole = frame(TEXT, RawWebSocketClient.join(good, bad, new byte[100]));
            client.send(Arrays.copyOf(whole, 6 + good.length));
            client.send(Arrays.copyOfRange(whole, 6 + good.length, 6 + good.length + bad.length));
            assertThat(client.read().closeCode()).isEqualTo(1007);
            assertThat(client.read().isEnd()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64 << 10, 256 << 10, 1 << 20, 4 << 20, 8 << 20, 16 << 20})
    void section9_messagesOfAnySize_comeBack(int size) throws IOException {
        byte[] payload = repeated("BAsd7&jh23", size);
        try (var client = connect()) {
            echoes(client, TEXT, payload, frame(TEXT, payload), 64 << 10);
            echoes(client, BINARY, payload, frame(BINARY, payload), 64 << 10);
        }
        try (var client = packing(OFFER)) {
            echoes(client, TEXT, payload, frame(0xC0 | TEXT, true, Packing.pack(payload)), 64 << 10);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 256, 1024, 4096, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20})
    void section9_fragmentsOfAnySize_comeBackWhole(int size) throws IOException {
        byte[] payload = repeated("BAsd7&jh23", 4 << 20);
        try (var client = connect()) {
            echoes(client, TEXT, payload, inFragments(TEXT, payload, size), 64 << 10);
            echoes(client, BINARY, payload, inFragments(BINARY, payload, size), 64 << 10);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 128, 256, 512, 1024, 2048})
    void section9_chopsOfAnySize_comeBackWhole(int chop) throws IOException {
        byte[] payload = repeated("BAsd7&jh23", 1 << 20);
        try (var client = connect()) {
            echoes(client, TEXT, payload, frame(TEXT, payload), chop);
            echoes(client, BINARY, payload, frame(BINARY, payload), chop);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16, 64, 256, 1024, 4096})
    void section9_roundTrips(int size) throws IOException {
        byte[] payload = repeated("*", size);
        try (var client = connect()) {
            for (int i = 0; i < MESSAGES * 10; i++) {
                assertThat(client.send(frame(TEXT, payload)).read()).isEqualTo(new Received(TEXT, true, payload));
            }
        }
    }

    private static void echoes(RawWebSocketClient client, int opcode, byte[] payload, byte[] wire, int chop)
            throws IOException {
        sending(client, wire, chop);
        Received back = client.read();
        assertThat(back.opcode()).isEqualTo(opcode);
        assertThat(back.fin()).isTrue();
        assertThat(Arrays.equals(back.payload(), payload)).as("payload").isTrue();
    }

    /** What the clients of the suite offer in 12 and 13, and some more. */
    static Stream<String> offers() {
        return Stream.of(
                OFFER,
                "permessage-deflate",
                "permessage-deflate; server_no_context_takeover; client_max_window_bits",
                "permessage-deflate; server_max_window_bits=8; client_max_window_bits",
                "permessage-deflate; server_max_window_bits=9; client_max_window_bits",
                "permessage-deflate; server_max_window_bits=12; client_max_window_bits=10",
                "permessage-deflate; server_max_window_bits=15; client_max_window_bits",
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9",
                "permessage-deflate; server_no_context_takeover; server_max_window_bits=9; client_max_window_bits,"
                        + " permessage-deflate; server_no_context_takeover; client_max_window_bits,"
                        + " permessage-deflate; client_max_window_bits");
    }

    @ParameterizedTest
    @MethodSource("offers")
    void sections12And13_packedMessages_comeBack(String offer) throws IOException {
        try (var client = packing(offer)) {
            for (Material material : Material.values()) {
                for (int size : new int[] {16, 64, 256, 1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072}) {
                    packedMessages(client, material, size, Integer.MAX_VALUE);
                }
            }
            assertThat(client.packedFrames()).isPositive();
            assertThat(client.close(1000).read().closeCode()).isEqualTo(1000);
            assertThat(client.read().isEnd()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 256, 1024, 4096, 32_768})
    void sections12And13_packedMessagesInFragments_comeBack(int fragment) throws IOException {
        try (var client = packing(OFFER)) {
            for (Material material : Material.values()) {
                for (int size : new int[] {8192, 16_384, 32_768, 65_536, 131_072}) {
                    if (fragment > 1 || size <= 8192) packedMessages(client, material, size, fragment);
                }
            }
        }
    }

    private static void packedMessages(RawWebSocketClient client, Material material, int size, int fragment)
            throws IOException {
        int opcode = material == Material.RANDOM ? BINARY : TEXT;
        for (int i = 0; i < Math.max(1, MESSAGES * 1024 / Math.max(1024, size / 4)); i++) {
            byte[] payload = material.bytes(size, i);
            byte[] packed = Packing.pack(payload, i % 10);
            byte[] wire = fragment >= packed.length
                    ? frame(0xC0 | opcode, true, packed)
                    : inFragments(opcode, 0x40, packed, fragment);
            echoes(client, opcode, payload, wire, Integer.MAX_VALUE);
        }
    }

    /** What the messages are made of. */
    private enum Material {
        JSON,
        WORDS,
        RANDOM;

        byte[] bytes(int size, int seed) {
            var random = new Random(31L * size + seed);
            byte[] bytes = new byte[size];
            if (this == RANDOM) {
                random.nextBytes(bytes);
                return bytes;
            }
            int at = 0;
            while (at < size) {
                String next = this == JSON
                        ? "{\"id\":" + random.nextInt() + ",\"name\":\"n" + random.nextInt(99) + "\",\"on\":true},"
                        : Integer.toString(random.nextInt(5000), 36) + ' ';
                byte[] ascii = ConformanceCases.utf8(next);
                int part = Math.min(ascii.length, size - at);
                System.arraycopy(ascii, 0, bytes, at, part);
                at += part;
            }
            return bytes;
        }
    }
}
