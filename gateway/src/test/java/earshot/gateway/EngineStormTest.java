package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.Metric;
import earshot.core.testkit.FaultProxy;
import earshot.core.testkit.Seeds;
import earshot.gateway.testkit.RawHttp;
import earshot.gateway.testkit.RawWebSocketClient;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Clients that poll, and go on over WebSockets, on lines that stall, split, half-close and reset: what comes back of a session is what was said, in order
 * and once, up to where the line broke; and when all have gone nothing is left of them. {@code -Dearshot.seed} repeats the faults.
 */
class EngineStormTest {
    private static final boolean LONG = Boolean.getBoolean("earshot.long");
    private static final int CLIENTS = LONG ? 40 : 8;
    private static final int SESSIONS = LONG ? 3_000 : 60;

    private final long seed = Seeds.first();
    private final ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger sessions = new AtomicInteger();
    private final AtomicInteger echoed = new AtomicInteger();
    private final AtomicInteger upgrades = new AtomicInteger();

    @Test
    void badLines_loseAndDoubleNothingWithinASession_andLeaveNothing() throws Exception {
        try (var world = new EngineWorld(new EngineEchoDialect(EngineWorld.beating(300, 1500)));
                var proxy = new FaultProxy(world.address, seed)) {
            proxy.storm(8, 200);
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Random random = new Random(seed + i);
                clients.add(Thread.ofVirtual().start(() -> play(proxy, random)));
            }
            for (Thread client : clients) client.join();
            proxy.calm();
            System.out.println("EngineStormTest seed " + seed + ": " + sessions + " sessions, " + echoed + " echoes, "
                    + upgrades + " upgrades, " + proxy.done());
            assertThat(wrong).isEmpty();
            assertThat(echoed.get()).as("echoes").isPositive();
            EngineWorld.await("all have gone", () -> world.meter.value(Metric.CONNECTIONS_ACTIVE) == 0);
            EngineWorld.await("nobody polls", () -> world.meter.value(Metric.ENGINE_POLLING) == 0);
            EngineWorld.await("nothing is held", () -> world.budget.used() == 0);
            assertThat(world.meter.value(Metric.FAULTS)).isZero();
        }
    }

    private void play(FaultProxy proxy, Random random) {
        while (sessions.incrementAndGet() <= SESSIONS && wrong.isEmpty()) {
            try {
                new Visit(proxy, random).play();
            } catch (EOFException | SocketException | SocketTimeoutException | Broken e) {
                // the line
            } catch (Throwable e) {
                wrong.add(e);
            }
        }
    }

    /** The line broke, and the server has said so. */
    private static final class Broken extends Exception {
        private static final long serialVersionUID = 1;

        Broken(String what) {
            super(what, null, false, false);
        }
    }

    /** One session of one client. */
    private final class Visit {
        private final FaultProxy proxy;
        private final Random random;
        private String sid = "";
        private int said;
        private int heard;

        Visit(FaultProxy proxy, Random random) {
            this.proxy = proxy;
            this.random = random;
        }

        void play() throws IOException, Broken {
            String open = ask("GET", "", "");
            int from = open.indexOf("\"sid\":\"") + 7;
            sid = open.substring(from, open.indexOf('"', from));
            int rounds = random.nextInt(12);
            for (int i = 0; i < rounds; i++) {
                say(1 + random.nextInt(5));
                if (random.nextInt(4) > 0) hear(ask("GET", "&sid=" + sid, ""));
            }
            if (random.nextBoolean()) upgrade();
            else if (random.nextBoolean()) ask("POST", "&sid=" + sid, "1");
        }

        private void say(int count) throws IOException, Broken {
            var body = new StringBuilder();
            for (int i = 0; i < count; i++) {
                if (i > 0) body.append('\u001e');
                body.append('4').append(said++).append(" ".repeat(random.nextInt(300)));
            }
            ask("POST", "&sid=" + sid, body.toString());
        }

        private void hear(String payload) throws IOException, Broken {
            for (String packet : payload.split("\u001e", -1)) {
                if (packet.equals("2")) ask("POST", "&sid=" + sid, "3");
                else if (packet.startsWith("4")) hearMessage(packet);
                else if (!packet.equals("6")) throw new Broken("closed: " + packet);
            }
        }

        private void hearMessage(String packet) {
            int number = Integer.parseInt(packet.substring(1).trim());
            if (number != heard) throw new AssertionError("heard " + number + " instead of " + heard);
            heard++;
            echoed.incrementAndGet();
        }

        private String ask(String method, String query, String body) throws IOException, Broken {
            try (var http = new RawHttp(proxy.address())) {
                http.socket().setSoTimeout(3000);
                http.send(method + " " + EngineWorld.PATH + "?EIO=4&transport=polling" + query
                        + " HTTP/1.1\nHost: test\nContent-Length: " + body.length() + "\n\n" + body);
                RawHttp.Answer answer = http.answer();
                if (answer.status() != 200) throw new Broken("status " + answer.status());
                return answer.body();
            }
        }

        private void upgrade() throws IOException, Broken {
            String path = EngineWorld.PATH + "?EIO=4&transport=websocket&sid=" + sid;
            try (var http = new RawHttp(proxy.address())) {
                http.socket().setSoTimeout(3000);
                var client = new RawWebSocketClient(http, path);
                if (client.upgrade().status() != 101)
                    throw new Broken("status " + client.upgrade().status());
                client.text("2probe");
                if (!client.read().text().equals("3probe")) throw new Broken("no probe");
                client.text("5");
                for (int i = 0; i < 5; i++) client.text("4" + said++);
                while (heard < said) {
                    RawWebSocketClient.Received next = client.read();
                    if (next.isEnd() || next.opcode() == RawWebSocketClient.CLOSE) throw new Broken("ended");
                    if (next.text().equals("2")) client.text("3");
                    else hearMessage(next.text());
                }
                upgrades.incrementAndGet();
            }
        }
    }
}
