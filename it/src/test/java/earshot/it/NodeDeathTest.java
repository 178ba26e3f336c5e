package earshot.it;

import static earshot.it.Client.method;
import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.engine.redis.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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

/**
 * Three nodes under load, one of which ends. Its clients go on elsewhere with nothing missing and nothing twice; whoever does not come back leaves once,
 * and nobody else. {@code -Dearshot.seed} repeats the choices of the long form.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class NodeDeathTest {
    private static final String PAGE = "bbbbbbbb-0000-4000-8000-000000000200";
    /** No pause of a busy machine is as long. */
    private static final Duration GIVEN_UP = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    private RedisServer redis;
    private Nodes nodes;
    private NodesLoad load;

    @BeforeEach
    void start() throws IOException {
        redis = RedisServer.start();
        nodes = Nodes.start(
                directory,
                List.of(redis.address(), redis.address(), redis.address()),
                "--set",
                "redis.node-timeout=" + GIVEN_UP.toSeconds() + "s",
                "--set",
                "drain.timeout=5s");
        load = new NodesLoad(nodes, "load", PAGE, 4);
    }

    @AfterEach
    void stop() throws IOException {
        if (load != null) load.close();
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
        var _ = nodes.member(0, "load", "gone");
        var _ = nodes.member(0, "load", "twice");
        var _ = nodes.commenter(0, PAGE, gone);
        var _ = nodes.commenter(0, PAGE, twice);
        try (Client _ = nodes.member(1, "load", "twice");
                Client _ = nodes.commenter(2, PAGE, twice);
                Client channel1 = nodes.member(1, "load", "watch-1");
                Client channel2 = nodes.member(2, "load", "watch-2");
                Client page1 = nodes.commenter(1, PAGE, Nodes.user(98));
                Client page2 = nodes.commenter(2, PAGE, Nodes.user(99))) {
            load.awaitAcknowledged(100);
            nodes.node(0).kill();
            load.awaitAcknowledged(100);
            for (Client channel : List.of(channel1, channel2)) channel.hears("gone left", left("gone"));
            for (Client page : List.of(page1, page2)) page.hears("gone left", left(gone));
            nodes.awaitAlive(2);
            nodes.node(0).startAgain();
            nodes.awaitAlive(3);
            load.awaitAcknowledged(100);
            load.check(false);
            // Somebody after it all: what came before him has been heard.
            try (Client _ = nodes.member(0, "load", "later");
                    Client _ = nodes.commenter(0, PAGE, Nodes.user(92))) {
                for (Client channel : List.of(channel1, channel2)) {
                    channel.hears("the later one", comesOrGoes("later"));
                    assertThat(channel.heard(comesOrGoes("gone"))).hasSize(1);
                    assertThat(channel.heard(comesOrGoes("twice"))).isEmpty();
                    for (String user : load.users())
                        assertThat(channel.heard(comesOrGoes(user))).as(user).isEmpty();
                }
                for (Client page : List.of(page1, page2)) {
                    page.hears("the later one", comesOrGoes(Nodes.user(92)));
                    assertThat(page.heard(comesOrGoes(gone))).hasSize(1);
                    assertThat(page.heard(comesOrGoes(twice))).isEmpty();
                }
            }
            load.sameEverywhere();
        }
    }

    @Test
    void stopped_whoComesBackWasNeverGone() throws IOException {
        var _ = nodes.member(0, "load", "gone");
        try (Client channel = nodes.member(1, "load", "watch");
                Client page = nodes.commenter(2, PAGE, Nodes.user(98))) {
            load.awaitAcknowledged(100);
            nodes.node(0).terminate();
            assertThat(nodes.node(0).awaitExit()).isZero();
            load.awaitAcknowledged(100);
            nodes.awaitAlive(2);
            nodes.node(0).startAgain();
            load.awaitAcknowledged(100);
            load.check(false);
            try (Client _ = nodes.member(0, "load", "later");
                    Client _ = nodes.commenter(0, PAGE, Nodes.user(92))) {
                channel.hears("the later one", comesOrGoes("later"));
                page.hears("the later one", comesOrGoes(Nodes.user(92)));
            }
            for (String user : load.users()) {
                assertThat(channel.heard(comesOrGoes(user))).as(user).isEmpty();
                assertThat(page.heard(comesOrGoes(user))).as(user).isEmpty();
            }
            // She has a minute.
            assertThat(channel.heard(comesOrGoes("gone"))).isEmpty();
            assertThat(nodes.here(1, "waddle", "load")).contains("gone");
            load.sameEverywhere();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "earshot.long", matches = "true", disabledReason = "takes minutes")
    void endedInManyWays_nothingIsMissing() throws IOException {
        long seed = Long.getLong("earshot.seed", System.nanoTime());
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
