package earshot.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import earshot.core.lease.Incarnation;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import earshot.dialect.HttpResponse;
import earshot.gateway.EngineRelay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PollRelayTest {
    private final MemoryMeter meter = new MemoryMeter();
    private final CountDownLatch held = new CountDownLatch(1);
    private HttpServer node;
    private String address;
    private PollRelay relay;

    @BeforeEach
    void start() throws IOException {
        node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        node.setExecutor(command -> Thread.ofVirtual().start(command));
        node.createContext("/socket.io/", this::answer);
        node.start();
        address = "http://127.0.0.1:" + node.getAddress().getPort();
        relay = new PollRelay(
                2, () -> List.of(new Incarnation(1, "deaf", ""), new Incarnation(2, "there", address)), meter);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String asked = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                + exchange.getRequestHeaders().getFirst(EngineRelay.HEADER) + " "
                + exchange.getRequestHeaders().getFirst("content-type") + " "
                + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (asked.contains("hold")) hold();
        byte[] body = asked.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("content-type", "text/plain; charset=UTF-8");
        exchange.sendResponseHeaders(asked.contains("gone") ? 400 : 200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void hold() {
        try {
            var _ = held.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void stop() {
        held.countDown();
        relay.close();
        node.stop(0);
    }

    private CompletionStage<HttpResponse> ask(String method, String sid, String body) {
        var request = new EngineRelay.Request(
                method,
                "/socket.io/?EIO=4&sid=" + sid,
                body.isEmpty() ? "" : "text/plain",
                body.getBytes(StandardCharsets.UTF_8));
        return relay.ask(PollRelay.place(address), request);
    }

    @Test
    void knownNode_isAskedAsTheClientDid() throws Exception {
        HttpResponse post = ask("POST", "abc", "4hello").toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(post.status()).isEqualTo(200);
        assertThat(new String(post.body(), StandardCharsets.UTF_8))
                .isEqualTo("POST /socket.io/?EIO=4&sid=abc 1 text/plain 4hello");
        assertThat(post.headers()).containsEntry("content-type", "text/plain; charset=UTF-8");
        assertThat(ask("GET", "gone", "")
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS)
                        .status())
                .isEqualTo(400);
        assertThat(meter.valueOf(Metric.ENGINE_RELAYED, "answered")).isEqualTo(2);
    }

    @Test
    void unknownNode_isNotAsked() {
        var request = new EngineRelay.Request("GET", "/socket.io/", "", new byte[0]);
        assertThat(relay.ask(PollRelay.place(""), request)).isNull();
        assertThat(relay.ask(7, request)).isNull();
    }

    @Test
    void nodeThatIsGone_fails() {
        node.stop(0);
        assertThatThrownBy(() -> ask("GET", "abc", "").toCompletableFuture().get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class);
        assertThat(meter.valueOf(Metric.ENGINE_RELAYED, "failed")).isEqualTo(1);
    }

    @Test
    void tooManyAtATime_areNotAsked() throws Exception {
        var first = ask("GET", "hold", "").toCompletableFuture();
        var second = ask("GET", "hold", "").toCompletableFuture();
        assertThat(ask("GET", "abc", "")).isNull();
        assertThat(meter.valueOf(Metric.ENGINE_RELAYED, "refused")).isEqualTo(1);
        held.countDown();
        assertThat(first.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
        assertThat(second.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
        assertThat(ask("GET", "abc", "")
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void answerThatNobodyWaitsFor_isGivenUp() throws Exception {
        var waiting = ask("GET", "hold", "").toCompletableFuture();
        assertThat(waiting.cancel(true)).isTrue();
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (meter.valueOf(Metric.ENGINE_RELAYED, "failed") == 0) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
