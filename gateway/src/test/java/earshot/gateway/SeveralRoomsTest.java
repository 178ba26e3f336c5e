package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.Seeds;
import earshot.gateway.FanoutWorld.Guest;
import earshot.gateway.FanoutWorld.Room;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a kept event says of other rooms is what this client had heard of them before it. */
class SeveralRoomsTest {
    private static final int HIGH = 1000;
    private static final int TELLS = 3;
    private static final Pattern HEARD = Pattern.compile("(r\\d) (\\d+) ?x*((?:\\.r\\d=\\d+)*)(\\??);");

    private static final Pattern OTHER = Pattern.compile("(r\\d)=(\\d+)");

    private final SessionLimits limits = new SessionLimits(4, 2_000, 64, 1 << 20, 4, java.time.Duration.ofSeconds(30));
    private final FanoutWorld world = new FanoutWorld(2, limits, 1 << 22);

    @AfterEach
    void stop() {
        world.close();
        assertThat(world.budget.used()).isZero();
    }

    private Guest in(int loop, Room... rooms) {
        Guest guest = world.guest(loop, TELLS, null, HIGH);
        for (Room room : rooms) world.run(room.loop, () -> room.add(guest, false));
        world.settle();
        return guest;
    }

    private void say(Room room, String text) {
        world.run(room.loop, () -> room.kept(text));
        world.settle();
    }

    @Test
    void inOneRoom_nothingIsAdded_andTheBytesAreShared() {
        Room room = world.new Room("r1", 0);
        Guest alone = in(1, room);
        say(room, "one");
        assertThat(world.heard(alone)).containsExactly("one;", "#+");
    }

    @Test
    void inSeveral_itIsSaidHowFarTheOthersWereHeard() {
        Room first = world.new Room("r1", 0);
        Room second = world.new Room("r2", 1);
        Guest early = in(1, first);
        say(first, "a");
        Guest both = in(1, first, second);
        world.run(second.loop, () -> second.add(early, false));
        world.settle();
        say(first, "b");
        say(second, "c");
        say(second, "d");
        say(first, "e");
        assertThat(world.heard(both).stream().filter(f -> !f.equals("#+")))
                .containsExactly("b;", "c.r1=2;", "d.r1=2;", "e.r2=2;");
        assertThat(world.heard(early).stream().filter(f -> !f.equals("#+")))
                .containsExactly("a;", "b;", "c.r1=2;", "d.r1=2;", "e.r2=2;");
        assertThat(world.on(1, () -> both.client.told(new earshot.core.message.RoomId("plain", "", "r1")))
                        .offset())
                .isEqualTo(3);
    }

    @Test
    void inMoreThanAreTold_itIsSaidThatThereAreMore() {
        List<Room> rooms = new ArrayList<>();
        for (int i = 0; i < 6; i++) rooms.add(world.new Room("r" + i, 0));
        Guest guest = in(0, rooms.toArray(Room[]::new));
        for (Room room : rooms) say(room, "m");
        assertThat(world.heard(guest)).endsWith("m.r0=1.r1=1.r2=1?;", "#+");
    }

    /** The head of a frame is 2 bytes up to 125, 4 up to 65,535, then 10. */
    @Test
    void ofEverySize_theHeadFits() {
        Room first = world.new Room("r1", 0);
        Room second = world.new Room("r2", 0);
        Guest guest = in(0, first, second);
        say(second, "m");
        List<String> said = new ArrayList<>(List.of("m;"));
        for (int size : new int[] {0, 110, 117, 118, 119, 120, 124, 125, 126, 300, 65_520, 65_530, 65_535, 70_000}) {
            String text = "x".repeat(size);
            say(first, text);
            said.add(text + ".r2=1;");
        }
        assertThat(world.heard(guest).stream().filter(f -> !f.equals("#+"))).containsExactlyElementsOf(said);
    }

    /** In whatever way it is told: with all others, alone before an answer, late and from the ring. */
    @Test
    void random_whatIsSaidIsWhatWasHeard() {
        Random random = new Random(Seeds.first());
        List<Room> rooms = new ArrayList<>();
        for (int i = 0; i < 3; i++) rooms.add(world.new Room("r" + i, i % 2));
        List<Guest> guests = new ArrayList<>();
        for (int i = 0; i < 12; i++)
            guests.add(in(i % 2, i < 8 ? rooms.toArray(Room[]::new) : new Room[] {rooms.get(i % 3)}));
        int[] said = new int[rooms.size()];
        for (int turn = 0; turn < 400; turn++) {
            for (int loop = 0; loop < 2; loop++) {
                int at = loop;
                world.run(at, () -> {
                    for (int n = random.nextInt(4); n > 0; n--) {
                        int r = random.nextInt(rooms.size());
                        if (rooms.get(r).loop != at) continue;
                        rooms.get(r).kept("r" + r + ' ' + ++said[r] + ' ' + "x".repeat(random.nextInt(100)));
                        if (random.nextInt(3) == 0)
                            rooms.get(r).reply(guests.get(random.nextInt(guests.size())), "reply");
                    }
                });
            }
            Guest some = guests.get(random.nextInt(guests.size()));
            boolean stall = random.nextInt(3) == 0;
            world.run(some.loop, () -> some.link.stall(stall));
            if (random.nextInt(3) == 0) world.settle();
        }
        for (Guest each : guests) world.run(each.loop, () -> each.link.stall(false));
        world.settle();
        for (Guest guest : guests) check(world.heard(guest), said, guests.indexOf(guest) < 8);
    }

    private static void check(List<String> frames, int[] said, boolean several) {
        Map<String, Integer> heard = new HashMap<>();
        for (String frame : frames) {
            if (frame.equals("#+") || frame.startsWith("reply")) continue;
            Matcher m = HEARD.matcher(frame);
            assertThat(m.matches()).as(frame).isTrue();
            Map<String, Integer> others = new HashMap<>(heard);
            others.remove(m.group(1));
            Map<String, Integer> told = new HashMap<>();
            for (Matcher o = OTHER.matcher(m.group(3)); o.find(); ) told.put(o.group(1), Integer.valueOf(o.group(2)));
            if (several) assertThat(told).as(frame).isEqualTo(others);
            else assertThat(told).isEmpty();
            assertThat(Integer.parseInt(m.group(2))).isEqualTo(heard.getOrDefault(m.group(1), 0) + 1);
            heard.merge(m.group(1), 1, Integer::sum);
        }
        heard.forEach((room, last) -> assertThat(last).isEqualTo(said[room.charAt(1) - '0']));
    }
}
