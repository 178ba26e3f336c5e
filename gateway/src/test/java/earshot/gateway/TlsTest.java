package earshot.gateway;

import static earshot.gateway.testkit.RawWebSocketClient.CLOSE;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import earshot.core.testkit.Seeds;
import earshot.core.time.Clock;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import earshot.gateway.testkit.RawHttp;
import earshot.gateway.testkit.RawWebSocketClient;
import earshot.gateway.testkit.TestCertificate;
import earshot.gateway.tls.Tls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A port that speaks TLS, met by the JDK's own client, by plain sockets and by noise. */
class TlsTest {
    private static final int ROUNDS = Boolean.getBoolean("earshot.long") ? 20_000 : 200;

    private static TestCertificate first;
    private static TestCertificate second;
    private static SSLContext trusting;

    @TempDir
    Path directory;

    private final MemoryMeter meter = new MemoryMeter();
    private final TestDialect dialect = new TestDialect();
    private Tls tls;
    private TestGateway gateway;

    @BeforeAll
    static void make() throws IOException {
        first = TestCertificate.make("first");
        second = TestCertificate.make("second", "-keyalg", "RSA", "-keysize", "2048", "-validity", "2");
        trusting = TestCertificate.trusting(first, second);
    }

    @BeforeEach
    void start() throws IOException {
        first.writeTo(directory);
        tls = new Tls(directory.resolve("cert.pem"), directory.resolve("key.pem"), 1, Clock.SYSTEM, meter);
        var config = TestGateway.CONFIG
                .with(TestGateway.CONFIG.network().at(List.of(new Listener.Tcp("127.0.0.1", 0, true, false))))
                .with(GatewayConfig.Http.DEFAULT.times(
                        Duration.ofMillis(1500), Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5)));
        gateway = new TestGateway(
                config,
                List.of(dialect),
                List.of(new HttpRoute(
                        "POST",
                        "/echo-body",
                        1 << 20,
                        r -> CompletableFuture.completedStage(new HttpResponse(200, java.util.Map.of(), r.body())))),
                true,
                tls,
                meter);
    }

    @AfterEach
    void stop() {
        gateway.close();
        tls.close();
        assertThat(meter.value(Metric.FAULTS)).isZero();
    }

    private SSLSocket connect(String... protocols) throws IOException {
        SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket();
        socket.connect(gateway.address, 10_000);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        if (protocols.length > 0) parameters.setProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private RawWebSocketClient webSocket(String path) throws IOException {
        var client = new RawWebSocketClient(new RawHttp(connect()), path);
        assertThat(client.upgrade().status()).isEqualTo(101);
        return client;
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private long outcomes(String outcome) {
        return meter.snapshot().stream()
                .filter(f -> f.metric() == Metric.TLS_HANDSHAKES)
                .flatMap(f -> f.samples().stream())
                .filter(s -> s.labels().contains(outcome))
                .mapToLong(MemoryMeter.Sample::value)
                .sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void https_answers_andOffersHttp11(String protocol) throws IOException {
        byte[] body = new byte[100_000];
        new Random(3).nextBytes(body);
        for (int i = 0; i < body.length; i++) body[i] = (byte) ('a' + (body[i] & 15));
        try (SSLSocket socket = connect(protocol);
                RawHttp http = new RawHttp(socket)) {
            assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
            assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
            for (int i = 0; i < 3; i++) {
                http.send("POST /echo-body HTTP/1.1\nHost: t\nContent-Length: " + body.length + "\n\n");
                assertThat(http.send(body).answer().body().length()).isEqualTo(body.length);
            }
            http.send("GET /none HTTP/1.1\nHost: t\nConnection: close\n\n");
            assertThat(http.answer().status()).isEqualTo(404);
            assertThat(http.isEnded()).isTrue();
        }
        assertThat(outcomes("done")).isEqualTo(1);
        await(() -> gateway.gateway.connections() == 0);
    }

    @Test
    void oldProtocol_isRefused() throws IOException {
        try (SSLSocket socket = connect("TLSv1.1")) {
            throw new AssertionError("was let in with " + socket.getSession());
        } catch (IOException | IllegalArgumentException e) {
            // Also the JDK's client has it switched off.
            await(() -> gateway.gateway.connections() == 0);
        }
    }

    @Test
    void webSocket_echoes_andClosesWithBothSides() throws IOException {
        try (var client = webSocket("/echo")) {
            byte[] large = new byte[300_000];
            new Random(5).nextBytes(large);
            client.send(RawWebSocketClient.frame(RawWebSocketClient.BINARY, large));
            assertThat(client.read().payload()).isEqualTo(large);
            client.close(1000);
            assertThat(client.read().opcode()).isEqualTo(CLOSE);
            assertThat(client.read().isEnd()).isTrue();
        }
        await(() -> gateway.gateway.connections() == 0);
    }

    /** A hundred frames of one turn: one record, not a hundred. */
    @Test
    void framesOfOneTurn_leaveInOneRecord() throws Exception {
        var raw = new ByteArrayOutputStream();
        Socket plain = new Socket() {
            @Override
            public InputStream getInputStream() throws IOException {
                return new FilterInputStream(super.getInputStream()) {
                    @Override
                    public int read(byte[] into, int at, int most) throws IOException {
                        int got = super.read(into, at, most);
                        if (got > 0) raw.write(into, at, got);
                        return got;
                    }
                };
            }
        };
        plain.connect(gateway.address, 10_000);
        Socket over = trusting.getSocketFactory().createSocket(plain, "localhost", gateway.address.getPort(), true);
        try (var client = new RawWebSocketClient(new RawHttp(over), "/plain")) {
            TestGateway.Heard heard = gateway.sessions.poll(10, TimeUnit.SECONDS);
            // What the server sent up to here, tickets included, has arrived before the answer to this.
            client.text("here");
            assertThat(client.read().text()).isEqualTo("here");
            int before = raw.size();
            ByteBuf shared = frame(new byte[100]);
            heard.loop.post(() -> {
                for (int i = 0; i < 100; i++) heard.link.write(shared.retainedDuplicate());
                heard.link.flush();
                shared.release();
            });
            for (int i = 0; i < 100; i++) assertThat(client.read().payload()).hasSize(100);
            byte[] all = raw.toByteArray();
            int records = 0;
            for (int at = before; at < all.length; records++) {
                assertThat(all[at]).as("application data").isEqualTo((byte) 23);
                at += 5 + ((all[at + 3] & 0xFF) << 8 | (all[at + 4] & 0xFF));
            }
            assertThat(records).isEqualTo(1);
        }
    }

    private static ByteBuf frame(byte[] payload) {
        ByteBuf out = Unpooled.directBuffer(FrameHead.size(payload.length) + payload.length);
        FrameHead.write(out, FrameHead.BINARY, payload.length);
        return out.writeBytes(payload);
    }

    /** The contract of a slow reader holds below TLS as well: not writable, bounded, and writable again when it reads. */
    @Test
    void stalledReader_isNotWritable_andGetsEverythingLater() throws Exception {
        int size = 32 << 10;
        try (var client = webSocket("/plain")) {
            TestGateway.Heard heard = gateway.sessions.poll(10, TimeUnit.SECONDS);
            var written = new CompletableFuture<Integer>();
            var pending = new CompletableFuture<Long>();
            heard.loop.post(() -> {
                int frames = 0;
                while (heard.link.isWritable() && frames < 10_000) {
                    heard.link.write(frame(new byte[size]));
                    heard.link.flush();
                    frames++;
                }
                pending.complete(heard.link.pendingBytes());
                written.complete(frames);
            });
            int frames = written.get(20, TimeUnit.SECONDS);
            assertThat(frames).isLessThan(10_000);
            assertThat(pending.get()).isBetween(1L, 64L * 1024 + 2L * size);
            for (int i = 0; i < frames; i++) assertThat(client.read().payload()).hasSize(size);
            await(() -> heard.writables.get() > 0);
        }
    }

    /** Nothing of a peer that takes nothing may keep a connection that is to go. */
    @Test
    void stalledReader_thatIsCut_isGoneAtOnce() throws Exception {
        try (var client = webSocket("/plain")) {
            assertThat(client.upgrade().status()).isEqualTo(101);
            TestGateway.Heard heard = gateway.sessions.poll(10, TimeUnit.SECONDS);
            long began = System.nanoTime();
            heard.loop.post(() -> {
                while (heard.link.isWritable()) {
                    heard.link.write(frame(new byte[32 << 10]));
                    heard.link.flush();
                }
                heard.link.cut();
            });
            heard.end.get(10, TimeUnit.SECONDS);
            assertThat(System.nanoTime() - began).isLessThan(2_000_000_000L);
        }
    }

    @Test
    void plainHttp_isToldWhatThisPortSpeaks() throws IOException {
        try (RawHttp http = new RawHttp(gateway.address)) {
            RawHttp.Answer answer = http.get("/hello");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("https://");
            assertThat(http.isEnded()).isTrue();
        }
        assertThat(outcomes("plain")).isEqualTo(1);
        await(() -> gateway.gateway.connections() == 0);
    }

    @Test
    void noise_endsItsOwnConnectionAndNothingElse() throws IOException {
        long seed = Seeds.first();
        var random = new Random(seed);
        byte[] hello = clientHello();
        for (int i = 0; i < ROUNDS; i++) {
            byte[] noise = new byte[random.nextInt(600) + 1];
            random.nextBytes(noise);
            if (i % 3 == 1) System.arraycopy(hello, 0, noise, 0, Math.min(noise.length, 5 + random.nextInt(200)));
            if (i % 3 == 2) {
                noise = hello.clone();
                for (int n = random.nextInt(8) + 1; n > 0; n--)
                    noise[random.nextInt(noise.length)] = (byte) random.nextInt();
            }
            try (Socket socket = new Socket()) {
                socket.connect(gateway.address, 10_000);
                socket.getOutputStream().write(noise);
                if (random.nextBoolean()) socket.shutdownOutput();
            }
        }
        await(() -> gateway.gateway.connections() == 0);
        assertThat(meter.value(Metric.FAULTS)).as("seed %d", seed).isZero();
        assertThat(gateway.budget.used()).as("seed %d", seed).isZero();
        try (var client = webSocket("/echo")) {
            assertThat(client.text("after").read().text()).isEqualTo("after");
        }
    }

    /** The bytes with which the JDK's client begins. */
    private static byte[] clientHello() throws IOException {
        try (var server = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            var raw = (SSLSocket) trusting.getSocketFactory().createSocket();
            raw.connect(server.getLocalSocketAddress());
            Thread.ofVirtual().start(() -> {
                try {
                    raw.startHandshake();
                } catch (IOException expected) {
                    // nobody answers
                }
            });
            try (Socket accepted = server.accept()) {
                byte[] head = accepted.getInputStream().readNBytes(5);
                byte[] body = accepted.getInputStream().readNBytes((head[3] & 0xFF) << 8 | (head[4] & 0xFF));
                var all = new ByteArrayOutputStream();
                all.writeBytes(head);
                all.writeBytes(body);
                return all.toByteArray();
            } finally {
                raw.close();
            }
        }
    }

    @Test
    void handshakeThatNeverEnds_isEndedInItsTime_whereverItStops() throws Exception {
        byte[] hello = clientHello();
        List<Socket> open = new ArrayList<>();
        for (int bytes : new int[] {0, 1, 5, 100, hello.length}) {
            Socket socket = new Socket();
            socket.connect(gateway.address, 10_000);
            socket.getOutputStream().write(hello, 0, bytes);
            open.add(socket);
        }
        await(() -> gateway.gateway.connections() == open.size());
        await(() -> gateway.gateway.connections() == 0);
        assertThat(outcomes("late")).isEqualTo(open.size());
        assertThat(gateway.budget.used()).isZero();
        for (Socket each : open) each.close();
    }

    @Test
    void helloByteByByte_isUnderstood() throws Exception {
        Socket plain = new Socket() {
            @Override
            public java.io.OutputStream getOutputStream() throws IOException {
                return new java.io.FilterOutputStream(super.getOutputStream()) {
                    @Override
                    public void write(byte[] bytes, int at, int count) throws IOException {
                        for (int i = at; i < at + count; i++) out.write(bytes[i]);
                    }
                };
            }
        };
        plain.setTcpNoDelay(true);
        plain.connect(gateway.address, 10_000);
        Socket over = trusting.getSocketFactory().createSocket(plain, "localhost", gateway.address.getPort(), true);
        try (var client = new RawWebSocketClient(new RawHttp(over), "/echo")) {
            assertThat(client.text("slowly").read().text()).isEqualTo("slowly");
        }
    }

    @Test
    void reload_showsTheNewCertificate_andDropsNobody() throws Exception {
        List<RawWebSocketClient> talking = new ArrayList<>();
        for (int i = 0; i < 10; i++) talking.add(webSocket("/echo"));
        second.writeTo(directory);
        tls.look();
        for (var each : talking)
            assertThat(each.text("still here").read().text()).isEqualTo("still here");
        assertThat(shown()).isEqualTo(second.certificate());

        Files.writeString(directory.resolve("cert.pem"), "not finished");
        tls.look();
        assertThat(shown()).isEqualTo(second.certificate());
        for (var each : talking) {
            assertThat(each.text("and here").read().text()).isEqualTo("and here");
            each.close();
        }
        assertThat(meter.value(Metric.TLS_RELOADS)).isEqualTo(2);
    }

    private java.security.cert.Certificate shown() throws IOException {
        try (SSLSocket socket = connect()) {
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void stop_saysGoodbyeThroughTls() throws Exception {
        try (var client = webSocket("/plain")) {
            assertThat(gateway.sessions.poll(10, TimeUnit.SECONDS)).isNotNull();
            var stopping = CompletableFuture.runAsync(() -> gateway.gateway.stop(Duration.ofSeconds(5)));
            assertThat(client.read().text()).isEqualTo("last words");
            assertThat(client.read().closeCode()).isEqualTo(1001);
            client.close(1001);
            stopping.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void plainPortBesideIt_staysPlain() throws Exception {
        var config = TestGateway.CONFIG.with(TestGateway.CONFIG
                .network()
                .at(List.of(
                        new Listener.Tcp("127.0.0.1", 0, false, false),
                        new Listener.Tcp("127.0.0.1", 0, true, false))));
        try (var both = new TestGateway(config, List.of(dialect), List.of(), true, tls, meter)) {
            try (var plain = new RawWebSocketClient(both.address, "/echo")) {
                assertThat(plain.text("plain").read().text()).isEqualTo("plain");
            }
            var address = (InetSocketAddress) both.bound.get(1).address();
            Socket over = trusting.getSocketFactory().createSocket(address.getAddress(), address.getPort());
            try (var secure = new RawWebSocketClient(new RawHttp(over), "/echo")) {
                assertThat(secure.text("tls").read().text()).isEqualTo("tls");
            }
        }
    }
}
