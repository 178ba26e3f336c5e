package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Audience;
import earshot.core.message.Lane;
import earshot.gateway.FanoutWorld.Guest;
import earshot.gateway.FanoutWorld.Room;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The type of a message packet is a part of what members share, in whatever way they are told. */
class EngineFanoutTest {
    private static final int HIGH = 1000;
    private final SessionLimits limits = new SessionLimits(4, 2_000, 64, 1 << 20, 4, java.time.Duration.ofSeconds(30));
    private final FanoutWorld world = new FanoutWorld(2, limits, 1 << 20);

    @AfterEach
    void stop() {
        world.close();
        assertThat(world.budget.used()).isZero();
    }

    private Guest guest(int loop, int variant, String user) {
        return world.guest(world.engine, loop, variant, user, new FakeLink(HIGH));
    }

    private void in(Room room, Guest... guests) {
        world.run(0, () -> List.of(guests).forEach(g -> room.add(g, false)));
        world.settle();
    }

    @Test
    void toldInARoom_beginsWithTheType_whenItIsText() {
        Room room = world.new Room("r", 0);
        Guest text = guest(0, 0, "a");
        Guest binary = guest(1, 1, "b");
        Guest twice = guest(1, 2, "c");
        Guest bare = world.guest(0, 0, "d", HIGH);
        in(room, text, binary, twice, bare);
        world.run(0, () -> {
            room.kept("one");
            room.relay(Lane.SURE, null, "two", new Audience.OneSession(text.session.id()));
            room.relay(Lane.LATEST, "key", "three", Audience.ALL);
        });
        world.settle();
        assertThat(world.heard(text)).containsExactly("4one", "4two", "4three");
        assertThat(world.heard(binary)).containsExactly("#one", "#three");
        assertThat(world.heard(twice)).containsExactly("4one<", "4one>", "4three<", "4three>");
        assertThat(world.heard(bare)).containsExactly("one", "three");
    }

    @Test
    void toldToOne_beginsWithTheType() {
        Guest text = guest(0, 2, "a");
        Room room = world.new Room("r", 0);
        world.run(0, () -> room.reply(text, "done"));
        world.settle();
        assertThat(world.heard(text)).containsExactly("4done<", "4done>");
    }

    @Test
    void packed_theTypeIsPackedToo() {
        Guest packed = world.guest(world.engine, 0, 0, "a", new FakeLink(HIGH, WireForm.DEFLATED));
        Room room = world.new Room("r", 0);
        in(room, packed);
        String long1 = "long ".repeat(40);
        world.run(0, () -> {
            room.kept(long1);
            room.reply(packed, long1);
        });
        world.settle();
        assertThat(world.heard(packed)).containsExactly("4" + long1, "4" + long1);
        assertThat(packed.link.packed).isEqualTo(2);
    }

    @Test
    void messageOfSeveralFrames_staysTogether_alsoForASlowReader() {
        Room room = world.new Room("r", 0);
        Guest slow = guest(1, 2, "a");
        in(room, slow);
        world.run(1, () -> slow.link.stall(true));
        for (int i = 0; i < 30; i++) {
            String text = i + "x".repeat(100);
            world.run(0, () -> {
                room.kept(text);
                room.reply(slow, "r" + text);
            });
            world.settle();
        }
        world.run(1, () -> slow.link.stall(false));
        world.settle();
        List<String> heard = world.heard(slow);
        assertThat(heard).hasSize(120);
        IntStream.range(0, 60).forEach(i -> {
            String first = heard.get(2 * i);
            assertThat(heard.get(2 * i + 1)).isEqualTo(first.substring(0, first.length() - 1) + ">");
        });
    }
}
