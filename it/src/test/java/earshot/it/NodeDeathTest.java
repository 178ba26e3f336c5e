package earshot.it;

import static earshot.it.Client.method;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.Seeds;
import earshot.engine.redis.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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

/**
 * Three nodes under load, one of which ends. Its clients go on elsewhere with nothing missing and nothing twice; whoever does not come back leaves once,
 * and nobody else. {@code -Dearshot.seed} repeats the choices of the long form.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class NodeDeathTest {
    private static final AtomicInteger TESTS = new AtomicInteger();
    /** No pause of a busy machine is as long. */
    private static final Duration GIVEN_UP = Duration.ofSeconds(5);

    @TempDir
    static Path directory;

    private static RedisServer redis;
    private static Nodes nodes;

    /** Each test has rooms of its own. */
    private final int test = TESTS.incrementAndGet();

    private final String channel = "load-" + test;
    private final String page = "bbbbbbbb-0000-4000-8000-%012d".formatted(200 + test);
    private NodesLoad load;

    @BeforeAll
    static void start() throws IOException {
        redis = RedisServer.start();
        nodes = Nodes.start(
                directory,
                List.of(redis.address(), redis.address(), redis.address()),
                "--set",
                "redis.node-timeout=" + GIVEN_UP.toSeconds() + "s",
                "--set",
                "drain.timeout=5s");
    }

    @BeforeEach
    void begin() {
        load = new NodesLoad(nodes, channel, page, 4);
    }

    @AfterEach
    void end() throws IOException {
        if (load != null) load.close();
    }

    @AfterAll
    static void stop() {
        if (nodes != null) nodes.close();
        redis.close();
    }

    private static Predicate<JsonNode> comesOrGoes(String user) {
        Predicate<JsonNode> channel = type("user_connected").or(type("user_disconnected"));
        Predicate<JsonNode> page = method("user_joined").or(method("user_left"));
        return channel.and(f -> user.equals(f.path("userId").asString()))
                .or(page.and(f -> user.equals(f.path("params").path("user_id").asString())
                        || user.equals(f.path("params").path("user").path("id").asString())));
    }

    private static Predicate<JsonNode> left(String user) {
        return comesOrGoes(user).and(type("user_disconnected").or(method("user_left")));
    }

    @Test
    void killed_clientsGoOnElsewhere_whoStaysAwayLeavesOnce() throws IOException {
        String gone = Nodes.user(90);
        String twice = Nodes.user(91);
        var _ = nodes.member(0, channel, "gone");
        var _ = nodes.member(0, channel, "twice");
        var _ = nodes.commenter(0, page, gone);
        var _ = nodes.commenter(0, page, twice);
        try (Client _ = nodes.member(1, channel, "twice");
                Client _ = nodes.commenter(2, page, twice);
                Client channel1 = nodes.member(1, channel, "watch-1");
                Client channel2 = nodes.member(2, channel, "watch-2");
                Client page1 = nodes.commenter(1, page, Nodes.user(98));
                Client page2 = nodes.commenter(2, page, Nodes.user(99))) {
            load.awaitAcknowledged(100);
            nodes.node(0).kill();
            load.awaitAcknowledged(100);
            for (Client each : List.of(channel1, channel2)) each.hears("gone left", left("gone"));
            for (Client each : List.of(page1, page2)) each.hears("gone left", left(gone));
            nodes.awaitAlive(2);
            nodes.node(0).startAgain();
            nodes.awaitAlive(3);
            load.awaitAcknowledged(100);
            load.check(false);
            // Somebody after it all: what came before him has been heard.
            try (Client _ = nodes.member(0, channel, "later");
                    Client _ = nodes.commenter(0, page, Nodes.user(92))) {
                for (Client each : List.of(channel1, channel2)) {
                    each.hears("the later one", comesOrGoes("later"));
                    assertThat(each.heard(comesOrGoes("gone"))).hasSize(1);
                    assertThat(each.heard(comesOrGoes("twice"))).isEmpty();
                    for (String user : load.users())
                        assertThat(each.heard(comesOrGoes(user))).as(user).isEmpty();
                }
                for (Client each : List.of(page1, page2)) {
                    each.hears("the later one", comesOrGoes(Nodes.user(92)));
                    assertThat(each.heard(comesOrGoes(gone))).hasSize(1);
                    assertThat(each.heard(comesOrGoes(twice))).isEmpty();
                }
            }
            load.sameEverywhere();
        }
    }

    @Test
    void stopped_whoComesBackWasNeverGone() throws IOException {
        var _ = nodes.member(0, channel, "gone");
        try (Client member = nodes.member(1, channel, "watch");
                Client reader = nodes.commenter(2, page, Nodes.user(98))) {
            load.awaitAcknowledged(100);
            nodes.node(0).terminate();
            assertThat(nodes.node(0).awaitExit()).isZero();
            load.awaitAcknowledged(100);
            nodes.awaitAlive(2);
            nodes.node(0).startAgain();
            load.awaitAcknowledged(100);
            load.check(false);
            try (Client _ = nodes.member(0, channel, "later");
                    Client _ = nodes.commenter(0, page, Nodes.user(92))) {
                member.hears("the later one", comesOrGoes("later"));
                reader.hears("the later one", comesOrGoes(Nodes.user(92)));
            }
            for (String user : load.users()) {
                assertThat(member.heard(comesOrGoes(user))).as(user).isEmpty();
                assertThat(reader.heard(comesOrGoes(user))).as(user).isEmpty();
            }
            // She has a minute.
            assertThat(member.heard(comesOrGoes("gone"))).isEmpty();
            assertThat(nodes.here(1, "waddle", channel)).contains("gone");
            load.sameEverywhere();
            nodes.awaitAlive(3);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "earshot.long", matches = "true", disabledReason = "takes minutes")
    void endedInManyWays_nothingIsMissing() throws IOException {
        long seed = Seeds.first();
        Random random = new Random(seed);
        int rounds = Integer.getInteger("earshot.rounds", 30);
        for (int round = 1; round <= rounds; round++) {
            RunningServer node = nodes.node(random.nextInt(nodes.count()));
            load.awaitAcknowledged(50 + random.nextInt(300));
            if (random.nextInt(3) == 0) {
                node.terminate();
                assertThat(node.awaitExit()).isZero();
            } else {
                node.kill();
            }
            // Sometimes it is back before the others gave it up.
            if (random.nextBoolean()) nodes.awaitAlive(nodes.count() - 1);
            node.startAgain();
            if (round % 5 == 0) System.out.println("long: NodeDeathTest, seed " + seed + ": ended " + round + " times");
        }
        nodes.awaitAlive(nodes.count());
        System.out.println("long: NodeDeathTest " + load.check(false));
        load.sameEverywhere();
    }
}
