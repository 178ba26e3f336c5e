package earshot.it;

import static earshot.it.Client.content;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.gateway.testkit.TestCertificate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with a certificate: clients in TLS beside plain ones, a new certificate while they talk, and the commands that dial it. */
class TlsServerTest {
    @TempDir
    static Path directory;

    private static TestCertificate first;
    private static TestCertificate second;
    private static int tlsPort;
    private static RunningServer server;

    @BeforeAll
    static void start() throws IOException {
        first = TestCertificate.make("first");
        second = TestCertificate.make("second");
        first.writeTo(directory);
        tlsPort = RunningServer.freePort();
        server = RunningServer.start(
                directory,
                "--tls-cert",
                file("cert.pem"),
                "--tls-key",
                file("key.pem"),
                "--tls-port",
                Integer.toString(tlsPort));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String file(String name) {
        return directory.resolve(name).toString();
    }

    private static HttpClient dialler() {
        return HttpClient.newBuilder()
                .sslContext(TestCertificate.trusting(first, second))
                .build();
    }

    private static String bearer(String user) {
        return "Bearer " + TestTokens.waddle(user, user, "read", "write");
    }

    private static Certificate shown() {
        try (HttpClient http = dialler()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + tlsPort + "/health/live"))
                    .timeout(Duration.ofSeconds(20))
                    .build();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            return answer.sslSession().orElseThrow().getPeerCertificates()[0];
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void membersInTlsAndPlain_hearEachOther_throughAReload() throws IOException {
        try (HttpClient http = dialler();
                Client ada = Client.connect(
                        http,
                        URI.create("wss://localhost:" + tlsPort + "/channel/secret/websocket"),
                        "Authorization",
                        bearer("ada"));
                Client bob = Client.connect(server.ws("/channel/secret/websocket"), "Authorization", bearer("bob"))) {
            ada.hears("initial state", type("initial_state"));
            bob.hears("initial state", type("initial_state"));
            for (int i = 0; i < 50; i++) {
                ada.say("{\"type\":\"message\",\"content\":\"a" + i + "\"}");
                bob.say("{\"type\":\"message\",\"content\":\"b" + i + "\"}");
            }
            bob.hears("the last of ada", content("a49"));
            ada.hears("the last of bob", content("b49"));

            assertThat(shown()).isEqualTo(first.certificate());
            second.writeTo(directory);
            Await.until("the new certificate", server::output, () -> shown().equals(second.certificate()));
            assertThat(server.metric("earshot_tls_reloads_total")).isGreaterThanOrEqualTo(1);
            assertThat(server.metric("earshot_tls_certificate_expiry_timestamp_seconds"))
                    .isEqualTo((double)
                            second.certificate().getNotAfter().toInstant().getEpochSecond());

            ada.say("{\"type\":\"message\",\"content\":\"after\"}");
            bob.hears("ada after the reload", content("after"));
            ada.hears("herself", content("after"));
            assertThat(ada.heard(type("message"))).hasSize(101);
        }
    }

    @Test
    void commands_dialIt_whenTheyBelieveItsAuthority() throws IOException {
        Path both = Files.writeString(directory.resolve("both.pem"), first.certificatePem() + second.certificatePem());
        String secure = "https://localhost:" + tlsPort;
        assertThatThrownBy(() -> server.command("health", secure))
                .hasMessageContaining("not ready: the certificate of " + secure + " is not believed here")
                .hasMessageContaining("--ca FILE");
        String[] own = {
            "--set",
            "network.port=" + tlsPort,
            "--set",
            "tls.cert=" + file("cert.pem"),
            "--set",
            "tls.key=" + file("key.pem")
        };
        assertThat(server.command(with(own, "health"))).startsWith("ready: healthy");

        server.command(with(own, "token", "waddle", "--user", "tls-1", "--name", "Tess", "--ca", both.toString()));
        assertThat(new Api(server, server.apiKey())
                        .get("/v1/waddle/users/tls-1")
                        .path("name")
                        .asString())
                .isEqualTo("Tess");
    }

    private static String[] with(String[] last, String... first) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(last));
        return all.toArray(String[]::new);
    }

    @Test
    void commands_explainCertificates() throws IOException {
        assertThat(server.output()).contains("https://127.0.0.1:" + tlsPort, "certificate", "CN=first");
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        first.writeTo(elsewhere);
        String cert = elsewhere.resolve("cert.pem").toString();
        assertThat(server.command(
                        "check-config",
                        "--tls-cert",
                        cert,
                        "--tls-key",
                        elsewhere.resolve("key.pem").toString()))
                .contains("certificate: CN=first for localhost, 127.0.0.1, signed by itself, until")
                .contains("warning: the certificate expires on");
        assertThatThrownBy(() -> server.command("check-config", "--tls-cert", cert, "--tls-key", cert))
                .hasMessageContaining("wrong way round");
        assertThatThrownBy(() -> server.command("check-config", "--tls-cert", cert))
                .hasMessageContaining("tls.cert is given and tls.key is not");
    }
}
