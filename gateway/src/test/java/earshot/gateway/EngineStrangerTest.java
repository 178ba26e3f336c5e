package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.core.telemetry.Metric;
import earshot.dialect.EngineIo;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions that are nobody's yet: how many there may be, for how long, and that they become somebody's. */
class EngineStrangerTest {
    private EngineWorld world;

    @AfterEach
    void stop() {
        world.close();
    }

    private static EngineIo.Times connectingWithin(int millis) {
        return new EngineIo.Times(
                Duration.ofSeconds(25), Duration.ofSeconds(20), Duration.ofSeconds(10), Duration.ofMillis(millis));
    }

    @Test
    void whoNeverSaysWhoItIs_isClosed_andCounted() throws Exception {
        world = new EngineWorld(new StrangersDialect(EngineWorld.PATIENT.with(connectingWithin(200))));
        String sid = world.open();
        try (var client = world.webSocket("")) {
            assertThat(client.read().text()).startsWith("0{");
            assertThat(client.read().opcode()).isEqualTo(8);
        }
        EngineWorld.await("the other's end", () -> world.meter.value(Metric.ENGINE_POLLING) == 0);
        assertThat(world.send(world.poll(sid)).body()).isEqualTo("1");
        assertThat(world.meter.valueOf(Metric.LIMITS, StrangersDialect.NAME + ".connect-timeout"))
                .isEqualTo(2);
        assertThat(world.meter.valueOf(Metric.CONNECTIONS_TOTAL, StrangersDialect.NAME, ""))
                .isZero();
        assertThat(world.gone).as("nobody was there").isEmpty();
    }

    @Test
    void whoSaysWhoItIs_stays_andBelongsToItsTenant() throws Exception {
        world = new EngineWorld(new StrangersDialect(EngineWorld.PATIENT.with(connectingWithin(300))));
        String sid = world.open();
        assertThat(world.send(world.post(sid, "4acme")).statusCode()).isEqualTo(200);
        assertThat(world.send(world.poll(sid)).body()).isEqualTo("4you are acme by POLLING");
        world.open();
        EngineWorld.await(
                "the end of one who came later and says nothing",
                () -> world.meter.valueOf(Metric.LIMITS, StrangersDialect.NAME + ".connect-timeout") == 1);
        world.send(world.post(sid, "4other"));
        assertThat(world.send(world.poll(sid)).body()).as("once").isEqualTo("4you are acme by POLLING");
        assertThat(world.meter.valueOf(Metric.CONNECTIONS_ACTIVE, StrangersDialect.NAME, "acme"))
                .isEqualTo(1);
        world.send(world.post(sid, "1"));
        EngineWorld.await("its end", () -> world.gone.contains(CloseReason.CLIENT_LEFT));
        assertThat(world.meter.valueOf(Metric.CONNECTIONS_ACTIVE, StrangersDialect.NAME, "acme"))
                .isZero();
    }

    @Test
    void tooManyStrangers_areRefused_andSoAreTooManySessions() throws Exception {
        world = new EngineWorld(new StrangersDialect(EngineWorld.PATIENT.with(new EngineIo.Caps(3, 2))));
        String first = world.open();
        world.open();
        HttpResponse<String> third =
                world.send(world.request("transport=polling").build());
        assertThat(third.statusCode()).isEqualTo(503);
        assertThat(third.headers().firstValue("retry-after")).isPresent();
        try (var client = world.webSocket("")) {
            assertThat(client.upgrade().status()).isEqualTo(503);
        }
        world.send(world.post(first, "4acme"));
        String fourth = world.open();
        world.send(world.post(fourth, "4acme"));
        assertThat(world.send(world.request("transport=polling").build()).statusCode())
                .as("as many as may be")
                .isEqualTo(503);
        world.send(world.post(fourth, "1"));
        world.open();
    }

    /** The stock client handles what comes with the end when it is over, and says later that it has not heard it. */
    @Test
    void lastWords_comeInAnAnswerOfTheirOwn_beforeTheEnd() throws Exception {
        world = new EngineWorld(new StrangersDialect(EngineWorld.PATIENT));
        for (boolean waits : new boolean[] {true, false}) {
            String sid = world.open();
            CompletableFuture<HttpResponse<String>> waiting = waits ? world.sendLater(world.poll(sid)) : null;
            if (waits) world.awaitPolls(1);
            world.send(world.post(sid, "4bye"));
            HttpResponse<String> words =
                    waiting == null ? world.send(world.poll(sid)) : waiting.get(10, TimeUnit.SECONDS);
            assertThat(words.body()).isEqualTo("4bye");
            assertThat(world.send(world.poll(sid)).body()).isEqualTo("1");
            assertThat(world.send(world.poll(sid)).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void pageOfAnotherSite_isTold_andMayNotUpgrade() throws Exception {
        EngineIo listed = EngineIo.at(EngineWorld.PATH, EngineIo.Cors.of(Set.of("https://app.example"), true));
        world = new EngineWorld(new StrangersDialect(listed));
        assertThat(answerTo("https://app.example").headers().firstValue("access-control-allow-origin"))
                .hasValue("https://app.example");
        assertThat(answerTo("https://app.example").headers().firstValue("access-control-allow-credentials"))
                .hasValue("true");
        assertThat(answerTo("https://evil.example").headers().firstValue("access-control-allow-origin"))
                .isEmpty();
        for (String origin : new String[] {"https://app.example", "http://test"}) {
            try (var client = world.webSocket("", "Origin", origin)) {
                assertThat(client.upgrade().status()).as(origin).isEqualTo(101);
            }
        }
        try (var client = world.webSocket("", "Origin", "https://evil.example")) {
            assertThat(client.upgrade().status()).isEqualTo(403);
        }
    }

    private HttpResponse<String> answerTo(String origin) throws Exception {
        HttpRequest request =
                world.request("transport=polling").header("origin", origin).build();
        return world.send(request);
    }

    @Test
    void cookie_carriesTheId() throws Exception {
        world = new EngineWorld(new StrangersDialect(EngineWorld.PATIENT.withCookie("io")));
        HttpResponse<String> answer =
                world.send(world.request("transport=polling").build());
        assertThat(answer.headers().firstValue("set-cookie").orElse(""))
                .matches("io=[A-Za-z0-9_-]{34}; Path=/; HttpOnly; SameSite=Lax");
        try (var client = world.webSocket("")) {
            assertThat(client.upgrade().header("set-cookie")).startsWith("io=");
        }
    }
}
