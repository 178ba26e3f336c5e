package earshot.server.authorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.session.Session;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.ManualClock;
import earshot.core.testkit.ManualLoops;
import earshot.dialect.summit.RoomAuthorizer.Action;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class CallOutTest {
    private static final String SECRET = "call-out-secret";

    private final ManualClock clock = new ManualClock();
    private final AtomicReference<String> asked = new AtomicReference<>("");
    private final AtomicReference<String> signature = new AtomicReference<>("");
    private final AtomicReference<String> timestamp = new AtomicReference<>("");
    private volatile int status = 200;
    private volatile String answer = "{}";
    private HttpServer product;
    private @Nullable CallOut callOut;

    @BeforeEach
    void start() throws IOException {
        product = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        product.createContext("/may", exchange -> {
            asked.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            signature.set(String.valueOf(exchange.getRequestHeaders().getFirst("x-earshot-signature")));
            timestamp.set(String.valueOf(exchange.getRequestHeaders().getFirst("x-earshot-timestamp")));
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        product.start();
    }

    @AfterEach
    void stop() {
        if (callOut != null) callOut.close();
        product.stop(0);
    }

    private Set<Action> ask(int port) {
        URI address = URI.create("http://127.0.0.1:" + port + "/may?v=1");
        callOut = new CallOut(address, SECRET, Duration.ofSeconds(5), clock, Meter.NONE);
        Session session = new Session(
                new SessionId(1, 1),
                new ManualLoops(clock, 1, new Random(1)).loop(0),
                "summit",
                "acme",
                Profile.named(new UserId("summit", "ada"), "Ada"),
                Set.of("case:read", "role:analyst"),
                0,
                "192.0.2.1",
                "");
        return callOut.allowed(session, new RoomId("summit", "acme", "case:7"))
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    private Set<Action> ask() {
        return ask(product.getAddress().getPort());
    }

    @Test
    void question_saysWhoAndWhere_andIsSigned() throws Exception {
        answer = "{\"allowed\":[\"join\"]}";
        assertThat(ask()).containsExactly(Action.JOIN);
        assertThat(asked.get())
                .isEqualTo(
                        "{\"dialect\":\"summit\",\"tenant\":\"acme\",\"realm\":\"summit\",\"room\":\"case:7\",\"user\":\"ada\","
                                + "\"roles\":[\"analyst\"],\"permissions\":[\"case:read\"],\"actions\":[\"join\",\"send\"]}");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String signed = timestamp.get() + "\nPOST\n/may\nv=1\n" + asked.get();
        assertThat(signature.get())
                .isEqualTo("sha256=" + HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void answers_areReadAndNothingElseIs() {
        answer = "{\"allowed\":[\"send\",\"join\",\"fly\",7]}";
        assertThat(ask()).containsExactlyInAnyOrder(Action.JOIN, Action.SEND);
        answer = "{\"allowed\":\"join\"}";
        assertThat(ask()).isEmpty();
        status = 403;
        assertThat(ask()).isEmpty();
    }

    @Test
    void whatIsNoAnswer_letsNobodyIn() throws IOException {
        answer = "no JSON";
        assertThatThrownBy(this::ask).hasMessageContaining("odd_answer");
        status = 500;
        assertThatThrownBy(this::ask).hasMessageContaining("odd_answer");
        int port = product.getAddress().getPort();
        product.stop(0);
        assertThatThrownBy(() -> ask(port)).isNotNull();
        start();
    }
}
