package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.dialect.HttpResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests that come to a node where their session does not live. */
class EngineRelayTest {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger asked = new AtomicInteger();
    private final EngineWorld home = world(1, EngineRelay.NONE);
    private final EngineWorld other = world(2, (node, request) -> node == 1 ? ask(home, request) : null);

    private static EngineWorld world(long node, EngineRelay relay) {
        return new EngineWorld(
                new EngineEchoDialect(EngineWorld.PATIENT), TestGateway.CONFIG, SessionLimits.DEFAULT, node, relay);
    }

    private CompletionStage<HttpResponse> ask(EngineWorld at, EngineRelay.Request request) {
        asked.incrementAndGet();
        HttpRequest outgoing = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + at.address.getPort() + request.target()))
                .header(EngineRelay.HEADER, "1")
                .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(request.body()))
                .build();
        var sent = http.sendAsync(outgoing, java.net.http.HttpResponse.BodyHandlers.ofByteArray());
        var answer = new CompletableFuture<HttpResponse>();
        var _ = sent.whenComplete((r, failure) -> {
            if (failure != null) answer.completeExceptionally(failure);
            else answer.complete(new HttpResponse(r.statusCode(), Map.of("content-type", "text/plain"), r.body()));
        });
        var _ = answer.whenComplete((_, _) -> sent.cancel(true));
        return answer;
    }

    @AfterEach
    void stop() {
        http.shutdownNow();
        other.close();
        home.close();
    }

    @Test
    void postAndPoll_atTheOtherNode_reachTheSession() throws Exception {
        String sid = home.open();
        assertThat(other.send(other.post(sid, "4hello")).body()).isEqualTo("ok");
        assertThat(other.send(other.poll(sid)).body()).isEqualTo("4hello");
        var waiting = other.sendLater(other.poll(sid));
        assertThat(home.send(home.post(sid, "4again")).statusCode()).isEqualTo(200);
        assertThat(waiting.get(10, TimeUnit.SECONDS).body()).isEqualTo("4again");
        assertThat(asked).hasValue(3);
    }

    @Test
    void pollGivenUp_atTheOtherNode_endsTheSession() throws Exception {
        String sid = home.open();
        try (var client = new earshot.gateway.testkit.RawHttp(other.address)) {
            client.send(
                    "GET " + EngineWorld.PATH + "?EIO=4&transport=polling&sid=" + sid + " HTTP/1.1\nHost: test\n\n");
            home.awaitPolls(1);
            assertThat(asked).hasValue(1);
        }
        EngineWorld.await("its end", () -> home.gone.contains(CloseReason.CLIENT_LEFT));
    }

    @Test
    void sessionOfNobody_isUnknown_andAskedForOnce() throws Exception {
        String strange = new EngineWorldSid(3).text();
        assertThat(other.send(other.poll(strange)).body()).startsWith("{\"code\":1,");
        assertThat(asked).hasValue(0);
        String gone = new EngineWorldSid(1).text();
        assertThat(other.send(other.poll(gone)).body()).startsWith("{\"code\":1,");
        assertThat(asked).hasValue(1);
    }

    /** An id that no session has. */
    private record EngineWorldSid(long node) {
        String text() {
            return earshot.gateway.engineio.EngineSid.fresh(node, 0, new java.security.SecureRandom())
                    .text();
        }
    }

    @Test
    void nodeThatDoesNotAnswer_is503() throws Exception {
        String sid = home.open();
        home.gateway.stop(java.time.Duration.ofMillis(1));
        assertThat(other.send(other.poll(sid)).statusCode()).isEqualTo(503);
    }
}
