package earshot.it;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.Seeds;
import earshot.it.CrashWorld.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real processes, ended at random moments under load, over every durability. What was acknowledged is there in the promised sense, epochs change
 * exactly when they must, clients that resume end with the history that a reader from the start sees, nothing is doubled, and nobody who has gone
 * is told to be there. The seed is printed; {@code -Dearshot.seed} draws the same moments again.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class CrashTest {
    private static final boolean LONG = Boolean.getBoolean("earshot.long");

    @TempDir
    Path directory;

    private final long seed = Seeds.first();

    /** How a process ends. */
    private enum Ending {
        KILLED,
        STOPPED,
        KILLED_IN_A_STOP,
        KILLED_IN_STARTS
    }

    @ParameterizedTest
    @EnumSource
    void ended_underLoad_keepsWhatItPromised(Promise promise) throws Exception {
        boolean most = promise == Promise.COMMITTED;
        int rounds = LONG ? most ? 50 : 25 : most ? Ending.values().length : 1;
        try (CrashWorld world = new CrashWorld(directory, promise, seed, 0)) {
            System.out.println("CrashTest " + world);
            for (int round = 0; round < rounds; round++) {
                world.visit();
                awaitSomeMoment(world);
                end(world, round < Ending.values().length ? Ending.values()[round] : randomly(world));
                if (LONG && round % 10 == 9)
                    System.out.println("long: CrashTest " + world + ": ended " + (round + 1) + " times");
            }
            check(world);
        }
    }

    private static Ending randomly(CrashWorld world) {
        int drawn = world.random().nextInt(Ending.values().length * 2);
        return drawn < Ending.values().length ? Ending.values()[drawn] : Ending.KILLED;
    }

    private static void end(CrashWorld world, Ending ending) throws IOException {
        switch (ending) {
            case KILLED -> {
                world.kill();
                world.startAgain(1, 1);
            }
            case STOPPED -> {
                world.server().terminate();
                assertThat(world.server().awaitExit()).as("%s", world).isZero();
                world.startAgain(0, 0);
            }
            // The epoch goes on only if the stop had come to its end.
            case KILLED_IN_A_STOP -> {
                world.server().terminate();
                park(world.random().nextInt(250));
                world.kill();
                world.startAgain(0, 1);
            }
            case KILLED_IN_STARTS -> {
                int starts = 1 + world.random().nextInt(3);
                world.kill();
                for (int n = 0; n < starts; n++) {
                    world.server().launch();
                    park(200 + world.random().nextInt(1300));
                    world.kill();
                }
                world.startAgain(1, 1 + starts);
            }
        }
    }

    /** Messages so long that the write-ahead log is over its soft limit within seconds: kills meet checkpoints, and starts a long log. */
    @Test
    @EnabledIfSystemProperty(named = "earshot.long", matches = "true", disabledReason = "writes 100 MB a round")
    void killed_withALargeLog_keepsWhatItPromised() throws Exception {
        int rounds = 6;
        long most = 0;
        try (CrashWorld world = new CrashWorld(directory, Promise.COMMITTED, seed, 3900)) {
            for (int round = 1; round <= rounds; round++) {
                world.awaitAcknowledged(4000 + world.random().nextInt(6000));
                most = Math.max(most, (long) world.server().metric("earshot_sql_wal_bytes"));
                world.kill();
                world.startAgain(1, 1);
                System.out.println(
                        "long: CrashTest " + world + ": killed with a log of at most " + (most >> 20) + " MiB");
            }
            assertThat(most).as("bytes of the log").isGreaterThan(48 << 20);
            check(world);
        }
    }

    /** A moment of load: so many acknowledgements, and a little. */
    private static void awaitSomeMoment(CrashWorld world) {
        world.awaitAcknowledged(1 + world.random().nextInt(400));
        park(world.random().nextInt(60));
    }

    private static void park(int millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }

    private static void check(CrashWorld world) throws IOException, InterruptedException {
        System.out.println(
                (LONG ? "long: " : "") + "CrashTest " + world + ": " + CrashCheck.all(world, world.settle()));
    }
}
