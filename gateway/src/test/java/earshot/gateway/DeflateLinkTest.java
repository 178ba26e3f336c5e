package earshot.gateway;

import static earshot.gateway.testkit.RawWebSocketClient.BINARY;
import static earshot.gateway.testkit.RawWebSocketClient.CONTINUATION;
import static earshot.gateway.testkit.RawWebSocketClient.PING;
import static earshot.gateway.testkit.RawWebSocketClient.PONG;
import static earshot.gateway.testkit.RawWebSocketClient.TEXT;
import static earshot.gateway.testkit.RawWebSocketClient.frame;
import static earshot.gateway.testkit.RawWebSocketClient.join;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.dialect.Dialect;
import earshot.dialect.Frame;
import earshot.gateway.testkit.Packing;
import earshot.gateway.testkit.RawHttp;
import earshot.gateway.testkit.RawWebSocketClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** permessage-deflate from the handshake to the end of a link (RFC 7692). */
class DeflateLinkTest {
    private static final String OFFER = "permessage-deflate; client_max_window_bits";

    private final TestDialect dialect = new TestDialect();
    private TestGateway gateway;

    @BeforeEach
    void start() {
        dialect.limits = new Dialect.LinkLimits(1000, 0, 0, true);
        var compression = GatewayConfig.Compression.OFF.offeredTo(Set.of(dialect.name()));
        gateway = new TestGateway(TestGateway.CONFIG.with(compression), List.of(dialect), List.of());
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private RawWebSocketClient connect() throws IOException {
        var client = new RawWebSocketClient(gateway.address, "/plain", "Sec-WebSocket-Extensions", OFFER);
        assertThat(client.upgrade().status()).isEqualTo(101);
        assertThat(client.isPacking()).isTrue();
        return client;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] packed(int opcode, byte[] payload) {
        return frame(0xC0 | opcode, true, Packing.pack(payload));
    }

    private List<Frame> frames() throws InterruptedException {
        TestGateway.Heard session = gateway.sessions.poll(10, TimeUnit.SECONDS);
        assertThat(session).isNotNull();
        return session.frames;
    }

    private RawHttp.Answer upgrade(String path, String... headers) throws IOException {
        try (var client = new RawWebSocketClient(gateway.address, path, headers)) {
            return client.upgrade();
        }
    }

    @Test
    void offer_isAnswered_withoutContextTakeover() throws IOException {
        assertThat(upgrade("/plain", "Sec-WebSocket-Extensions", OFFER).header("sec-websocket-extensions"))
                .isEqualTo("permessage-deflate; server_no_context_takeover; client_no_context_takeover");
    }

    @Test
    void offersOverTwoLines_areOneList() throws IOException {
        RawHttp.Answer answer = upgrade(
                "/plain",
                "Sec-WebSocket-Extensions",
                "permessage-deflate; server_max_window_bits=99",
                "Sec-WebSocket-Extensions",
                "permessage-deflate; server_max_window_bits=10");
        assertThat(answer.header("sec-websocket-extensions")).endsWith("; server_max_window_bits=10");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"permessage-deflate; unknown", "permessage-bzip2", "permessage-deflate; server_max_window_bits"})
    void offerThatCannotBeServed_isDeclined_andTheConnectionGoesOn(String offer) throws IOException {
        RawHttp.Answer answer = upgrade("/plain", "Sec-WebSocket-Extensions", offer);
        assertThat(answer.status()).isEqualTo(101);
        assertThat(answer.headers()).doesNotContainKey("sec-websocket-extensions");
    }

    @Test
    void brokenOffer_is400() throws IOException {
        assertThat(upgrade("/plain", "Sec-WebSocket-Extensions", "permessage-deflate; ;")
                        .status())
                .isEqualTo(400);
    }

    /** The echo is not among the dialects that this gateway packs for. */
    @ParameterizedTest
    @ValueSource(strings = {OFFER, "permessage-deflate; ;"})
    void whereItIsOff_offersAreNotEvenRead(String offer) throws IOException {
        RawHttp.Answer answer = upgrade("/echo", "Sec-WebSocket-Extensions", offer);
        assertThat(answer.status()).isEqualTo(101);
        assertThat(answer.headers()).doesNotContainKey("sec-websocket-extensions");
        try (var client = new RawWebSocketClient(gateway.address, "/echo", "Sec-WebSocket-Extensions", OFFER)) {
            assertThat(client.send(packed(TEXT, utf8("x"))).read().closeCode()).isEqualTo(1002);
        }
    }

    @Test
    void packedAndPlainMessages_areHeardTheSame() throws Exception {
        try (var client = connect()) {
            byte[] pack = Packing.pack(utf8("Grüße ".repeat(50)));
            byte[] head = Arrays.copyOf(pack, 5);
            byte[] tail = Arrays.copyOfRange(pack, 5, pack.length);
            client.send(join(
                    packed(TEXT, utf8("packed")),
                    frame(TEXT, utf8("plain")),
                    frame(0x40 | BINARY, true, head),
                    frame(PING, utf8("between")),
                    frame(CONTINUATION, tail),
                    packed(TEXT, new byte[0]),
                    frame(0xC1, true, new byte[0])));
            assertThat(client.read().text()).isEqualTo("packed");
            assertThat(client.read().text()).isEqualTo("plain");
            assertThat(client.read().opcode()).isEqualTo(PONG);
            assertThat(client.read().text()).isEqualTo("Grüße ".repeat(50));
            assertThat(client.read().text()).isEmpty();
            assertThat(client.read().text()).isEmpty();
            assertThat(frames()).extracting(Frame::kind).containsSubsequence(Frame.Kind.TEXT, Frame.Kind.BINARY);
        }
    }

    /** First byte of a frame, its payload, and the code that must come: RFC 7692 section 6, and what the data says. */
    @ParameterizedTest
    @CsvSource({
        "c9,61,1002",
        "ca,61,1002",
        "c8,03e8,1002",
        "c0,61,1002",
        "e1,61,1002",
        "d1,61,1002",
        "c1,07,1007",
        "c1,f248cdc9c9,1007",
        "c1,f348cdc9c90700ff12,1007",
        // A text that is no UTF-8 once it is unpacked.
        "c1,fa0f00,1007"
    })
    void brokenRule_isClosedWithItsCode(String first, String hex, int code) throws Exception {
        byte[] payload = HexFormat.of().parseHex(hex);
        try (var client = connect()) {
            client.text("before").send(frame(Integer.parseInt(first, 16), true, payload));
            assertThat(client.read().text()).isEqualTo("before");
            assertThat(client.read().closeCode()).isEqualTo(code);
            assertThat(client.read().isEnd()).isTrue();
        }
    }

    @Test
    void rsv1OnALaterFragment_is1002() throws Exception {
        try (var client = connect()) {
            byte[] pack = Packing.pack(utf8("text"));
            client.send(join(frame(0x41, true, pack), frame(0xC0, true, pack)));
            assertThat(client.read().closeCode()).isEqualTo(1002);
        }
    }

    @Test
    void messageThatUnpacksOverTheLimit_is1009() throws Exception {
        try (var client = connect()) {
            byte[] most = new byte[1000];
            assertThat(client.send(packed(BINARY, most)).read().payload()).isEqualTo(most);
            assertThat(client.send(packed(BINARY, new byte[1001])).read().closeCode())
                    .isEqualTo(1009);
        }
        try (var client = connect()) {
            assertThat(client.send(packed(BINARY, new byte[64 << 20])).read().closeCode())
                    .isEqualTo(1009);
        }
    }

    /** A message of noise is a little longer packed than it is: that must not count against it. */
    @Test
    void noiseOfTheGreatestSize_isTaken() throws Exception {
        byte[] noise = new byte[1000];
        new Random(1).nextBytes(noise);
        byte[] stored = Packing.pack(noise, 0);
        assertThat(stored.length).isGreaterThan(1000);
        try (var client = connect()) {
            assertThat(client.send(frame(0xC2, true, stored)).read().payload()).isEqualTo(noise);
        }
    }
}
