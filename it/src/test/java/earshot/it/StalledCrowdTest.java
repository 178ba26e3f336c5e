package earshot.it;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many who do not read, in rooms where others do: the others hear everything, the node holds little and no more than its budget, and who reads
 * again has everything in order, from the ring or by coming back. Figures are printed, not judged ({@code bench/results}).
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class StalledCrowdTest {
    private static final boolean LONG = Boolean.getBoolean("earshot.long");
    private static final long MIB = 1 << 20;

    /** What a ring holds, by default and of one room on one loop. */
    private static final long RING = MIB;

    private static final Duration AS_FAST_AS_HEARD = Duration.ZERO;

    @TempDir
    Path directory;

    private final long seed = Seeds.first();

    private static boolean isSlow(RoomMember member) {
        return member.toString().startsWith("slow-");
    }

    @Test
    void aHundredOfAThousand_delayNobody_andAreServedFromTheRing_orCutAndResume() throws Exception {
        int slow = LONG ? 100 : 20;
        int fast = LONG ? 900 : 60;
        Duration pace = Duration.ofMillis(20);
        try (StalledWorld world = new StalledWorld("one room", directory, seed)) {
            world.room("crowd", slow, fast);
            world.swarm.run(() -> world.members.stream().filter(m -> !isSlow(m)).forEach(m -> m.measured = true));
            int measured = LONG ? 500 : 20;
            world.say(measured, 100, pace);
            world.latencies();
            world.say(measured, 100, pace);
            world.print("all read: " + world.latencies() + "; " + world.held());

            world.stall(true, StalledCrowdTest::isSlow);
            world.say(150, 3000, AS_FAST_AS_HEARD);
            world.awaitMetric("earshot_sessions_lagging", slow);
            world.latencies();
            world.say(measured, 100, pace);
            world.print(slow + " stalled: " + world.latencies() + "; " + world.held());
            assertThat(world.metric("earshot_ring_bytes")).isBetween(1.0, 2.0 * RING + 65_536);
            assertThat(world.metric("earshot_budget_bytes")).isLessThan(2.0 * RING + slow * 64.0 * 1024);

            world.stall(false, StalledCrowdTest::isSlow);
            world.awaitHeard(_ -> true);
            world.awaitStatus(_ -> true);
            assertThat(world.cuts(_ -> true))
                    .as("all were served from the ring")
                    .isZero();
            awaitNothingHeld(world);

            world.stall(true, StalledCrowdTest::isSlow);
            world.say(1000, 3000, AS_FAST_AS_HEARD);
            world.print(slow + " stalled behind the ring: " + world.held());
            world.stall(false, StalledCrowdTest::isSlow);
            world.awaitHeard(_ -> true);
            world.awaitStatus(_ -> true);
            assertThat(world.cuts(StalledCrowdTest::isSlow)).isGreaterThanOrEqualTo(slow);
            assertThat(world.cuts(m -> !isSlow(m)))
                    .as("the others felt nothing")
                    .isZero();
            awaitNothingHeld(world);
            world.print("all read again: " + world.held());
            assertWithin(world, 16 * MIB);
        }
    }

    @Test
    void fiveThousandOverAHundredRooms_stayInTheBudget() throws Exception {
        int rooms = LONG ? 100 : 10;
        long budget = (LONG ? 160 : 24) * MIB;
        try (StalledWorld world = new StalledWorld(
                "many rooms", directory, seed, "limits.memory-budget=" + budget, "limits.slow-reader-timeout=5m")) {
            for (int i = 0; i < rooms; i++) world.room("crowd-" + i, 50, 2);
            world.print(rooms * 50 + " in " + rooms + " rooms: " + world.held());
            world.stall(true, StalledCrowdTest::isSlow);
            world.say(250, 2000, AS_FAST_AS_HEARD);
            world.awaitMetric("earshot_sessions_lagging", rooms * 50.0);
            world.print("stalled, half a megabyte behind: " + world.held());
            assertWithin(world, budget);
            world.stall(false, StalledCrowdTest::isSlow);
            world.awaitHeard(_ -> true);
            world.awaitStatus(_ -> true);
            world.print("all read again, " + world.cuts(_ -> true) + " cuts: " + world.held());
            awaitNothingHeld(world);

            world.stall(true, StalledCrowdTest::isSlow);
            world.say(1000, 2000, AS_FAST_AS_HEARD);
            world.print("stalled behind the rings: " + world.held());
            assertWithin(world, budget);
            world.stall(false, StalledCrowdTest::isSlow);
            world.awaitHeard(_ -> true);
            world.awaitStatus(_ -> true);
            world.print("all read again, " + world.cuts(_ -> true) + " cuts: " + world.held());
            assertThat(world.cuts(m -> !isSlow(m)))
                    .as("the others felt nothing")
                    .isZero();
            awaitNothingHeld(world);
        }
    }

    /** What the budget counts is real: beside it there is the heap, which may be full of garbage, and what every JVM has. */
    private static void assertWithin(StalledWorld world, long budget) throws IOException {
        assertThat(world.metric("earshot_budget_bytes")).isLessThanOrEqualTo((double) budget);
        assertThat(world.server().rssBytes()).as("RSS").isLessThan(StalledWorld.HEAP + budget + 300 * MIB);
    }

    /** A few messages each that fill the socket, and then nothing more: they lag behind nothing, and hold a lot. */
    @Test
    void readersOfLongHistories_whoStallAtOnce_stayInTheBudget() throws Exception {
        int slow = LONG ? 2000 : 200;
        long budget = (LONG ? 128 : 16) * MIB;
        try (StalledWorld world =
                new StalledWorld("long histories", directory, seed, "limits.memory-budget=" + budget)) {
            world.room("long", 0, 1);
            world.say(60, 3900, AS_FAST_AS_HEARD);
            world.joinStalled("long", slow);
            world.print(slow + " came and read nothing: " + world.held());
            assertWithin(world, budget);
            assertThat(world.endings()).anyMatch(why -> why.contains("reason=\"over_budget\""));
            world.say(1, 10, AS_FAST_AS_HEARD);
            world.stall(false, _ -> true);
            world.awaitHeard(_ -> true);
            world.print("all read, " + world.cuts(_ -> true) + " cuts: " + world.held());
            awaitNothingHeld(world);
        }
    }

    @Test
    void whoStallsComesAndGoes_whileOthersSpeak_hasEverythingOnceInOrder() throws Exception {
        System.out.println("StalledCrowdTest seed " + seed);
        int steps = LONG ? 3000 : 150;
        Random random = new Random(seed);
        try (StalledWorld world = new StalledWorld("comings and goings, seed " + seed, directory, seed)) {
            for (int i = 0; i < 3; i++) world.room("crowd-" + i, 15, 5);
            for (int step = 0; step < steps; step++) {
                int chosen = random.nextInt(60);
                int action = random.nextInt(8);
                world.swarm.run(() -> trouble(world.members.get(chosen), action));
                if (step % 10 == 0)
                    world.swarm.run(() -> world.speakers.forEach(s -> s.say(40, 1500, AS_FAST_AS_HEARD)));
                LockSupport.parkNanos(Duration.ofMillis(random.nextInt(20)).toNanos());
            }
            world.stall(false, _ -> true);
            world.awaitHeard(_ -> true);
            world.awaitStatus(_ -> true);
            awaitNothingHeld(world);
            world.print(world.swarm.ask(() -> world.speakers.getFirst().said()) + " messages in each of 3 rooms, "
                    + world.cuts(_ -> true) + " cuts");
        }
    }

    private static void trouble(RoomMember member, int action) {
        if (!member.isJoined() || !isSlow(member)) return;
        switch (action) {
            case 0, 1, 2 -> member.stall(true);
            case 3, 4, 5, 6 -> member.stall(false);
            default -> member.cutAndReturn();
        }
    }

    @Test
    void stalledReaders_doNotHoldUpAStop_andHaveEverythingAfterwards() throws Exception {
        int slow = LONG ? 500 : 50;
        try (StalledWorld world = new StalledWorld("a stop", directory, seed)) {
            world.room("crowd", slow, 5);
            world.stall(true, StalledCrowdTest::isSlow);
            world.say(150, 3000, AS_FAST_AS_HEARD);
            world.awaitMetric("earshot_sessions_lagging", slow);
            world.stopping(true);
            world.server().terminate();
            assertThat(world.server().awaitExit()).isZero();
            world.server().startAgain();
            world.stopping(false);
            world.swarm.run(() -> world.speakers.forEach(RoomSpeaker::dial));
            world.stall(false, StalledCrowdTest::isSlow);
            world.swarm.run(() -> world.members.forEach(RoomMember::returnIfGone));
            world.await("all are back", () -> world.members.stream().allMatch(RoomMember::isJoined));
            world.say(10, 10, AS_FAST_AS_HEARD);
            world.awaitHeard(_ -> true);
            awaitNothingHeld(world);
        }
    }

    private static void awaitNothingHeld(StalledWorld world) {
        for (String gauge : new String[] {"earshot_sessions_lagging", "earshot_ring_bytes", "earshot_budget_bytes"})
            world.awaitMetric(gauge, 0);
        assertThat(world.metric("earshot_faults_total")).isZero();
    }
}
