package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.gateway.testkit.RawHttp;
import earshot.gateway.testkit.RawWebSocketClient;
import earshot.gateway.testkit.TestCertificate;
import earshot.gateway.tls.Tls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sockets in TLS go to their session's loop too, when they have to. */
class EngineTlsTest {
    private static final int UPGRADES = 12;

    @TempDir
    Path directory;

    @Test
    void upgrades_inTls_goOnWhereverTheirSessionsLive() throws IOException {
        TestCertificate certificate = TestCertificate.make("engine");
        certificate.writeTo(directory);
        SSLContext trusting = TestCertificate.trusting(certificate);
        Tls tls = new Tls(
                directory.resolve("cert.pem"),
                directory.resolve("key.pem"),
                1,
                Clock.SYSTEM,
                new earshot.core.telemetry.MemoryMeter());
        GatewayConfig config = TestGateway.CONFIG.with(
                TestGateway.CONFIG.network().at(List.of(new Listener.Tcp("127.0.0.1", 0, true, false))));
        try (var world = new EngineWorld(new EngineEchoDialect(EngineWorld.PATIENT), config, tls)) {
            for (int i = 0; i < UPGRADES; i++) upgrade(world, trusting, i);
            assertThat(world.meter.value(Metric.ENGINE_UPGRADES)).isEqualTo(UPGRADES);
            assertThat(world.meter.value(Metric.FAULTS)).isZero();
        } finally {
            tls.close();
        }
    }

    private static void upgrade(EngineWorld world, SSLContext trusting, int round) throws IOException {
        String sid;
        try (var http = new RawHttp(connect(world, trusting))) {
            String open =
                    http.get(EngineWorld.PATH + "?EIO=4&transport=polling").body();
            int from = open.indexOf("\"sid\":\"") + 7;
            sid = open.substring(from, open.indexOf('"', from));
            // While this one is open the next one comes to the other loop.
            String path = EngineWorld.PATH + "?EIO=4&transport=websocket&sid=" + sid;
            try (var client = new RawWebSocketClient(new RawHttp(connect(world, trusting)), path)) {
                assertThat(client.upgrade().status()).isEqualTo(101);
                client.text("2probe");
                assertThat(client.read().text()).isEqualTo("3probe");
                client.text("5");
                String large = "4" + "x".repeat(100_000 * (round % 2)) + round;
                client.text(large);
                assertThat(client.read().text()).isEqualTo(large);
            }
        }
    }

    private static SSLSocket connect(EngineWorld world, SSLContext trusting) throws IOException {
        SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket();
        socket.connect(world.address, 10_000);
        socket.startHandshake();
        return socket;
    }
}
