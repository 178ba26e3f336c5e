package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import earshot.gateway.testkit.RawHttp;
import earshot.gateway.testkit.RawWebSocketClient;
import earshot.gateway.testkit.TestCertificate;
import earshot.gateway.tls.Tls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes before the first request: PROXY headers and Unix domain sockets. */
class ArrivalTest {
    private static final String HEADER = "PROXY TCP4 203.0.113.9 192.0.2.2 54321 443\r\n";
    private static final String WHO = "GET /who HTTP/1.1\r\nHost: t\r\n";

    @TempDir
    Path directory;

    private final MemoryMeter meter = new MemoryMeter();
    private @Nullable TestGateway gateway;

    @AfterEach
    void stop() {
        if (gateway != null) gateway.close();
        assertThat(meter.value(Metric.FAULTS)).isZero();
    }

    private TestGateway start(Listener listener, @Nullable Tls tls, String... trusted) {
        var config = TestGateway.CONFIG
                .with(TestGateway.CONFIG
                        .network()
                        .at(List.of(listener))
                        .trusting(TrustedProxies.of(List.of(trusted)), ForwardedHeader.X_FORWARDED_FOR))
                .with(GatewayConfig.Http.DEFAULT.times(
                        Duration.ofMillis(700), Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5)));
        gateway = new TestGateway(
                config,
                List.of(new TestDialect()),
                List.of(new HttpRoute(
                        "GET",
                        "/who",
                        0,
                        r -> CompletableFuture.completedStage(
                                HttpResponse.text(200, r.remote() + " " + r.loopback())))),
                true,
                tls,
                meter);
        return gateway;
    }

    private TestGateway proxied(String... trusted) {
        return start(new Listener.Tcp("127.0.0.1", 0, false, true), null, trusted);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void header_cutAtEveryByte_namesTheClient() throws IOException {
        TestGateway server = proxied("127.0.0.1");
        byte[] all = ascii(HEADER + WHO + "\r\n");
        for (int cut = 1; cut < all.length; cut += cut < HEADER.length() ? 1 : 7) {
            try (RawHttp http = new RawHttp(server.address)) {
                http.send(java.util.Arrays.copyOf(all, cut));
                http.send(java.util.Arrays.copyOfRange(all, cut, all.length));
                assertThat(http.answer().body()).as("cut at %d", cut).isEqualTo("203.0.113.9 false");
                assertThat(http.get("/who").body()).isEqualTo("203.0.113.9 false");
            }
        }
    }

    @Test
    void header_version2AndUpgradeAtOnce_isUnderstood() throws IOException {
        TestGateway server = proxied("127.0.0.0/8");
        byte[] v2 = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111000c" + "cb007109" + "c0000202" + "d43101bb");
        try (RawHttp http = new RawHttp(server.address)) {
            http.send(v2);
            var client = new RawWebSocketClient(http, "/echo");
            assertThat(client.text("through").read().text()).isEqualTo("through");
        }
    }

    @Test
    void proxyThatSpeaksForItself_isThePeer() throws IOException {
        TestGateway server = proxied("127.0.0.1");
        byte[] local = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a20000000");
        for (byte[] header : new byte[][] {local, ascii("PROXY UNKNOWN\r\n")}) {
            try (RawHttp http = new RawHttp(server.address)) {
                http.send(header);
                assertThat(http.get("/who").body()).isEqualTo("127.0.0.1 true");
            }
        }
    }

    @Test
    void forwardedFor_behindAHeader_isBelievedOfAProxyOnly() throws IOException {
        TestGateway server = proxied("127.0.0.1", "203.0.113.9");
        for (String source : new String[] {"203.0.113.9", "203.0.113.8"}) {
            try (RawHttp http = new RawHttp(server.address)) {
                http.send(ascii(HEADER.replace("203.0.113.9", source) + WHO + "X-Forwarded-For: 1.2.3.4\r\n\r\n"));
                assertThat(http.answer().body())
                        .isEqualTo((source.endsWith("9") ? "1.2.3.4" : "203.0.113.8") + " false");
            }
        }
    }

    @Test
    void whoSendsNone_isClosedWithoutAWord() throws IOException {
        TestGateway server = proxied("127.0.0.1");
        for (String text : new String[] {WHO + "\r\n", "PROXY TCP4 1.1.1.1\r\n", "PROXY UNKNOWN" + "x".repeat(200)}) {
            try (RawHttp http = new RawHttp(server.address)) {
                http.send(ascii(text));
                assertThat(http.isEnded()).isTrue();
            }
        }
        try (RawHttp http = new RawHttp(server.address)) {
            http.send(ascii("PROXY TC"));
            assertThat(http.isEnded()).as("in its time").isTrue();
        }
        assertThat(meter.value(Metric.PROXY_REFUSED)).isEqualTo(4);
        await(() -> server.gateway.connections() == 0);
    }

    @Test
    void stranger_isClosed_whateverItSays() throws IOException {
        TestGateway server = proxied("192.0.2.1");
        try (RawHttp http = new RawHttp(server.address)) {
            assertThat(http.isEnded()).isTrue();
        }
        assertThat(meter.value(Metric.PROXY_REFUSED)).isEqualTo(1);
        await(() -> server.gateway.connections() == 0);
    }

    @Test
    void header_comesBeforeTls() throws IOException {
        TestCertificate certificate = TestCertificate.make("behind");
        certificate.writeTo(directory);
        try (Tls tls = new Tls(directory.resolve("cert.pem"), directory.resolve("key.pem"), 1, Clock.SYSTEM, meter)) {
            TestGateway server = start(new Listener.Tcp("127.0.0.1", 0, true, true), tls, "127.0.0.1");
            Socket plain = new Socket(server.address.getAddress(), server.address.getPort());
            plain.getOutputStream().write(ascii(HEADER));
            Socket over = TestCertificate.trusting(certificate)
                    .getSocketFactory()
                    .createSocket(plain, "localhost", server.address.getPort(), true);
            try (RawHttp http = new RawHttp(over)) {
                assertThat(http.get("/who").body()).isEqualTo("203.0.113.9 false");
            }
        }
    }

    // Unix domain sockets.

    private TestGateway unix(Path path, String... trusted) {
        return start(new Listener.Unix(path, PosixFilePermissions.fromString("rw-rw----"), false), null, trusted);
    }

    private static String ask(Path path, String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            channel.write(ByteBuffer.wrap(ascii(request)));
            channel.shutdownOutput();
            ByteBuffer answer = ByteBuffer.allocate(4096);
            while (channel.read(answer) >= 0) {
                // until the end
            }
            return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void unixSocket_answers_andIsGoneAtTheEnd() throws IOException {
        Path path = directory.resolve("earshot.sock");
        TestGateway server = unix(path);
        assertThat(ask(path, WHO + "X-Forwarded-For: 1.2.3.4\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK")
                .endsWith("local true");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-rw----");
        await(() -> server.gateway.connections() == 0);
        server.close();
        gateway = null;
        assertThat(path).doesNotExist();
    }

    @Test
    void unixSocket_ofAProxy_isBelieved() throws IOException {
        Path path = directory.resolve("earshot.sock");
        unix(path, "unix");
        assertThat(ask(path, WHO + "X-Forwarded-For: 1.2.3.4\r\nConnection: close\r\n\r\n"))
                .endsWith("1.2.3.4 false");
        assertThat(ask(path, WHO + "Connection: close\r\n\r\n")).endsWith("local true");
    }

    @Test
    void unixSocket_leftByTheDead_isTaken_thatOfTheLivingNot() throws IOException {
        Path path = directory.resolve("earshot.sock");
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(path))
                .close();
        assertThat(Files.exists(path)).isTrue();
        unix(path);
        assertThat(ask(path, WHO + "Connection: close\r\n\r\n")).startsWith("HTTP/1.1 200");
        assertThatThrownBy(() -> new TestGateway(
                        TestGateway.CONFIG.with(TestGateway.CONFIG
                                .network()
                                .at(List.of(
                                        new Listener.Unix(path, PosixFilePermissions.fromString("rw-------"), false)))),
                        List.of(),
                        List.of()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("a server answers there");
        assertThat(ask(path, WHO + "Connection: close\r\n\r\n")).startsWith("HTTP/1.1 200");
    }

    @Test
    void unixSocket_whereSomethingElseIs_isNotTouched() throws IOException {
        Path path = Files.writeString(directory.resolve("precious"), "data");
        assertThatThrownBy(() -> unix(path))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("no socket");
        assertThat(path).hasContent("data");
        assertThatThrownBy(() -> unix(directory.resolve("none").resolve("s")))
                .hasMessageContaining("there is no directory");
        assertThatThrownBy(() -> unix(directory.resolve("x".repeat(120)))).hasMessageContaining("longer than 107");
    }
}
