package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.gateway.FanoutWorld.Guest;
import earshot.gateway.FanoutWorld.Room;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who goes when the node holds too much for its clients: nobody who holds little. */
class BudgetReliefTest {
    private static final int BUDGET = 1 << 20;
    private final FanoutWorld world = new FanoutWorld(2, SessionLimits.DEFAULT, BUDGET);
    private final Room room = world.new Room("r", 0);

    @AfterEach
    void stop() {
        world.close();
        assertThat(world.budget.used()).isZero();
    }

    /** On a loop of its own, where it is the fattest. */
    private Guest stalled(int loop, int bytes) {
        Guest guest = world.guest(loop, 0, null, 10);
        world.run(loop, () -> guest.link.stall(true));
        world.run(0, () -> room.reply(guest, "x".repeat(bytes)));
        world.settle();
        return guest;
    }

    @Test
    void whoHoldsLittle_stays_whenOthersElsewhereFillTheBudget() {
        stalled(0, 100);
        List<Guest> fat = new ArrayList<>();
        for (int i = 0; i < 3; i++) fat.add(stalled(1, 200_000));
        // What one loop cannot help: incomplete messages, answers to HTTP, rings of the other.
        world.budget.hold(BUDGET / 2);
        world.run(0, () -> world.fanout.loop(0).lookAtShared());
        world.settle();
        assertThat(world.gone).isEmpty();
        world.run(1, () -> world.fanout.loop(1).lookAtShared());
        world.settle();
        assertThat(world.gone).containsExactly(fat.getFirst().session.id().serial() + " OVER_BUDGET");
        assertThat(world.budget.isNear()).isFalse();
        world.budget.hold(-BUDGET / 2);
    }

    /** Cutting one after the other of three rooms would free nothing before almost all are gone. */
    @Test
    void ringsOfManyReaders_loseTheirElderHalf_insteadOfAllTheirReaders() {
        List<Room> rooms = new ArrayList<>();
        List<Guest> readers = new ArrayList<>();
        for (int r = 0; r < 3; r++) rooms.add(world.new Room("ring" + r, 0));
        for (int i = 0; i < 30; i++) {
            Guest guest = world.guest(1, 0, null, 10);
            Room joined = rooms.get(i % 3);
            int own = 1000 - 10 * i;
            readers.add(guest);
            world.run(1, () -> guest.link.stall(true));
            world.run(0, () -> {
                joined.add(guest, false);
                room.reply(guest, "x".repeat(own));
            });
        }
        world.settle();
        for (int i = 0; i < 42; i++) {
            Room said = rooms.get(i % 3);
            world.run(0, () -> said.kept("y".repeat(20_000)));
            world.settle();
        }
        assertThat(world.gone).isEmpty();
        world.budget.hold(BUDGET / 10);
        world.run(1, () -> world.fanout.loop(1).lookAtShared());
        world.settle();
        assertThat(world.gone).hasSizeBetween(1, 2).allMatch(who -> who.endsWith("OVER_BUDGET"));
        assertThat(world.budget.isNear()).isFalse();
        for (Guest each : readers) world.run(1, () -> each.client.onSweep(System.nanoTime()));
        world.settle();
        assertThat(world.gone).hasSizeBetween(10, 20);
        world.budget.hold(-BUDGET / 10);
    }

    @Test
    void whoHoldAllTheSame_goUntilThereIsRoom() {
        for (int i = 0; i < 30; i++) stalled(i % 2, 50_000);
        assertThat(world.gone).hasSizeBetween(10, 20).allMatch(who -> who.endsWith("OVER_BUDGET"));
        assertThat(world.budget.isNear()).isFalse();
    }
}
