package earshot.it;

import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.FaultProxy;
import earshot.core.testkit.FaultProxy.Direction;
import earshot.core.testkit.Passage;
import earshot.engine.redis.testkit.RedisServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Two nodes under load, and what may happen to their Redis. Sockets stay; what was acknowledged is there when Redis kept it, and when it did not, clients
 * are told so; nobody misses anything in silence, and nobody comes or goes who did not.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class RedisDeathTest {
    private static final String PAGE = "bbbbbbbb-0000-4000-8000-000000000300";
    private static final int GIVEN_UP_SECONDS = 5;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private RedisServer redis;
    private FaultProxy way;
    private Nodes nodes;
    private NodesLoad load;

    /** The way of the second node to Redis can be cut. */
    @BeforeEach
    void start() throws IOException {
        redis = RedisServer.start("appendonly", "yes", "appendfsync", "always");
        way = new FaultProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), redis.port()), 1);
        nodes = Nodes.start(
                directory,
                List.of(redis.address(), "redis://127.0.0.1:" + way.address().getPort()),
                "--set",
                "redis.node-timeout=" + GIVEN_UP_SECONDS + "s",
                "--set",
                "redis.grace=2s");
        load = new NodesLoad(nodes, "load", PAGE, 1);
    }

    @AfterEach
    void stop() throws IOException {
        if (load != null) load.close();
        if (nodes != null) nodes.close();
        if (way != null) way.close();
        redis.close();
    }

    private static Predicate<JsonNode> comesOrGoes() {
        return type("user_connected").or(type("user_disconnected"));
    }

    private static Predicate<JsonNode> of(String user) {
        return f -> user.equals(f.path("userId").asString());
    }

    private void awaitHealth(int node, String status, int code, int ready) {
        RunningServer server = nodes.node(node);
        Await.until("node " + node + " is " + status, nodes::output, () -> {
            try {
                HttpResponse<String> health = server.get("/health");
                return health.statusCode() == code
                        && JSON.readTree(health.body())
                                .path("status")
                                .asString()
                                .equals(status)
                        && server.get("/health/ready").statusCode() == ready;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void awaitHealthy() {
        for (int i = 0; i < nodes.count(); i++) awaitHealth(i, "healthy", 200, 200);
        nodes.awaitAlive(nodes.count());
    }

    /** What passes on one node goes on without Redis. */
    private void assertLocalLifeGoesOn(Client watch) {
        try (Client local = nodes.member(0, "load", "local")) {
            watch.hears("local came", type("user_connected").and(of("local")));
            local.say("{\"type\":\"typing\",\"isTyping\":true}");
            watch.hears("local types", type("typing").and(of("local")));
            local.say("{\"type\":\"message\",\"content\":\"x\"}");
            assertThat(local.hears("a refusal", type("error")).path("message").asString())
                    .isEqualTo("Message may not have been stored");
        }
        watch.hears("local left", type("user_disconnected").and(of("local")));
    }

    private void assertNobodyElse(Client watch) {
        assertThat(watch.heard(comesOrGoes().and(of("local").negate())))
                .as("who came or went")
                .isEmpty();
    }

    private void assertSocketsStayed() {
        for (Wanderer writer : load.writers())
            assertThat(writer.connections()).as("%s", writer).isEqualTo(1);
    }

    @Test
    void killed_andBackWithItsData_nothingIsMissing() throws IOException {
        try (Client watch = nodes.member(0, "load", "watch")) {
            load.awaitAcknowledged(60);
            redis.kill();
            awaitHealth(0, "degraded", 200, 200);
            assertLocalLifeGoesOn(watch);
            awaitHealth(0, "unhealthy", 503, 503);
            awaitHealth(1, "unhealthy", 503, 503);
            redis.startAgain();
            awaitHealthy();
            load.awaitAcknowledged(60);
            System.out.println("RedisDeathTest " + load.check(false));
            assertSocketsStayed();
            load.sameEverywhere();
            assertNobodyElse(watch);
        }
    }

    @Test
    void killed_andBackWithNothing_clientsAreToldSo() throws IOException {
        try (Client watch = nodes.member(0, "load", "watch")) {
            load.awaitAcknowledged(60);
            String position = nodes.api(0)
                    .ok("POST", Api.messages("waddle", "load"), Api.said("before"))
                    .path("position")
                    .asString();
            redis.kill();
            redis.wipe();
            awaitHealth(0, "degraded", 200, 200);
            redis.startAgain();
            awaitHealthy();
            load.awaitAcknowledged(60);
            for (int i = 0; i < nodes.count(); i++) {
                JsonNode after = nodes.api(i).get(Api.messages("waddle", "load") + "?limit=10&after=" + position);
                assertThat(after.path("recovered").asBoolean(true))
                        .as("%s", after)
                        .isFalse();
            }
            System.out.println("RedisDeathTest " + load.check(true));
            assertSocketsStayed();
            load.sameEverywhere();
            assertNobodyElse(watch);
        }
    }

    @Test
    void pausedThenStopped_nothingIsMissing() throws IOException {
        try (Client watch = nodes.member(0, "load", "watch")) {
            load.awaitAcknowledged(60);
            redis.ask("CLIENT", "PAUSE", "2500", "ALL");
            awaitHealth(1, "degraded", 200, 200);
            load.awaitAcknowledged(60);
            awaitHealthy();
            redis.freeze();
            awaitHealth(0, "degraded", 200, 200);
            awaitHealth(0, "unhealthy", 503, 503);
            redis.thaw();
            awaitHealthy();
            load.awaitAcknowledged(60);
            System.out.println("RedisDeathTest " + load.check(false));
            assertSocketsStayed();
            load.sameEverywhere();
            assertNobodyElse(watch);
        }
    }

    /** Its users are given up and come back, each once; on the node itself nobody notices. */
    @Test
    void oneNodeCutOff_isGivenUp_andIsBackOnce() throws IOException {
        try (Client watch = nodes.member(0, "load", "watch");
                Client cut = nodes.member(1, "load", "cut")) {
            watch.hears("cut came", type("user_connected").and(of("cut")));
            load.awaitAcknowledged(60);
            for (Direction direction : Direction.values()) way.set(direction, Passage.stalled());
            awaitHealth(1, "unhealthy", 503, 503);
            watch.hears("cut is given up", type("user_disconnected").and(of("cut")));
            assertThat(nodes.node(0).get("/health").body()).contains("\"nodes\":1");
            for (Direction direction : Direction.values()) way.set(direction, Passage.OPEN);
            awaitHealthy();
            Await.until(
                    "cut is back",
                    () -> watch.heard(comesOrGoes()) + nodes.output(),
                    () -> watch.heard(type("user_connected").and(of("cut"))).size() == 2);
            load.awaitAcknowledged(60);
            System.out.println("RedisDeathTest " + load.check(false));
            assertSocketsStayed();
            load.sameEverywhere();
            assertThat(watch.heard(type("user_disconnected").and(of("cut")))).hasSize(1);
            assertThat(watch.heard(type("user_connected").and(of("cut")))).hasSize(2);
            for (String user : List.of("writer-0", "reader-0"))
                assertThat(watch.heard(comesOrGoes().and(of(user)))).isEmpty();
            assertThat(cut.heard(comesOrGoes())).isEmpty();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "earshot.long", matches = "true", disabledReason = "takes minutes")
    void hurtInManyWays_nothingIsMissing() throws IOException {
        long seed = Long.getLong("earshot.seed", System.nanoTime());
        Random random = new Random(seed);
        int rounds = Integer.getInteger("earshot.rounds", 30);
        for (int round = 1; round <= rounds; round++) {
            load.awaitAcknowledged(20 + random.nextInt(100));
            hurt(random);
            awaitHealthy();
            if (round % 5 == 0) System.out.println("long: RedisDeathTest, seed " + seed + ": hurt " + round + " times");
        }
        load.awaitAcknowledged(60);
        System.out.println("long: RedisDeathTest " + load.check(false));
        load.sameEverywhere();
    }

    private void hurt(Random random) {
        int millis = random.nextInt(3000);
        switch (random.nextInt(5)) {
            case 0 -> {
                redis.kill();
                FaultProxy.pause(millis);
                redis.startAgain();
            }
            case 1 -> redis.ask("CLIENT", "PAUSE", Integer.toString(1 + millis), "ALL");
            case 2 -> {
                redis.freeze();
                FaultProxy.pause(millis);
                redis.thaw();
            }
            case 3 -> way.resetAll();
            default -> {
                for (Direction direction : Direction.values()) way.set(direction, Passage.stalled(3 * millis));
                FaultProxy.pause(3 * millis);
            }
        }
    }
}
