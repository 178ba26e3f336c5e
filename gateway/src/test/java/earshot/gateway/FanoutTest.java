package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Audience;
import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.Lane;
import earshot.core.message.Reply;
import earshot.core.message.Tag;
import earshot.core.message.UserId;
import earshot.core.telemetry.Metric;
import earshot.dialect.Frame;
import earshot.gateway.FanoutWorld.Guest;
import earshot.gateway.FanoutWorld.Room;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FanoutTest {
    private static final int HIGH = 1000;
    private final SessionLimits limits = new SessionLimits(4, 2_000, 8, 1 << 20, 4, java.time.Duration.ofSeconds(30));
    private final FanoutWorld world = new FanoutWorld(3, limits, 1 << 20);

    @AfterEach
    void stop() {
        world.close();
        assertThat(world.budget.used()).isZero();
    }

    private Room room(int loop) {
        return world.new Room("r" + loop, loop);
    }

    @Test
    void tell_toMembersOnAllLoopsAndVariants_isHeardOnceEachAsSpelled() {
        Room room = room(0);
        Guest text = world.guest(0, 0, "a", HIGH);
        Guest binary = world.guest(1, 1, "b", HIGH);
        Guest twice = world.guest(2, 2, "c", HIGH);
        world.run(0, () -> {
            room.add(text, false);
            room.add(binary, false);
            room.add(twice, false);
            room.kept("one");
            room.sure("two");
        });
        world.settle();
        assertThat(world.heard(text)).containsExactly("one", "two");
        assertThat(world.heard(binary)).containsExactly("#one", "#two");
        assertThat(world.heard(twice)).containsExactly("one<", "one>", "two<", "two>");
    }

    @Test
    void tell_isRenderedOncePerVariantInUse_andNotAtAllWithoutMembers() {
        Room room = room(0);
        world.run(0, () -> room.kept("nobody"));
        assertThat(world.plain.encodings).hasValue(0);
        List<Guest> many = new ArrayList<>();
        for (int i = 0; i < 9; i++) many.add(world.guest(i % 3, i % 2, null, HIGH));
        world.run(0, () -> many.forEach(g -> room.add(g, false)));
        world.run(0, () -> room.kept("all"));
        world.settle();
        assertThat(world.plain.encodings).hasValue(2);
        assertThat(world.other.encodings).hasValue(0);
        world.run(0, () -> many.stream().filter(g -> g.variant == 1).forEach(g -> room.audience.remove(g.session)));
        world.run(0, () -> room.kept("fewer"));
        assertThat(world.plain.encodings).hasValue(3);
        world.settle();
        assertThat(world.heard(many.get(0))).containsExactly("all", "fewer");
        assertThat(world.heard(many.get(1))).containsExactly("#all");
    }

    @Test
    void tellAway_isHeardOnceByEverybody_alsoByWhoComesLater() {
        List<Guest> many = new ArrayList<>();
        for (int i = 0; i < 900; i++) many.add(world.guest(i % 3, 0, null, HIGH));
        Guest gone = world.guest(1, 0, "gone", HIGH);
        world.run(1, () -> gone.client.end(CloseReason.KICKED));
        world.fanout.tellAway(true);
        world.fanout.tellAway(true);
        Guest later = world.guest(1, 0, "later", HIGH);
        world.settle();
        world.fanout.tellAway(false);
        Guest last = world.guest(1, 0, "last", HIGH);
        world.settle();
        assertThat(many).allSatisfy(g -> assertThat(world.heard(g)).containsExactly("away", "back"));
        assertThat(world.heard(later)).containsExactly("away", "back");
        assertThat(world.heard(last)).isEmpty();
        assertThat(world.heard(gone)).doesNotContain("away", "back");
    }

    @Test
    void tellAway_thatIsOverBeforeAllHeardOfIt_isOnlyOverForWhoHeard() {
        List<Guest> many = new ArrayList<>();
        for (int i = 0; i < 900; i++) many.add(world.guest(0, 0, null, HIGH));
        world.run(0, () -> {
            world.fanout.loop(0).away().tell(true);
            world.fanout.loop(0).away().tell(false);
        });
        world.settle();
        assertThat(many.stream().map(world::heard).distinct())
                .containsExactlyInAnyOrder(List.of(), List.of("away", "back"));
    }

    @Test
    void aTurn_ofManyRoomsAndEvents_isOneWritePerConnection() {
        Room first = room(0);
        Room second = room(0);
        Guest guest = world.guest(0, 0, "a", 100_000);
        Guest alone = world.guest(0, 0, "b", 100_000);
        world.run(0, () -> {
            first.add(guest, false);
            second.add(guest, false);
            first.add(alone, false);
        });
        world.settle();
        world.run(0, () -> {
            for (int i = 0; i < 10; i++) {
                first.kept("f" + i);
                second.kept("s" + i);
            }
            first.reply(guest, "r");
        });
        world.settle();
        assertThat(world.heard(guest)).hasSize(21).endsWith("r");
        assertThat(guest.link.flushes).isEqualTo(1);
        assertThat(alone.link.flushes).isEqualTo(1);
    }

    @Test
    void everything_ofOneLoopToOneSession_isHeardInTheOrderOfSaying() {
        for (int home = 0; home < 2; home++) {
            Room room = room(0);
            Guest guest = world.guest(home, 0, "a", HIGH);
            world.run(0, () -> {
                room.sure("before");
                room.reply(guest, "r0");
                room.add(guest, false);
                room.kept("e1");
                room.reply(guest, "r1");
                room.kept("e2");
                room.relay(Lane.SPARE, null, "e3", Audience.ALL);
                world.fanout.tell(guest.session, new Event.Notified(new UserId("plain", "a"), "k", null, null, "n"));
                room.relay(Lane.LATEST, "k", "e4", Audience.ALL);
                room.audience.remove(guest.session);
                room.kept("after");
                room.add(guest, false);
                room.kept("e5");
                world.fanout.close(guest.session, CloseReason.KICKED);
                room.kept("late");
            });
            world.settle();
            assertThat(world.heard(guest)).containsExactly("r0", "e1", "r1", "e2", "e3", "n", "e4", "e5");
            assertThat(guest.link.farewell).isNotNull();
        }
    }

    @Test
    void audiences_areObeyed_andDoNotDisturbTheOthers() {
        Room room = room(1);
        Guest a1 = world.guest(0, 0, "a", HIGH);
        Guest a2 = world.guest(1, 1, "a", HIGH);
        Guest b = world.guest(1, 0, "b", HIGH);
        Guest anonymous = world.guest(2, 0, null, HIGH);
        UserId a = new UserId("plain", "a");
        world.run(1, () -> {
            for (Guest g : List.of(a1, a2, b, anonymous)) room.add(g, false);
            room.sure("all");
            room.relay(Lane.SURE, null, "-a1", new Audience.AllButSession(a1.session.id()));
            room.relay(Lane.SURE, null, "-a", new Audience.AllButUser(a));
            room.relay(Lane.SURE, null, "=b", new Audience.OneSession(b.session.id()));
            room.relay(Lane.SURE, null, "=a", new Audience.OneUser(a));
            room.sure("end");
        });
        world.settle();
        assertThat(world.heard(a1)).containsExactly("all", "=a", "end");
        assertThat(world.heard(a2)).containsExactly("#all", "#-a1", "#=a", "#end");
        assertThat(world.heard(b)).containsExactly("all", "-a1", "-a", "=b", "end");
        assertThat(world.heard(anonymous)).containsExactly("all", "-a1", "-a", "end");
    }

    @Test
    void filteredMember_isAskedForEachEvent() {
        Room room = room(0);
        Guest picky = world.guest(1, 0, "a", HIGH);
        Guest open = world.guest(1, 0, "b", HIGH);
        world.run(1, () -> picky.client.onFrame(Frame.text("hush bad")));
        world.run(0, () -> {
            room.add(picky, true);
            room.add(open, false);
            room.sure("good1");
            room.sure("bad1");
            room.sure("bad2");
            room.sure("good2");
            room.sure("bad3");
        });
        world.settle();
        assertThat(world.heard(picky)).containsExactly("good1", "good2");
        assertThat(world.heard(open)).containsExactly("good1", "bad1", "bad2", "good2", "bad3");
    }

    @Test
    void laggingMember_getsEveryCertainEventOnceAndOnlyNewestValues() {
        Room room = room(0);
        Guest slow = world.guest(1, 0, "a", 10);
        Guest quick = world.guest(1, 0, "b", HIGH);
        world.run(0, () -> {
            room.add(slow, false);
            room.add(quick, false);
        });
        world.run(1, () -> slow.link.stall(true));
        world.run(0, () -> room.sure("0123456789")); // fills it
        world.settle();
        world.run(0, () -> {
            room.kept("k1");
            room.relay(Lane.LATEST, "x", "x1", Audience.ALL);
            room.relay(Lane.LATEST, "y", "y1", Audience.ALL);
        });
        world.settle();
        world.run(0, () -> {
            room.relay(Lane.SPARE, null, "gone", Audience.ALL);
            room.relay(Lane.LATEST, "x", "x2", Audience.ALL);
            room.sure("s1");
        });
        world.settle();
        world.run(0, () -> {
            room.reply(slow, "r");
            room.kept("k2");
            room.relay(Lane.LATEST, "x", "x3", Audience.ALL);
        });
        world.settle();
        assertThat(world.meter.value(Metric.LAGGING)).isEqualTo(1);
        assertThat(world.budget.used()).isPositive();
        world.run(1, () -> slow.link.stall(false));
        world.settle();
        assertThat(world.heard(slow)).containsExactly("0123456789", "k1", "s1", "y1", "r", "k2", "x3");
        assertThat(world.heard(quick)).containsExactly("0123456789", "k1", "x1", "y1", "gone", "x2", "s1", "k2", "x3");
        assertThat(world.meter.value(Metric.LAGGING)).isZero();
        assertThat(world.held()).isZero();
        world.run(0, () -> room.kept("live"));
        world.settle();
        assertThat(world.heard(slow)).endsWith("live");
    }

    @Test
    void laggingMember_whoLeft_hearsWhatWasToldBefore() {
        Room room = room(0);
        Guest slow = world.guest(1, 0, "a", 10);
        world.run(0, () -> room.add(slow, false));
        world.run(1, () -> slow.link.stall(true));
        world.run(0, () -> room.sure("0123456789"));
        world.settle();
        world.run(0, () -> {
            room.kept("k1");
            room.audience.remove(slow.session);
            room.audience.close();
        });
        world.settle();
        world.run(1, () -> slow.link.stall(false));
        world.settle();
        assertThat(world.heard(slow)).containsExactly("0123456789", "k1");
    }

    @Test
    void laggingMember_thatFallsOffTheRing_isCut_andNobodyElseFeelsIt() {
        Room room = room(0);
        Guest slow = world.guest(1, 0, "a", 10);
        Guest quick = world.guest(1, 0, "b", HIGH);
        world.run(0, () -> {
            room.add(slow, false);
            room.add(quick, false);
        });
        world.run(1, () -> slow.link.stall(true));
        var all = new ArrayList<String>();
        for (int i = 0; i < 30; i++) {
            String text = "message " + i;
            all.add(text);
            world.run(0, () -> room.kept(text));
            world.settle();
        }
        assertThat(world.heard(quick)).containsExactlyElementsOf(all);
        assertThat(slow.link.cut).isTrue();
        assertThat(world.gone).containsExactly(slow.session.id().serial() + " SLOW_READER");
        assertThat(world.held()).isZero();
    }

    @Test
    void laggingMember_withTooManyPrivateBytes_isCut() {
        Guest slow = world.guest(1, 0, "a", 10);
        world.run(1, () -> slow.link.stall(true));
        world.run(0, () -> {
            for (int i = 0; i < 30; i++) {
                world.fanout.tell(
                        slow.session, new Event.Notified(new UserId("plain", "a"), "k", null, null, "x".repeat(100)));
            }
        });
        world.settle();
        assertThat(slow.link.cut).isTrue();
        assertThat(world.gone).hasSize(1);
    }

    /** What it asked for is given as it reads: it is not cut for the length of an answer, and the answer keeps its place. */
    @Test
    void laggingMember_repliesAreGivenInTurn_inOneLineWithEvents() {
        Room room = room(0);
        Guest slow = world.guest(1, 0, "a", 10);
        world.run(0, () -> room.add(slow, false));
        world.run(1, () -> slow.link.stall(true));
        var all = new ArrayList<String>();
        for (int i = 0; i < 8; i++) {
            String event = "event " + i;
            String reply = "reply " + i + "y".repeat(1000);
            all.add(event);
            all.add(reply);
            world.run(0, () -> {
                room.kept(event);
                room.reply(slow, reply);
            });
            world.settle();
        }
        assertThat(slow.link.cut).isFalse();
        world.run(1, () -> slow.link.stall(false));
        world.settle();
        assertThat(world.heard(slow)).containsExactlyElementsOf(all);
        assertThat(world.held()).isZero();
    }

    @Test
    void laggingMember_withoutProgress_isCutBySweep() {
        world.plain.idleMillis = 0;
        Guest slow = world.guest(1, 0, "a", 10);
        Room room = room(0);
        world.run(1, () -> slow.link.stall(true));
        world.run(0, () -> {
            room.reply(slow, "0123456789");
            room.reply(slow, "waits");
        });
        world.settle();
        sweep(slow, -(int) limits.slowReader().toSeconds());
        sweep(slow, -1);
        assertThat(slow.link.cut).isFalse();
        sweep(slow, 1);
        assertThat(world.gone).containsExactly(slow.session.id().serial() + " SLOW_READER");
    }

    @Test
    void aSocketThatStalls_withNothingMoreToBeTold_isCountedAndCutInTime() {
        world.plain.idleMillis = 0;
        Room room = room(0);
        Guest slow = world.guest(0, 0, null, HIGH);
        world.run(0, () -> {
            room.add(slow, false);
            slow.link.stall(true);
        });
        world.run(0, () -> room.kept("the last word"));
        world.settle();
        assertThat(world.held()).isPositive();
        world.run(
                0,
                () -> slow.client.onSweep(
                        System.nanoTime() + limits.slowReader().toNanos() - 1_000_000_000L));
        assertThat(world.gone).isEmpty();
        world.run(
                0,
                () -> slow.client.onSweep(
                        System.nanoTime() + limits.slowReader().toNanos() + 1_000_000_000L));
        assertThat(world.gone).containsExactly(slow.session.id().serial() + " SLOW_READER");
        assertThat(world.held()).isZero();
    }

    /** As if no more came, until so many seconds after the patience with slow readers. */
    private void sweep(Guest guest, int seconds) {
        long then = System.nanoTime() + limits.slowReader().plusSeconds(seconds).toNanos();
        world.run(guest.loop, () -> guest.client.onSweep(then));
    }

    @Test
    void budget_whenNear_cutsTheFattestFirst() {
        Room room = room(0);
        var fat = new ArrayList<Guest>();
        for (int i = 0; i < 3; i++) fat.add(world.guest(1, 0, null, 10));
        world.run(1, () -> fat.forEach(g -> g.link.stall(true)));
        world.run(0, () -> {
            fat.forEach(g -> room.reply(g, "0123456789"));
            room.reply(fat.get(0), "x".repeat(200_000));
            room.reply(fat.get(1), "x".repeat(500_000));
            room.reply(fat.get(2), "x".repeat(300_000));
        });
        world.settle();
        assertThat(world.gone).containsExactly(fat.get(1).session.id().serial() + " OVER_BUDGET");
        assertThat(world.budget.isNear()).isFalse();
    }

    @Test
    void tooManyCommandsInFlight_stopReading_untilHalfAreAnswered() {
        Guest guest = world.guest(0, 0, "a", HIGH);
        world.run(0, () -> {
            for (int i = 0; i < 4; i++) guest.client.onFrame(Frame.text("ask " + i));
        });
        assertThat(guest.link.reading).isFalse();
        world.run(0, () -> world.fanout.reply(guest.session, new Tag(0, "0"), Reply.Done.INSTANCE));
        world.settle();
        assertThat(guest.link.reading).isFalse();
        world.run(0, () -> world.fanout.reply(guest.session, new Tag(0, "1"), Reply.Done.INSTANCE));
        world.settle();
        assertThat(guest.link.reading).isTrue();
        assertThat(world.heard(guest)).containsExactly("0", "1");
    }

    @Test
    void faults_ofAConversation_areItsOwn() {
        Guest guest = world.guest(0, 0, "a", HIGH);
        world.run(0, () -> {
            guest.client.onFrame(Frame.text("fail"));
            guest.client.onFrame(Frame.text("hello"));
        });
        world.settle();
        assertThat(world.heard(guest)).containsExactly("sorry", "echo hello");
        world.run(0, () -> guest.client.onFrame(Frame.text("deep")));
        world.settle();
        assertThat(guest.link.cut).isTrue();
        assertThat(world.gone).containsExactly(guest.session.id().serial() + " FAULT");
    }

    @Test
    void close_byTheConversation_comesAfterItsAnswers() {
        Guest guest = world.guest(0, 0, "a", HIGH);
        world.run(0, () -> {
            guest.client.onFrame(Frame.text("one"));
            guest.client.onFrame(Frame.text("quit"));
            guest.client.onFrame(Frame.text("two"));
        });
        world.settle();
        assertThat(world.heard(guest)).containsExactly("echo one");
        assertThat(world.gone).containsExactly(guest.session.id().serial() + " CLIENT_LEFT");
    }

    @Test
    void idleSession_isEndedBySweep() {
        Guest guest = world.guest(0, 0, "a", HIGH);
        world.run(0, () -> guest.client.onSweep(System.nanoTime() + 900_000_000L));
        assertThat(guest.link.cut).isFalse();
        world.run(0, () -> guest.client.onSweep(System.nanoTime() + 1_100_000_000L));
        assertThat(world.gone).containsExactly(guest.session.id().serial() + " IDLE");
    }

    @Test
    void bigRoom_yieldsAndLosesNothing() {
        Room room = room(0);
        var crowd = new ArrayList<Guest>();
        for (int i = 0; i < 3000; i++) crowd.add(world.guest(i % 2, 0, null, HIGH));
        world.run(0, () -> crowd.forEach(g -> room.add(g, false)));
        for (int i = 0; i < 5; i++) {
            int n = i;
            world.run(0, () -> {
                room.kept("k" + n);
                room.reply(crowd.get(2999), "r" + n);
                room.audience.remove(crowd.get(n).session);
            });
        }
        world.settle();
        for (int i = 0; i < 3000; i++) {
            var expected = new ArrayList<String>();
            for (int n = 0; n < 5 && n <= i; n++) {
                expected.add("k" + n);
                if (i == 2999) expected.add("r" + n);
            }
            assertThat(world.heard(crowd.get(i))).as("guest " + i).isEqualTo(expected);
        }
    }
}
