package earshot.it;

import static earshot.it.Client.content;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The proxy configurations of docs/operating.md as they stand there, but for paths, ports and TLS, with the real programs. Where a program is not
 * installed its test is skipped and says so: {@code apt-get install nginx-light haproxy}.
 */
class ProxyTest {
    private static final Path GUIDE = Path.of("..", "docs", "operating.md");

    @TempDir
    Path directory;

    private final int port = RunningServer.freePort();

    private Path socket() {
        return directory.resolve("earshot.sock");
    }

    /** The block of the guide, with our places instead of its. */
    private String example(String language) throws IOException {
        Matcher block =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(GUIDE));
        assertThat(block.find()).as("a block of %s in %s", language, GUIDE).isTrue();
        String text = block.group(1);
        assertThat(text).contains("/run/earshot/earshot.sock").contains("443 ssl");
        return text.replace("/run/earshot/earshot.sock", socket().toString());
    }

    private static Process start(Path log, String... command) throws IOException {
        assumeTrue(Files.isExecutable(Path.of(command[0])), command[0] + " is not installed");
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private HttpResponse<String> get(String path, String... headers) throws IOException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
            for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private boolean isReady() {
        try {
            return get("/health/ready").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Two people talk through the proxy, and the server knows from where. */
    private void talk(RunningServer server, Path log) throws IOException {
        Await.until("the proxy answers", () -> server.output() + log, this::isReady);
        URI channel = URI.create("ws://127.0.0.1:" + port + "/channel/proxied/websocket");
        try (Client ada = Client.connect(
                        channel,
                        "Authorization",
                        "Bearer " + TestTokens.waddle("ada", "ada", "read", "write"),
                        "X-Forwarded-For",
                        "1.2.3.4");
                Client bob = Client.connect(
                        channel, "Authorization", "Bearer " + TestTokens.waddle("bob", "bob", "read", "write"))) {
            ada.hears("initial state", type("initial_state"));
            bob.hears("initial state", type("initial_state"));
            for (int i = 0; i < 20; i++) ada.say("{\"type\":\"message\",\"content\":\"a" + i + "\"}");
            bob.hears("the last", content("a19"));
            assertThat(bob.heard(type("message"))).hasSize(20);
            String sessions = get("/v1/sessions", "authorization", "Bearer " + server.apiKey())
                    .body();
            assertThat(sessions)
                    .contains("\"remote\":\"127.0.0.1\"")
                    .doesNotContain("1.2.3.4")
                    .doesNotContain("\"local\"");
        }
    }

    @Test
    void nginx_overAUnixSocket() throws IOException {
        String example = example("nginx")
                .replaceAll("listen 443 ssl;", "listen 127.0.0.1:" + port + ";")
                .replaceAll("(?m)^ *ssl_.*$", "");
        Path config = Files.writeString(
                directory.resolve("nginx.conf"),
                "daemon off;\nmaster_process off;\npid " + directory
                        + "/nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\n"
                        + "access_log off;\nclient_body_temp_path " + directory + ";\nproxy_temp_path " + directory
                        + ";\nfastcgi_temp_path " + directory + ";\nuwsgi_temp_path " + directory + ";\nscgi_temp_path "
                        + directory + ";\n" + example + "}\n");
        Path log = directory.resolve("nginx.log");
        Process nginx = start(log, "/usr/sbin/nginx", "-p", directory.toString(), "-c", config.toString());
        try (RunningServer server = RunningServer.start(
                directory, "--listen", "unix:" + socket(), "--set", "network.trusted-proxies=unix")) {
            talk(server, log);
            server.terminate();
            assertThat(server.awaitExit()).isZero();
            assertThat(socket()).doesNotExist();
        } finally {
            nginx.destroy();
        }
    }

    @Test
    void haproxy_withAProxyHeader() throws IOException {
        String example = example("haproxy").replaceAll("bind :443 ssl [^\n]*", "bind 127.0.0.1:" + port);
        Path config = Files.writeString(directory.resolve("haproxy.cfg"), example);
        Path log = directory.resolve("haproxy.log");
        Process haproxy = start(log, "/usr/sbin/haproxy", "-db", "-f", config.toString());
        try (RunningServer server = RunningServer.startUnasked(
                directory,
                "--listen",
                "unix:" + socket(),
                "--set",
                "network.trusted-proxies=unix",
                "--set",
                "network.proxy-protocol=required")) {
            talk(server, log);
        } finally {
            haproxy.destroy();
        }
    }
}
