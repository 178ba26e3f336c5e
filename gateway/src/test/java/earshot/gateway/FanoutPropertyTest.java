package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Audience;
import earshot.core.message.CloseReason;
import earshot.core.message.Lane;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.telemetry.Metric;
import earshot.core.testkit.Seeds;
import earshot.gateway.FanoutWorld.Guest;
import earshot.gateway.FanoutWorld.Room;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Random rooms over three loops, with sockets that stall and recover, against a model that knows for each client and room what must be heard.
 * A text says all about itself: {@code room lane key number}.
 */
class FanoutPropertyTest {
    private static final int ROOMS = 5;
    private static final int GUESTS = 14;
    private static final List<Lane> LANES = List.of(Lane.KEPT, Lane.SURE, Lane.LATEST, Lane.SPARE);
    private static final String[] USERS = {"a", "b", "c", null};

    private static final WireForm[] FORMS = WireForm.values();

    private static final int ROUNDS = Boolean.getBoolean("earshot.long") ? 500 : 6;

    private long dropped;
    private long cut;
    private long packed;

    @Test
    void randomSchedules_withRoomyRings_loseDoubleAndReorderNothing() {
        playMany(new SessionLimits(1 << 20, 1 << 20, 1 << 20, 1 << 30, 1 << 20, Duration.ofHours(1)), false);
        assertThat(cut).isZero();
    }

    @Test
    void randomSchedules_withTightRings_cutCleanly() {
        playMany(new SessionLimits(1 << 20, 100, 2, 200, 1 << 20, Duration.ofHours(1)), true);
        assertThat(cut).as("a test where nobody falls behind shows nothing").isPositive();
    }

    private void playMany(SessionLimits limits, boolean mayBeCut) {
        try (var leaks = new Leaks()) {
            for (int round = 0; round < ROUNDS; round++) play(Seeds.first() + round, limits, mayBeCut);
            assertThat(dropped).as("a test where nobody lags shows nothing").isPositive();
            assertThat(packed)
                    .as("a test where nothing is packed shows nothing")
                    .isPositive();
            assertThat(leaks.found()).isEmpty();
        }
    }

    /** What one client must hear. */
    private static final class Expected {
        final Map<Integer, List<String>> byLoop = new HashMap<>();
        final Set<Integer> memberOf = new HashSet<>();
        final Map<String, String> newest = new HashMap<>();
        boolean closed;
    }

    private void play(long seed, SessionLimits limits, boolean mayBeCut) {
        System.out.println("seed " + seed);
        var random = new Random(seed);
        try (var world = new FanoutWorld(3, limits, 1 << 30)) {
            var rooms = new ArrayList<Room>();
            for (int i = 0; i < ROOMS; i++) rooms.add(world.new Room("room" + i, i % 3));
            var guests = new ArrayList<Guest>();
            var expected = new ArrayList<Expected>();
            for (int i = 0; i < GUESTS; i++) {
                var link = new FakeLink(40 + random.nextInt(200), FORMS[random.nextInt(FORMS.length)]);
                guests.add(world.guest(world.plain, i % 3, i % 2, USERS[i % USERS.length], link));
                expected.add(new Expected());
            }
            for (int n = 0; n < 3000; n++) step(world, random, rooms, guests, expected, n);
            for (Guest guest : guests) world.run(guest.loop, () -> guest.link.stall(false));
            world.settle();
            for (int i = 0; i < GUESTS; i++) check(seed, world, guests.get(i), expected.get(i), mayBeCut);
            dropped += world.meter.value(Metric.DROPS);
            packed += guests.stream().mapToInt(g -> g.link.packed).sum();
            cut += guests.stream().filter(g -> g.link.cut).count();
            assertThat(world.held()).as("budget, seed " + seed).isZero();
        }
    }

    private static void step(
            FanoutWorld world, Random random, List<Room> rooms, List<Guest> guests, List<Expected> expected, int n) {
        int r = random.nextInt(ROOMS);
        int g = random.nextInt(GUESTS);
        Room room = rooms.get(r);
        Guest guest = guests.get(g);
        Expected of = expected.get(g);
        switch (random.nextInt(24)) {
            case 0, 1, 2 -> {
                if (of.closed || !of.memberOf.add(r)) return;
                later(world, room.loop, () -> room.add(guest, false));
            }
            case 3 -> {
                if (!of.memberOf.remove(r)) return;
                // A value that it was owed may be replaced by one that is not for it any more: it left.
                of.newest.keySet().removeIf(k -> k.startsWith("room" + r));
                later(world, room.loop, () -> room.audience.remove(guest.session));
            }
            case 4, 5 -> later(world, guest.loop, () -> guest.link.stall(true));
            case 6 -> later(world, guest.loop, () -> guest.link.stall(false));
            case 7 -> later(world, guest.loop, () -> guest.link.take(60));
            case 8, 9 -> {
                String text = "reply sure - " + n + filler(random);
                if (!of.closed)
                    of.byLoop.computeIfAbsent(room.loop, _ -> new ArrayList<>()).add(text);
                later(world, room.loop, () -> room.reply(guest, text));
            }
            case 10 -> {
                if (random.nextInt(12) > 0 || of.closed) return;
                of.closed = true;
                // A close stands in the line of one loop only; what other loops said before it may or may not come
                // first.
                later(world, room.loop, () -> world.fanout.close(guest.session, CloseReason.KICKED));
            }
            default -> tell(world, random, room, r, guests, expected, guest, n);
        }
    }

    private static void tell(
            FanoutWorld world,
            Random random,
            Room room,
            int r,
            List<Guest> guests,
            List<Expected> expected,
            Guest about,
            int n) {
        Lane lane = LANES.get(random.nextInt(LANES.size()));
        String key = "k" + random.nextInt(3);
        String text = "room" + r + " " + lane + " " + key + " " + n + filler(random);
        UserId user = about.client.user();
        int kind = lane == Lane.KEPT || lane == Lane.LATEST ? 0 : random.nextInt(6);
        Audience audience = switch (kind) {
            case 1 -> new Audience.AllButSession(about.session.id());
            case 2 -> user == null ? Audience.ALL : new Audience.AllButUser(user);
            case 3 -> new Audience.OneSession(about.session.id());
            case 4 -> user == null ? Audience.ALL : new Audience.OneUser(user);
            default -> Audience.ALL;
        };
        for (int i = 0; i < guests.size(); i++) {
            Expected of = expected.get(i);
            if (of.closed || !of.memberOf.contains(r) || !hears(audience, guests.get(i))) continue;
            of.byLoop.computeIfAbsent(room.loop, _ -> new ArrayList<>()).add(text);
            if (lane == Lane.LATEST) of.newest.put("room" + r + key, text);
        }
        later(world, room.loop, () -> {
            if (lane == Lane.KEPT) room.kept(text);
            else room.relay(lane, lane == Lane.LATEST ? key : null, text, audience);
        });
    }

    /** What makes some texts worth packing. */
    private static String filler(Random random) {
        return random.nextInt(3) > 0 ? "" : " " + "abab".repeat(random.nextInt(20));
    }

    private static boolean hears(Audience audience, Guest guest) {
        SessionId session = guest.session.id();
        UserId user = guest.client.user();
        return switch (audience) {
            case Audience.All _ -> true;
            case Audience.AllButSession but -> !but.session().equals(session);
            case Audience.AllButUser but -> !but.user().equals(user);
            case Audience.OneSession one -> one.session().equals(session);
            case Audience.OneUser one -> one.user().equals(user);
        };
    }

    private static void later(FanoutWorld world, int loop, Runnable work) {
        world.loops.loop(loop).post(work);
    }

    private static void check(long seed, FanoutWorld world, Guest guest, Expected of, boolean mayBeCut) {
        List<String> heard = world.heard(guest).stream()
                .map(t -> t.startsWith("#") ? t.substring(1) : t)
                .toList();
        String who = "session " + guest.session.id().serial() + ", seed " + seed;
        boolean whole = !of.closed && !guest.link.isClosed();
        if (!mayBeCut && !of.closed) assertThat(guest.link.isClosed()).as(who).isFalse();
        assertThat(heard).as(who).doesNotHaveDuplicates();
        for (int loop = 0; loop < 3; loop++) {
            List<String> said = of.byLoop.getOrDefault(loop, List.of());
            for (int r = loop; r < ROOMS; r += 3) checkLine(who, said, heard, "room" + r + " ", whole);
            checkLine(who, said, heard, "reply ", whole);
            checkReplies(who, said, heard);
        }
        if (whole) checkNewest(who, of, heard);
        if (whole) assertThat(said(of)).as(who).containsAll(heard);
    }

    private static List<String> said(Expected of) {
        var all = new ArrayList<String>();
        of.byLoop.values().forEach(all::addAll);
        return all;
    }

    /** Kept and sure of one source: all of it, or its beginning where the session was ended. */
    private static void checkLine(String who, List<String> said, List<String> heard, String source, boolean whole) {
        Set<String> known = new HashSet<>(said);
        List<String> must =
                said.stream().filter(t -> t.startsWith(source) && certain(t)).toList();
        List<String> did = heard.stream()
                .filter(t -> t.startsWith(source) && certain(t) && known.contains(t))
                .toList();
        if (whole) assertThat(did).as(who).isEqualTo(must);
        else assertThat(did).as(who).isEqualTo(must.subList(0, Math.min(did.size(), must.size())));
    }

    /** Replies stand in one line with every room of the loop that gave them. */
    private static void checkReplies(String who, List<String> said, List<String> heard) {
        var place = new HashMap<String, Integer>();
        for (int i = 0; i < said.size(); i++) place.put(said.get(i), i);
        int lastReply = -1;
        int highest = -1;
        for (String text : heard) {
            Integer at = place.get(text);
            if (at == null || !certain(text)) continue;
            if (text.startsWith("reply ")) {
                assertThat(at).as(who + " at " + text).isGreaterThan(highest);
                lastReply = at;
            } else {
                assertThat(at).as(who + " at " + text).isGreaterThan(lastReply);
            }
            highest = Math.max(highest, at);
        }
    }

    private static void checkNewest(String who, Expected of, List<String> heard) {
        var last = new HashMap<String, String>();
        for (String text : heard) {
            String[] words = text.split(" ", -1);
            if (!words[1].equals("LATEST")) continue;
            String before = last.put(words[0] + words[2], text);
            if (before != null)
                assertThat(Integer.parseInt(words[3]))
                        .as(who)
                        .isGreaterThan(Integer.parseInt(before.split(" ", -1)[3]));
        }
        assertThat(last).as(who).containsAllEntriesOf(of.newest);
    }

    private static boolean certain(String text) {
        String lane = text.split(" ", -1)[1];
        return lane.equals("KEPT") || lane.equals("SURE") || lane.equals("sure");
    }
}
