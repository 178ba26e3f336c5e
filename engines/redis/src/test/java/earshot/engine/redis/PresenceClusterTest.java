package earshot.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.RoomId;
import earshot.core.telemetry.Metric;
import earshot.engine.redis.testkit.RedisCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two nodes on three masters, with rooms on every shard. */
final class PresenceClusterTest {
    private static final int ROOMS = 40;

    @Test
    void master_killed_roomsOfEveryShardGoOn() {
        String prefix = TestNode.freshPrefix();
        try (RedisCluster cluster = RedisCluster.start()) {
            TestNode one = TestNode.start(cluster.addresses()[0], prefix, "one");
            TestNode two = TestNode.start(cluster.addresses()[0], prefix, "two");
            List<People> atOne = follow(one);
            List<People> atTwo = follow(two);
            for (int i = 0; i < ROOMS; i++) one.enter(room(i), "ada");
            awaitEach(atOne, List.of("ada"));
            awaitEach(atTwo, List.of("ada"));

            cluster.master(1).kill();
            for (int i = 0; i < ROOMS; i++) two.enter(room(i), "bob");
            cluster.awaitPromoted(1);
            awaitEach(atOne, List.of("ada", "bob"));
            awaitEach(atTwo, List.of("ada", "bob"));
            for (People people : atOne) assertThat(people.count("-ada")).isZero();
            for (People people : atTwo) assertThat(people.count("-bob")).isZero();
            assertThat(one.meter.value(Metric.FAULTS) + two.meter.value(Metric.FAULTS))
                    .isZero();

            one.kill();
            awaitEach(atTwo, List.of("bob"));
            two.close();
        }
    }

    private static List<People> follow(TestNode node) {
        List<People> all = new ArrayList<>();
        for (int i = 0; i < ROOMS; i++) all.add(node.follow(room(i)));
        return all;
    }

    private static void awaitEach(List<People> all, List<String> names) {
        for (int i = 0; i < ROOMS; i++) {
            People people = all.get(i);
            int room = i;
            TestNode.await(
                    () -> List.copyOf(people.here()).equals(names),
                    Duration.ofSeconds(30),
                    () -> "room " + room + " in partition " + Partitions.of(room(room)) + ": " + people.here());
        }
    }

    private static RoomId room(int number) {
        return new RoomId("test", "", "room" + number);
    }
}
