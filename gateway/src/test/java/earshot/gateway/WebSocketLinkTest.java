package earshot.gateway;

import static earshot.gateway.testkit.RawWebSocketClient.BINARY;
import static earshot.gateway.testkit.RawWebSocketClient.CLOSE;
import static earshot.gateway.testkit.RawWebSocketClient.CONTINUATION;
import static earshot.gateway.testkit.RawWebSocketClient.PING;
import static earshot.gateway.testkit.RawWebSocketClient.PONG;
import static earshot.gateway.testkit.RawWebSocketClient.TEXT;
import static earshot.gateway.testkit.RawWebSocketClient.closePayload;
import static earshot.gateway.testkit.RawWebSocketClient.fragment;
import static earshot.gateway.testkit.RawWebSocketClient.frame;
import static earshot.gateway.testkit.RawWebSocketClient.join;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.dialect.Dialect;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.gateway.testkit.RawWebSocketClient;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A link over a real socket: what the reader finds becomes close frames, pongs and ends. */
class WebSocketLinkTest {
    private final TestDialect dialect = new TestDialect();
    private TestGateway gateway;

    @AfterEach
    void stop() {
        if (gateway != null) gateway.close();
    }

    private RawWebSocketClient connect() throws IOException {
        if (gateway == null) gateway = new TestGateway(TestGateway.CONFIG, List.of(dialect), List.of());
        var client = new RawWebSocketClient(gateway.address, "/plain");
        assertThat(client.upgrade().status()).isEqualTo(101);
        return client;
    }

    private TestGateway.Heard session() throws Exception {
        return gateway.sessions.poll(10, TimeUnit.SECONDS);
    }

    private static String end(TestGateway.Heard session) throws Exception {
        return session.end.get(10, TimeUnit.SECONDS);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "c1,61,1002,PROTOCOL_ERROR",
        "81,ff,1007,BAD_DATA",
        "83,61,1002,PROTOCOL_ERROR",
        "80,61,1002,PROTOCOL_ERROR"
    })
    void brokenRule_isClosedWithItsCode(String first, String payload, int code, CloseReason reason) throws Exception {
        try (var client = connect()) {
            byte[] bytes = {(byte) Integer.parseInt(payload, 16)};
            client.text("before").send(frame(Integer.parseInt(first, 16), true, bytes));
            assertThat(client.read().text()).isEqualTo("before");
            assertThat(client.read().closeCode()).isEqualTo(code);
            assertThat(client.read().isEnd()).isTrue();
            assertThat(end(session())).isEqualTo(reason.name());
        }
    }

    @Test
    void brokenRule_isHeard_evenWhileTheClientGoesOnSending() throws Exception {
        try (var client = connect()) {
            client.send(join(frame(0x83, true, utf8("x")), new byte[200_000]));
            assertThat(client.read().closeCode()).isEqualTo(1002);
        }
    }

    @Test
    void tooBig_is1009() throws Exception {
        dialect.limits = new Dialect.LinkLimits(10, 0, 0, true);
        try (var client = connect()) {
            assertThat(client.text("0123456789").read().text()).isEqualTo("0123456789");
            assertThat(client.text("0123456789a").read().closeCode()).isEqualTo(1009);
            assertThat(end(session())).isEqualTo("TOO_BIG");
        }
    }

    @Test
    void brokenRule_ofADialectThatCuts_endsTheConnectionWithoutAClose() throws Exception {
        dialect.cuts = true;
        try (var client = connect()) {
            client.send(frame(0x83, true, utf8("x")));
            assertThat(client.read().isEnd()).isTrue();
        }
    }

    @Test
    void everyPing_isAnsweredWithItsPayload() throws Exception {
        try (var client = connect()) {
            for (int i = 0; i < 10; i++) client.send(frame(PING, utf8("p" + i)));
            for (int i = 0; i < 10; i++)
                assertThat(client.read()).isEqualTo(new RawWebSocketClient.Received(PONG, true, utf8("p" + i)));
            TestGateway.Heard session = session();
            assertThat(session.pings).hasValue(10);
        }
    }

    @Test
    void pingBetweenFragments_isAnsweredBeforeTheMessage() throws Exception {
        try (var client = connect()) {
            client.send(join(fragment(TEXT, utf8("a")), frame(PING, utf8("p")), frame(CONTINUATION, utf8("b"))));
            assertThat(client.read().opcode()).isEqualTo(PONG);
            assertThat(client.read().text()).isEqualTo("ab");
        }
    }

    @Test
    void unsolicitedPong_isIgnored() throws Exception {
        try (var client = connect()) {
            client.send(frame(PONG, utf8("hello"))).text("on");
            assertThat(client.read().text()).isEqualTo("on");
        }
    }

    @Test
    void clientClose_isClean_andNothingAfterItCounts() throws Exception {
        try (var client = connect()) {
            client.send(join(frame(CLOSE, closePayload(4000, "bye")), frame(TEXT, utf8("late")), frame(PING)));
            assertThat(client.read().closeCode()).isEqualTo(4000);
            assertThat(client.read().isEnd()).isTrue();
            TestGateway.Heard session = session();
            assertThat(end(session)).isEqualTo("CLIENT_LEFT clean");
            assertThat(session.frames).isEmpty();
        }
    }

    @Test
    void clientClose_withoutACode_isAnsweredWithoutOne() throws Exception {
        try (var client = connect()) {
            var answer = client.send(frame(CLOSE)).read();
            assertThat(answer.opcode()).isEqualTo(CLOSE);
            assertThat(answer.payload()).isEmpty();
        }
    }

    @Test
    void clientThatVanishes_isNotClean() throws Exception {
        try (var client = connect()) {
            client.text("x").read();
        }
        assertThat(end(session())).isEqualTo("CLIENT_LEFT");
    }

    @Test
    void clientThatShutsItsSide_isGone() throws Exception {
        try (var client = connect()) {
            client.http().socket().shutdownOutput();
            assertThat(client.read().isEnd()).isTrue();
            assertThat(end(session())).isEqualTo("CLIENT_LEFT");
        }
    }

    @Test
    void ourClose_saysLastWords_andWaitsForThePeersClose() throws Exception {
        try (var client = connect()) {
            TestGateway.Heard session = session();
            session.loop.post(() -> session.link.close(
                    new Farewell.CloseFrame(4001, "why", List.of(Frame.text("last"), Frame.binary(new byte[3])))));
            assertThat(client.read().text()).isEqualTo("last");
            assertThat(client.read().opcode()).isEqualTo(BINARY);
            var close = client.read();
            assertThat(close.closeCode()).isEqualTo(4001);
            assertThat(close.text()).endsWith("why");
            client.text("ignored").close(4001);
            assertThat(client.read().isEnd()).isTrue();
            assertThat(session.frames).isEmpty();
        }
    }

    @Test
    void ourClose_withoutAnAnswer_endsAfterTheClosingTime() throws Exception {
        gateway = new TestGateway(
                TestGateway.CONFIG.with(new GatewayConfig.Links(
                        64 << 10, java.time.Duration.ofMillis(50), java.time.Duration.ofMillis(20))),
                List.of(dialect),
                List.of());
        try (var client = connect()) {
            TestGateway.Heard session = session();
            session.loop.post(() -> session.link.close(Farewell.closeFrame(1000, "")));
            assertThat(client.read().closeCode()).isEqualTo(1000);
            assertThat(client.read().isEnd()).isTrue();
        }
    }

    @Test
    void silence_isPinged_andAnAnswerKeepsTheLink() throws Exception {
        dialect.limits = new Dialect.LinkLimits(1024, 0, 100, true);
        try (var client = connect()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.read().opcode()).isEqualTo(PING);
                client.send(frame(PONG));
            }
            assertThat(client.text("alive").readPastPings().text()).isEqualTo("alive");
        }
    }

    @Test
    void silence_withoutAPong_isADeadPeer() throws Exception {
        dialect.limits = new Dialect.LinkLimits(1024, 0, 50, true);
        try (var client = connect()) {
            assertThat(end(session())).isEqualTo("DEAD_PEER");
            assertThat(client.readPastPings().isEnd()).isTrue();
        }
    }

    @Test
    void slowReader_isNotWritable_andIsToldOnceWhenItIs() throws Exception {
        try (var client = connect()) {
            TestGateway.Heard session = session();
            var full = new java.util.concurrent.CompletableFuture<Integer>();
            session.loop.post(() -> {
                int frames = 0;
                for (; session.link.isWritable() && frames < 100_000; frames++) {
                    session.link.write(Unpooled.wrappedBuffer(new byte[] {(byte) 0x82, 126, 0x10, 0}, new byte[4096]));
                    session.link.flush();
                }
                full.complete(frames);
            });
            int frames = full.get(10, TimeUnit.SECONDS);
            assertThat(frames).isLessThan(100_000);
            assertThat(session.writables).hasValue(0);
            for (int i = 0; i < frames; i++) assertThat(client.read().payload()).hasSize(4096);
            client.text("x");
            assertThat(client.read().text()).isEqualTo("x");
            assertThat(session.writables).hasValue(1);
        }
    }

    @Test
    void readingOff_holdsMessagesBack_untilItIsOn() throws Exception {
        try (var client = connect()) {
            TestGateway.Heard session = session();
            onLoop(session, () -> session.link.read(false));
            client.text("1").text("2").send(frame(CLOSE, closePayload(1000, "")));
            onLoop(session, () -> assertThat(session.frames).isEmpty());
            onLoop(session, () -> session.link.read(true));
            assertThat(client.read().text()).isEqualTo("1");
            assertThat(client.read().text()).isEqualTo("2");
            assertThat(client.read().closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void halfAMessage_countsInTheBudget_untilItIsWholeOrGone() throws Exception {
        try (var client = connect()) {
            client.send(fragment(BINARY, new byte[10_000])).send(frame(PING));
            assertThat(client.read().opcode()).isEqualTo(PONG);
            assertThat(gateway.budget.used()).isBetween(10_000L, 20_000L);
            client.send(frame(CONTINUATION, new byte[1]));
            assertThat(client.read().payload()).hasSize(10_001);
            // The answer leaves before the read it came from is over; what comes next is behind it.
            assertThat(client.send(frame(PING)).read().opcode()).isEqualTo(PONG);
            assertThat(gateway.budget.used()).isZero();
            client.send(fragment(BINARY, new byte[10_000]));
        }
        assertThat(end(session())).isEqualTo("CLIENT_LEFT");
        assertThat(gateway.budget.used()).isZero();
    }

    @Test
    void halfAMessage_overTheBudget_endsItsSession() throws Exception {
        try (var client = connect()) {
            gateway.budget.hold(TestGateway.BUDGET_BYTES - 5_000);
            client.send(fragment(BINARY, new byte[10_000]));
            assertThat(client.read().closeCode()).isEqualTo(1001);
            assertThat(end(session())).isEqualTo("OVER_BUDGET");
        }
    }

    private static void onLoop(TestGateway.Heard session, Runnable task) throws Exception {
        java.util.concurrent.CompletableFuture.runAsync(task, session.loop::post)
                .get(10, TimeUnit.SECONDS);
    }

    @Test
    void framesInTheSegmentOfTheUpgrade_areHeard() throws Exception {
        connect().close();
        session();
        try (var http = new earshot.gateway.testkit.RawHttp(gateway.address)) {
            byte[] request =
                    RawWebSocketClient.request("/plain").replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
            http.send(join(request, frame(TEXT, utf8("early"))));
            assertThat(http.answer().status()).isEqualTo(101);
            TestGateway.Heard session = session();
            assertThat(http.socket().getInputStream().available()).isGreaterThanOrEqualTo(0);
            http.send(frame(CLOSE));
            assertThat(end(session)).isEqualTo("CLIENT_LEFT clean");
            assertThat(session.frames).containsExactly(Frame.text("early"));
        }
    }

    @Test
    void stop_saysGoodbyeInTheDialectsWay() throws Exception {
        try (var client = connect()) {
            TestGateway.Heard session = session();
            var stopping = java.util.concurrent.CompletableFuture.runAsync(
                    () -> gateway.gateway.stop(java.time.Duration.ofSeconds(10)));
            assertThat(client.read().text()).isEqualTo("last words");
            assertThat(client.read().closeCode()).isEqualTo(1001);
            assertThat(gateway.gateway.isReady()).isFalse();
            client.close(1001);
            stopping.get(10, TimeUnit.SECONDS);
            assertThat(end(session)).isEqualTo("DRAINING");
        }
    }
}
