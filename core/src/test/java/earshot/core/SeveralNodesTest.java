package earshot.core;

import static earshot.core.testkit.World.room;
import static earshot.core.testkit.World.user;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Audience;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.KeptEvent;
import earshot.core.message.Lane;
import earshot.core.message.Position;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.Tag;
import earshot.core.message.UserId;
import earshot.core.relay.Passed;
import earshot.core.relay.RoomRelay;
import earshot.core.relay.SessionAge;
import earshot.core.session.Session;
import earshot.core.telemetry.Metric;
import earshot.core.testkit.HeldRelay;
import earshot.core.testkit.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two or three nodes over one log, one board and one relay. */
final class SeveralNodesTest {
    private static final RoomId ROOM = room("r");

    private final World world = new World();
    private final Node one = world.node();
    private final Node two = world.another();

    // --- telling

    @Test
    void relay_onOneNode_isHeardOnAllByWhomItIsFor() {
        Session ada = world.join(one, "ada", ROOM);
        Session tab = world.join(two, "ada", ROOM);
        Session bob = world.join(two, "bob", ROOM);
        world.told.forget();
        relay(ada, "all", Audience.ALL);
        relay(ada, "not me", new Audience.AllButSession(ada.id()));
        relay(ada, "not ada", new Audience.AllButUser(user("ada").user()));
        relay(ada, "bob's session", new Audience.OneSession(bob.id()));
        relay(ada, "ada's sessions", new Audience.OneUser(user("ada").user()));
        assertThat(relays(ada)).containsExactly("all", "ada's sessions");
        assertThat(relays(tab)).containsExactly("all", "not me", "ada's sessions");
        assertThat(relays(bob)).containsExactly("all", "not me", "not ada", "bob's session");
    }

    @Test
    void relay_inARoomOfOneNode_isPassedToNobody() {
        List<Passed> passed = new ArrayList<>();
        world.relays = inner -> (room, feed) -> recording(inner.open(room, feed), passed);
        Node alone = world.another();
        Session ada = world.join(alone, "ada", ROOM);
        world.ask(alone, ada, relayed("x", Audience.ALL));
        assertThat(passed).isEmpty();
        world.join(one, "bob", ROOM);
        world.ask(alone, ada, relayed("y", new Audience.OneSession(ada.id())));
        assertThat(passed).isEmpty();
        world.ask(alone, ada, relayed("z", Audience.ALL));
        assertThat(passed).hasSize(1);
    }

    @Test
    void relay_afterAMessage_isNotHeardBeforeIt() {
        HeldRelay held = holdable();
        Node a = world.another();
        Node b = world.another();
        Session ada = world.join(a, "ada", ROOM);
        Session bob = world.join(b, "bob", ROOM);
        held.letGo();
        world.ask(a, ada, World.publish(ROOM, "m1"));
        world.ask(a, ada, relayed("about m1", Audience.ALL));
        List<Event> heard = world.told.events(bob);
        assertThat(heard.get(heard.size() - 2)).isInstanceOf(KeptEvent.MessagePosted.class);
        assertThat(heard.getLast()).isInstanceOf(Event.Relayed.class);
    }

    @Test
    void passed_aheadOfTheLog_waitsForTheEntryButNotForEver() {
        List<RoomRelay.Feed> feeds = new ArrayList<>();
        world.relays = inner -> (room, feed) -> {
            feeds.add(feed);
            return inner.open(room, feed);
        };
        Node b = world.another();
        Session bob = world.join(b, "bob", ROOM);
        long epoch =
                world.await(world.history.open(ROOM, World.RULES.retention())).epoch();
        feeds.getFirst().onPassed(passed("after m1", new Position(epoch, 1)));
        feeds.getFirst().onPassed(passed("behind it", Position.START));
        world.loops.runAll();
        assertThat(relays(bob)).isEmpty();
        world.serve(World.publish(ROOM, "m1"), user("ada"));
        assertThat(relays(bob)).containsExactly("after m1", "behind it");
        feeds.getFirst().onPassed(passed("after what never comes", new Position(epoch, 9)));
        world.loops.runAll();
        assertThat(relays(bob)).hasSize(2);
        world.advance(Duration.ofSeconds(1));
        assertThat(relays(bob)).hasSize(3);
    }

    @Test
    void passed_moreThanALoopCanHold_isDroppedSpareFirst() {
        List<RoomRelay.Feed> feeds = new ArrayList<>();
        world.relays = inner -> (room, feed) -> {
            feeds.add(feed);
            return inner.open(room, feed);
        };
        Node b = world.another();
        Session bob = world.join(b, "bob", ROOM);
        var big = new byte[1 << 20];
        for (int i = 0; i < 100; i++) feeds.getFirst().onPassed(passed(Lane.SPARE, big));
        for (int i = 0; i < 100; i++) feeds.getFirst().onPassed(passed(Lane.SURE, big));
        world.loops.runAll();
        assertThat(relays(bob)).hasSize(63);
        assertThat(world.meter.valueOf(Metric.RELAY_DROPPED, "spare", "loop")).isEqualTo(85);
        assertThat(world.meter.valueOf(Metric.RELAY_DROPPED, "sure", "loop")).isEqualTo(52);
        for (int i = 0; i < 5000; i++) feeds.getFirst().onPassed(passed(Lane.SURE, new byte[0]));
        world.loops.runAll();
        assertThat(relays(bob)).hasSize(63 + 4096);
    }

    // --- the server's own

    @Test
    void serve_onANodeWithoutMembers_isHeardWhereTheyAre() {
        Session bob = world.join(two, "bob", ROOM);
        world.told.forget();
        world.serve(one, new Command.Vote(ROOM, "m1", 3, 1), user("product"));
        world.serve(one, relayed("x", Audience.ALL), null);
        world.serve(one, new Command.Type(ROOM, true, null), user("ada"));
        world.serve(one, World.publish(ROOM, "m1"), user("ada"));
        assertThat(world.told.events(bob))
                .extracting(e -> e.getClass().getSimpleName())
                .containsExactlyInAnyOrder("VotesChanged", "Relayed", "Typing", "Typing", "MessagePosted");
    }

    // --- the latest values

    @Test
    void join_onASecondNode_hasTheLatestValuesOfTheFirst() {
        world.join(one, "ada", ROOM);
        world.serve(one, new Command.Vote(ROOM, "m1", 3, 1), user("product"));
        Session bob = world.connect(two, "bob");
        var joined = (Reply.Joined) world.ask(two, bob, new Command.Join(ROOM, JoinOptions.fresh(0)));
        assertThat(joined.snapshot().latest()).containsExactly(new Event.VotesChanged(ROOM, "m1", 3, 1));
    }

    @Test
    void latest_setOnTwoNodesAtOnce_endsTheSameOnBoth() {
        HeldRelay held = holdable();
        Node a = world.another();
        Node b = world.another();
        Session ada = world.join(a, "ada", ROOM);
        Session bob = world.join(b, "bob", ROOM);
        held.hold();
        world.serve(a, new Command.Vote(ROOM, "m1", 1, 0), user("product"));
        world.serve(b, new Command.Vote(ROOM, "m1", 2, 0), user("product"));
        world.serve(b, new Command.Vote(ROOM, "m1", 3, 0), user("product"));
        held.letGo();
        world.loops.runAll();
        assertThat(votes(bob)).endsWith(3L);
        assertThat(votes(ada)).endsWith(3L);
        world.serve(a, new Command.Vote(ROOM, "m1", 4, 0), user("product"));
        assertThat(votes(ada)).endsWith(4L);
        assertThat(votes(bob)).endsWith(4L);
    }

    @Test
    void latest_fromAClockThatIsHoursAhead_isNotFollowed() {
        List<RoomRelay.Feed> feeds = new ArrayList<>();
        world.relays = inner -> (room, feed) -> {
            feeds.add(feed);
            return inner.open(room, feed);
        };
        Node b = world.another();
        Session bob = world.join(b, "bob", ROOM);
        var event = new Event.VotesChanged(ROOM, "m1", 9, 9);
        feeds.getFirst().onPassed(new Passed(event, Audience.ALL, Long.MAX_VALUE, 99, Position.START));
        world.loops.runAll();
        assertThat(votes(bob)).isEmpty();
        assertThat(world.meter.valueOf(Metric.RELAY_DROPPED, "latest", "clock")).isEqualTo(1);
    }

    @Test
    void join_whenOtherNodesDoNotAnswer_waitsOnlyAMoment() {
        HeldRelay held = holdable();
        Node a = world.another();
        Node b = world.another();
        world.join(a, "ada", ROOM);
        held.hold();
        Session bob = world.connect(b, "bob");
        Tag tag = world.say(b, bob, new Command.Join(ROOM, JoinOptions.fresh(0)));
        world.loops.runAll();
        assertThat(world.told.replies(bob)).isEmpty();
        world.advance(Duration.ofMillis(600));
        assertThat(world.told.reply(bob, tag)).isInstanceOf(Reply.Joined.class);
        assertThat(world.meter.value(Metric.RELAY_LATE)).isEqualTo(1);
    }

    // --- typing

    @Test
    void typing_onAnotherNode_isHeardAndEndsWithThatNode() {
        Session ada = world.join(one, "ada", ROOM);
        Session bob = world.join(two, "bob", ROOM);
        world.ask(one, ada, new Command.Type(ROOM, true, null));
        world.ask(one, ada, new Command.Type(ROOM, false, null));
        world.ask(one, ada, new Command.Type(ROOM, true, "m1"));
        assertThat(typing(bob)).containsExactly("on", "off", "on");
        world.relay.cut(one.incarnation());
        world.advance(Duration.ofSeconds(10));
        assertThat(typing(bob)).containsExactly("on", "off", "on", "off");
        assertThat(typing(ada)).isEmpty();
    }

    @Test
    void typing_ofOneUserOnTwoNodes_endsOnceForEverybody() {
        Session ada = world.join(one, "ada", ROOM);
        Session tab = world.join(two, "ada", ROOM);
        Session bob = world.join(two, "bob", ROOM);
        Session eve = world.join(one, "eve", ROOM);
        world.ask(one, ada, new Command.Type(ROOM, true, null));
        world.advance(Duration.ofMillis(1500));
        world.ask(two, tab, new Command.Type(ROOM, true, null));
        world.ask(one, ada, new Command.Type(ROOM, false, null));
        assertThat(typing(bob)).containsExactly("on", "again");
        world.ask(two, tab, World.publish(ROOM, "m1"));
        world.advance(Duration.ofSeconds(10));
        assertThat(typing(bob)).containsExactly("on", "again", "off");
        assertThat(typing(eve)).containsExactly("on", "again", "off");
        assertThat(typing(ada)).isEmpty();
        assertThat(typing(tab)).isEmpty();
    }

    @Test
    void typing_whoseEndIsLost_endsByItself() {
        HeldRelay held = holdable();
        Node a = world.another();
        Node b = world.another();
        Session ada = world.join(a, "ada", ROOM);
        Session bob = world.join(b, "bob", ROOM);
        world.ask(a, ada, new Command.Type(ROOM, true, null));
        held.loseTyping(1);
        world.ask(a, ada, new Command.Type(ROOM, false, null));
        assertThat(typing(bob)).containsExactly("on");
        world.advance(Duration.ofSeconds(10));
        assertThat(typing(bob)).containsExactly("on", "off");
    }

    // --- asking everywhere

    @Test
    void everywhere_usersAndRooms_areOfAllNodes() {
        var here = new Everywhere(one, world.relay.node(one.incarnation()));
        var there = new Everywhere(two, world.relay.node(two.incarnation()));
        Session ada = world.join(one, "ada", ROOM);
        Session tab = world.join(two, "ada", ROOM);
        world.join(two, "bob", room("q"));
        UserId id = user("ada").user();
        var rooms = world.await(here.rooms(null, null, 10));
        assertThat(rooms.items())
                .extracting(r -> r.room().name() + " " + r.sessions() + " " + r.users())
                .containsExactly("q 1 1", "r 2 1");
        assertThat(world.await(there.rooms(room("q"), "test", 10)).items()).hasSize(1);
        assertThat(world.await(there.rooms(null, "other", 10)).items()).isEmpty();
        assertThat(world.await(here.sessions(id, null, 10)).items())
                .extracting(s -> s.id())
                .containsExactlyInAnyOrder(ada.id(), tab.id());
        assertThat(world.await(here.sessions(null, null, 2)).items()).hasSize(2);
        var notified = new Event.Notified(id, "news", null, null, "x");
        assertThat(world.await(there.notify(notified))).isEqualTo(new Everywhere.Counted(2, 0));
        assertThat(world.told.events(ada)).endsWith(notified);
        assertThat(world.told.events(tab)).endsWith(notified);
        assertThat(world.await(here.disconnect(tab.id(), CloseReason.KICKED))).isEqualTo(new Everywhere.Counted(1, 0));
        assertThat(world.await(there.disconnect(id, CloseReason.KICKED))).isEqualTo(new Everywhere.Counted(2, 0));
    }

    @Test
    void everywhere_sessions_areListedOnceEach_pageByPage() {
        var here = new Everywhere(one, world.relay.node(one.incarnation()));
        new Everywhere(two, world.relay.node(two.incarnation()));
        List<SessionId> oldestFirst = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            oldestFirst.add(world.connect(i % 3 == 0 ? one : two, "u" + i).id());
            if (i % 2 == 0) world.advance(Duration.ofMillis(1));
        }
        List<SessionId> seen = new ArrayList<>();
        SessionAge before = null;
        for (int page = 0; page < 3; page++) {
            var sessions = world.await(here.sessions(null, before, 3)).items();
            seen.addAll(0, sessions.stream().map(s -> s.id()).toList());
            before = sessions.getFirst().age();
            world.connect(two, "late" + page);
        }
        assertThat(seen).hasSize(8).containsExactlyInAnyOrderElementsOf(oldestFirst);
        assertThat(seen.getFirst()).isEqualTo(oldestFirst.getFirst());
        assertThat(world.await(here.sessions(null, before, 3)).items()).isEmpty();
    }

    @Test
    void everywhere_sendBack_closesWhoIsThere() {
        var here = new Everywhere(one, world.relay.node(one.incarnation()));
        new Everywhere(two, world.relay.node(two.incarnation()));
        Session bob = world.join(two, "bob", ROOM);
        assertThat(world.await(here.sendBack(ROOM)).missing()).isZero();
        assertThat(world.told.to(bob).getLast().toString()).contains("DRAINING");
    }

    // --- what the tests say

    private HeldRelay holdable() {
        var held = new HeldRelay();
        world.relays = held::over;
        return held;
    }

    private void relay(Session session, String text, Audience audience) {
        world.ask(one, session, relayed(text, audience));
    }

    private static Command.Relay relayed(String text, Audience audience) {
        return new Command.Relay(ROOM, event(text), audience);
    }

    private static Event.Relayed event(String text) {
        return new Event.Relayed(ROOM, text, Lane.SURE, null, 0, new byte[0]);
    }

    private static Passed passed(String text, Position after) {
        return new Passed(event(text), Audience.ALL, 0, 99, after);
    }

    private static Passed passed(Lane lane, byte[] payload) {
        var event = new Event.Relayed(ROOM, "big", lane, null, 0, payload);
        return new Passed(event, Audience.ALL, 0, 99, Position.START);
    }

    private List<String> relays(Session session) {
        return world.told.events(session).stream()
                .filter(e -> e instanceof Event.Relayed)
                .map(e -> ((Event.Relayed) e).dialect())
                .toList();
    }

    private List<Long> votes(Session session) {
        return world.told.events(session).stream()
                .filter(e -> e instanceof Event.VotesChanged)
                .map(e -> ((Event.VotesChanged) e).upvotes())
                .toList();
    }

    private List<String> typing(Session session) {
        return world.told.events(session).stream()
                .filter(e -> e instanceof Event.Typing)
                .map(e -> (Event.Typing) e)
                .map(t -> !t.on() ? "off" : t.repeated() ? "again" : "on")
                .toList();
    }

    private static RoomRelay.Line recording(RoomRelay.Line inner, List<Passed> passed) {
        return new RoomRelay.Line() {
            @Override
            public boolean isShared() {
                return inner.isShared();
            }

            @Override
            public void tell(Passed p) {
                passed.add(p);
                inner.tell(p);
            }

            @Override
            public void ask() {
                inner.ask();
            }

            @Override
            public void close() {
                inner.close();
            }
        };
    }
}
