package earshot.it;

import static earshot.it.Client.method;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.FaultProxy;
import earshot.core.testkit.FaultProxy.Direction;
import earshot.core.testkit.Passage;
import earshot.core.testkit.Seeds;
import earshot.engine.redis.testkit.RedisServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
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
    private static final AtomicInteger TESTS = new AtomicInteger();
    private static final int GIVEN_UP_SECONDS = 5;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path directory;

    private static RedisServer redis;
    private static FaultProxy way;
    private static Nodes nodes;

    /** Each test has rooms of its own. */
    private final int test = TESTS.incrementAndGet();

    private final String channel = "load-" + test;
    private final String page = "bbbbbbbb-0000-4000-8000-%012d".formatted(300 + test);
    private NodesLoad load;

    /** The way of the second node to Redis can be cut. */
    @BeforeAll
    static void start() throws IOException {
        redis = RedisServer.start("appendonly", "yes", "appendfsync", "always");
        way = new FaultProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), redis.port()), 1);
        nodes = Nodes.start(
                directory,
                List.of(redis.address(), "redis://127.0.0.1:" + way.address().getPort()),
                "--set",
                "redis.node-timeout=" + GIVEN_UP_SECONDS + "s",
                "--set",
                "redis.grace=2s");
    }

    @BeforeEach
    void begin() {
        load = new NodesLoad(nodes, channel, page, 1);
    }

    @AfterEach
    void end() throws IOException {
        if (load != null) load.close();
    }

    @AfterAll
    static void stop() throws IOException {
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

    private static Predicate<JsonNode> service(boolean available) {
        return type("service").and(f -> f.path("available").asBoolean() == available);
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
        try (Client local = nodes.member(0, channel, "local")) {
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
        try (Client watch = nodes.member(0, channel, "watch");
                Client reader = nodes.commenter(0, page, Nodes.user(90))) {
            load.awaitAcknowledged(60);
            redis.kill();
            awaitHealth(0, "degraded", 200, 200);
            assertLocalLifeGoesOn(watch);
            awaitHealth(0, "unhealthy", 503, 503);
            awaitHealth(1, "unhealthy", 503, 503);
            watch.hears("that Redis is away", service(false));
            redis.startAgain();
            awaitHealthy();
            watch.hears("that Redis is back", service(true));
            load.awaitAcknowledged(60);
            assertThat(watch.heard(type("service"))).hasSize(2);
            assertThat(reader.heard(method("service"))).hasSize(2);
            System.out.println("RedisDeathTest " + load.check(false));
            assertSocketsStayed();
            load.sameEverywhere();
            assertNobodyElse(watch);
        }
    }

    @Test
    void killed_andBackWithNothing_clientsAreToldSo() throws IOException {
        try (Client watch = nodes.member(0, channel, "watch")) {
            load.awaitAcknowledged(60);
            String position = nodes.api(0)
                    .ok("POST", Api.messages("waddle", channel), Api.said("before"))
                    .path("position")
                    .asString();
            redis.kill();
            redis.wipe();
            awaitHealth(0, "degraded", 200, 200);
            redis.startAgain();
            awaitHealthy();
            load.awaitAcknowledged(60);
            for (int i = 0; i < nodes.count(); i++) {
                JsonNode after = nodes.api(i).get(Api.messages("waddle", channel) + "?limit=10&after=" + position);
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
        try (Client watch = nodes.member(0, channel, "watch")) {
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
        try (Client watch = nodes.member(0, channel, "watch");
                Client cut = nodes.member(1, channel, "cut")) {
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

    /** Redis cuts who does not take what it is told, and keeps nothing of it. */
    @Test
    void nodeThatIsTooSlowToListen_isCut_andReadsWhatItMissed() throws IOException {
        redis.ask("CONFIG", "SET", "client-output-buffer-limit", "pubsub 2mb 0 0");
        RunningServer slow = nodes.node(0);
        try (Client watch = nodes.member(0, channel, "watch")) {
            load.awaitAcknowledged(60);
            double lost = slow.metric("earshot_redis_connections_lost_total");
            slow.freeze();
            try {
                fillUntilSomebodyIsCut();
                load.awaitAcknowledged(1, 60);
            } finally {
                slow.thaw();
            }
            load.awaitAcknowledged(60);
            assertThat(slow.metric("earshot_redis_connections_lost_total")).isGreaterThan(lost);
            System.out.println("RedisDeathTest " + load.check(false));
            assertSocketsStayed();
            load.sameEverywhere();
            assertNobodyElse(watch);
        } finally {
            redis.ask("CONFIG", "SET", "client-output-buffer-limit", "pubsub 32mb 8mb 60");
        }
    }

    /** On the room's own channel, with what nobody understands. */
    private void fillUntilSomebodyIsCut() {
        List<?> feeds = (List<?>) redis.askFor("PUBSUB", "CHANNELS", "earshot:*:feed:waddle//" + channel);
        String noise = "x".repeat(256 << 10);
        long before = listeners();
        for (int i = 0; listeners() >= before; i++) {
            if (i == 400) throw new AssertionError("nobody was cut");
            redis.ask("PUBLISH", String.valueOf(feeds.getFirst()), noise);
        }
    }

    private static long listeners() {
        return redis.ask("CLIENT", "LIST", "TYPE", "pubsub").lines().count();
    }

    @Test
    @EnabledIfSystemProperty(named = "earshot.long", matches = "true", disabledReason = "takes minutes")
    void hurtInManyWays_nothingIsMissing() throws IOException {
        long seed = Seeds.first();
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
        switch (random.nextInt(6)) {
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
            case 4 -> {
                nodes.node(1).freeze();
                redis.ask("CLIENT", "KILL", "TYPE", "pubsub");
                FaultProxy.pause(millis);
                nodes.node(1).thaw();
            }
            default -> {
                for (Direction direction : Direction.values()) way.set(direction, Passage.stalled(3 * millis));
                FaultProxy.pause(3 * millis);
            }
        }
    }
}
