package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.core.telemetry.Metric;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who says more than can be done, or takes less than it is told, waits or goes; the node holds no more for it. */
class EngineFlowTest {
    private final SessionLimits limits = new SessionLimits(4, 20_000, 4096, 1 << 20, 1024, Duration.ofSeconds(30));
    private EngineWorld world;

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void postOfABusySession_isAnsweredWhenAllOfItIsTaken() throws Exception {
        var dialect = new StrangersDialect(EngineWorld.PATIENT);
        world = new EngineWorld(dialect, TestGateway.CONFIG, limits);
        String sid = world.open();
        world.send(world.post(sid, "4acme"));
        String ten = String.join("\u001e", Collections.nCopies(10, "4wait"));
        CompletableFuture<HttpResponse<String>> post = world.sendLater(world.post(sid, ten));
        EngineWorld.await("as many as may be in flight", () -> dialect.waiting().size() == 4);
        assertThat(post).isNotDone();
        for (int i = 0; i < 10; i++) {
            EngineWorld.await("another one", () -> !dialect.waiting().isEmpty());
            dialect.waiting().remove().complete(null);
        }
        assertThat(post.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(dialect.waiting()).isEmpty();
        assertThat(world.meter.valueOf(Metric.LIMITS, "limits.commands-in-flight"))
                .isPositive();
    }

    @Test
    void secondPost_besideABusyOne_endsTheSession() throws Exception {
        var dialect = new StrangersDialect(EngineWorld.PATIENT);
        world = new EngineWorld(dialect, TestGateway.CONFIG, limits);
        String sid = world.open();
        world.send(world.post(sid, "4acme"));
        CompletableFuture<HttpResponse<String>> first =
                world.sendLater(world.post(sid, String.join("\u001e", Collections.nCopies(10, "4wait"))));
        EngineWorld.await("as many as may be in flight", () -> dialect.waiting().size() == 4);
        assertThat(world.send(world.post(sid, "4more")).statusCode()).isEqualTo(400);
        assertThat(first.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(400);
        assertThat(world.gone).containsExactly(CloseReason.PROTOCOL_ERROR);
        assertThat(dialect.ended()).containsExactly(CloseReason.PROTOCOL_ERROR);
    }

    @Test
    void whoNeverPolls_isNotRead_andCut() throws Exception {
        var impatient = new SessionLimits(4, 20_000, 4096, 1 << 20, 1024, Duration.ofMillis(500));
        world = new EngineWorld(new EngineEchoDialect(EngineWorld.PATIENT), TestGateway.CONFIG, impatient);
        String sid = world.open();
        String large = "4" + "x".repeat(20_000);
        int status = 200;
        int posts = 0;
        for (; status == 200 && posts < 100; posts++)
            status = world.send(world.post(sid, large)).statusCode();
        assertThat(posts).as("64 KiB wait, the next one is not taken").isEqualTo(5);
        assertThat(status).isEqualTo(400);
        // The answer is on its way before the session is counted out.
        EngineWorld.await("its end", () -> !world.gone.isEmpty());
        assertThat(world.gone).containsExactly(CloseReason.SLOW_READER);
        EngineWorld.await("nothing is held", () -> world.budget.used() == 0);
    }

    @Test
    void whoSaysMuchAndPolls_hasEverythingInOrder() throws Exception {
        world = new EngineWorld(new EngineEchoDialect(EngineWorld.PATIENT), TestGateway.CONFIG, limits);
        String sid = world.open();
        var body = new StringBuilder();
        for (int i = 0; i < 300; i++)
            body.append(i == 0 ? "4" : "\u001e4").append(i).append(' ').append("x".repeat(3_000));
        CompletableFuture<HttpResponse<String>> post = world.sendLater(world.post(sid, body.toString()));
        for (int next = 0; next < 300; ) {
            for (String packet : world.send(world.poll(sid)).body().split("\u001e", -1))
                assertThat(packet).startsWith("4" + next++ + " x");
        }
        assertThat(post.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        EngineWorld.await("nothing is held", () -> world.budget.used() == 0);
    }
}
