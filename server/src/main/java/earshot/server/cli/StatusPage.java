package earshot.server.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The status pages of one server, over TCP or a Unix socket. Blocks; the caller says for how long. */
final class StatusPage {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(3);
    private static final String UNIX = "unix:";

    private final String shown;
    private final Way way;

    private StatusPage(String shown, Way way) {
        this.shown = shown;
        this.way = way;
    }

    record Answer(int status, String body) {}

    private interface Way {
        Answer get(String path) throws IOException, InterruptedException;
    }

    /** Throws {@link CommandFailure} when it is no address. */
    static StatusPage of(String address, Authority authority) {
        return address.startsWith(UNIX) ? unix(address) : web(address, authority.client(CONNECT_WITHIN));
    }

    /**
     * Of the server that is configured here. Its certificate is not looked at: it is for the name that clients dial, which may lead elsewhere, and
     * nothing is told to who answers.
     */
    static StatusPage ofThisMachine(String address) {
        return address.startsWith(UNIX)
                ? unix(address)
                : web(
                        address,
                        HttpClient.newBuilder()
                                .connectTimeout(CONNECT_WITHIN)
                                .sslContext(believingAll())
                                .build());
    }

    private static StatusPage web(String address, HttpClient client) {
        String base = address.replaceFirst("^ws", "http").replaceFirst("/+$", "");
        if (!base.matches("https?://[^/?#]+")) throw noAddress(address);
        URI server;
        try {
            server = URI.create(base);
        } catch (IllegalArgumentException e) {
            throw noAddress(address);
        }
        return new StatusPage(base, path -> {
            HttpResponse<String> answer =
                    client.send(HttpRequest.newBuilder(server.resolve(path)).build(), BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        });
    }

    private static CommandFailure noAddress(String address) {
        return new CommandFailure(address + " is no address (expected: http://host:port, https://host, or unix:/path)");
    }

    private static StatusPage unix(String address) {
        UnixDomainSocketAddress socket = UnixDomainSocketAddress.of(address.substring(UNIX.length()));
        return new StatusPage(address, path -> {
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.connect(socket);
                String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
                channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
                return parsed(new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8));
            }
        });
    }

    /** Our own server's answer, which has a length and no chunks. */
    private static Answer parsed(String text) throws IOException {
        int body = text.indexOf("\r\n\r\n");
        if (body < 0 || !text.matches("(?s)HTTP/1\\.1 \\d{3} .*")) throw new SocketException("no answer");
        return new Answer(Integer.parseInt(text.substring(9, 12)), text.substring(body + 4));
    }

    Answer get(String path) throws IOException, InterruptedException {
        return way.get(path);
    }

    /** Whether the failure says that nobody listens. */
    static boolean isNobody(IOException e) {
        return e instanceof ConnectException
                || (e instanceof SocketException
                        && String.valueOf(e.getMessage()).contains("No such file"));
    }

    @Override
    public String toString() {
        return shown;
    }

    private static SSLContext believingAll() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anybody()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
