package earshot.core;

import static earshot.core.testkit.World.ids;
import static earshot.core.testkit.World.names;
import static earshot.core.testkit.World.publish;
import static earshot.core.testkit.World.room;
import static earshot.core.testkit.World.user;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.Node.NodeLimits;
import earshot.core.message.Audience;
import earshot.core.message.Change;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.KeptEvent;
import earshot.core.message.Lane;
import earshot.core.message.Position;
import earshot.core.message.PresenceList;
import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.RoomSnapshot;
import earshot.core.message.Tag;
import earshot.core.room.RoomRules;
import earshot.core.session.Gatekeeper.Verdict;
import earshot.core.session.Permission;
import earshot.core.session.Session;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import earshot.core.testkit.Drafts;
import earshot.core.testkit.HeldLog;
import earshot.core.testkit.Told;
import earshot.core.testkit.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class NodeTest {
    private static final RoomId ROOM = room("r");

    private final World world = new World();

    // --- joining and the stream

    @Test
    void join_emptyRoom_seesOnlyItself() {
        Session ada = world.connect("ada");
        RoomSnapshot snapshot = world.joinAs(ada, ROOM);
        assertThat(snapshot.history().messages()).isEmpty();
        assertThat(names(snapshot.presence())).containsExactly("ada");
        assertThat(snapshot.position().offset()).isZero();
    }

    @Test
    void join_afterMessages_hasThemInTheSnapshotAndHearsOnlyNewOnes() {
        Session ada = world.join("ada", ROOM);
        world.post(ada, ROOM, "m1");
        world.post(ada, ROOM, "m2");
        Session bob = world.connect("bob");
        RoomSnapshot snapshot = world.joinAs(bob, ROOM);
        world.post(ada, ROOM, "m3");
        assertThat(ids(snapshot.history().messages())).containsExactly("m1", "m2");
        assertThat(snapshot.position().offset()).isEqualTo(2);
        assertThat(world.keptIds(bob)).containsExactly("m3");
    }

    @Test
    void join_manyAtOnce_shareOneWindowAndOnePresence() {
        world.post(world.join("ada", ROOM), ROOM, "m1");
        List<Session> many = new ArrayList<>();
        List<Tag> tags = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            many.add(world.connect("u" + i));
            tags.add(world.say(many.get(i), new Command.Join(ROOM, JoinOptions.fresh(50))));
        }
        world.loops.runAll();
        List<RoomSnapshot> snapshots = new ArrayList<>();
        for (int i = 0; i < 20; i++)
            snapshots.add(
                    World.joined(world.told.reply(many.get(i), tags.get(i))).snapshot());
        assertThat(snapshots).allMatch(s -> s.history() == snapshots.get(0).history());
        assertThat(snapshots.stream().map(RoomSnapshot::presence).distinct().count())
                .isLessThan(10);
        assertThat(names(snapshots.get(19).presence())).hasSize(21);
    }

    @Test
    void join_twice_isAnsweredTwiceAndToldOnce() {
        Session bob = world.join("bob", ROOM);
        Session ada = world.join("ada", ROOM);
        world.joinAs(ada, ROOM);
        assertThat(world.comings(bob)).containsExactly("+ada");
        world.post(bob, ROOM, "m1");
        assertThat(world.keptIds(ada)).containsExactly("m1");
    }

    @Test
    void join_whenFull_isRefused() {
        world.rules = withCapacity(1);
        world.join("ada", ROOM);
        Session bob = world.connect("bob");
        assertThat(world.ask(bob, new Command.Join(ROOM, JoinOptions.fresh(0))))
                .isEqualTo(Reply.Refused.of(Problem.ROOM_FULL));
        assertThat(world.meter.value(Metric.ROOM_FULL)).isEqualTo(1);
    }

    @Test
    void join_overRoomsPerSession_isRefusedUntilOneIsLeft() {
        world.limits = new NodeLimits(1, 100, 10);
        Session ada = world.join("ada", ROOM);
        assertThat(world.ask(ada, new Command.Join(room("other"), JoinOptions.fresh(0))))
                .isEqualTo(Reply.Refused.of(Problem.TOO_MANY_ROOMS));
        world.ask(ada, new Command.Leave(ROOM));
        world.joinAs(ada, room("other"));
    }

    @Test
    void join_thatWasDenied_doesNotCountAsARoom() {
        world.limits = new NodeLimits(1, 100, 10);
        world.gatekeeper = (session, room) -> CompletableFuture.completedStage(
                room.equals(ROOM) ? new Verdict.Denied(Problem.FORBIDDEN) : new Verdict.Granted(World.READ_WRITE));
        Session ada = world.connect("ada");
        assertThat(world.ask(ada, new Command.Join(ROOM, JoinOptions.fresh(0))))
                .isEqualTo(Reply.Refused.of(Problem.FORBIDDEN));
        world.joinAs(ada, room("other"));
    }

    @Test
    void join_whenTheLogDoesNotAnswer_isRefusedAndWorksLater() {
        HeldLog held = holdable();
        held.failNext(1);
        Session ada = world.connect("ada");
        assertThat(world.ask(ada, new Command.Join(ROOM, JoinOptions.fresh(0))))
                .isEqualTo(Reply.Refused.of(Problem.UNAVAILABLE));
        world.joinAs(ada, ROOM);
    }

    @Test
    void join_gatekeeperThrows_isRefusedAsInternal() {
        world.gatekeeper = (session, room) -> {
            throw new IllegalStateException("test");
        };
        Session ada = world.connect("ada");
        assertThat(world.ask(ada, new Command.Join(ROOM, JoinOptions.fresh(0))))
                .isEqualTo(Reply.Refused.of(Problem.INTERNAL));
    }

    // --- resuming

    @Test
    void resume_fromTheRing_hasWhatWasMissed() {
        Session ada = world.join("ada", ROOM);
        Position seen = world.post(ada, ROOM, "m1").position();
        world.post(ada, ROOM, "m2");
        world.post(ada, ROOM, "m3");
        Reply.Joined joined = world.resume(world.connect("bob"), ROOM, seen);
        assertThat(joined.recovered()).isTrue();
        assertThat(joined.snapshot().missed()).extracting(KeptEvent::messageId).containsExactly("m2", "m3");
        assertThat(joined.snapshot().history().messages()).isEmpty();
    }

    @Test
    void resume_afterTheRoomWasClosed_readsTheLog() {
        Session ada = world.join("ada", ROOM);
        Position seen = world.post(ada, ROOM, "m1").position();
        for (int i = 2; i <= 1500; i++) world.say(ada, publish(ROOM, "m" + i));
        world.loops.runAll();
        world.disconnect(ada, CloseReason.CLIENT_LEFT);
        world.advance(Duration.ofSeconds(10));
        assertThat(world.await(world.node().rooms())).isEmpty();
        Reply.Joined joined = world.resume(world.connect("bob"), ROOM, seen);
        assertThat(joined.recovered()).isTrue();
        assertThat(joined.snapshot().missed()).hasSize(1499);
    }

    @Test
    void resume_ofAnotherEpoch_beginsAnew() {
        Session ada = world.join("ada", ROOM);
        Position seen = world.post(ada, ROOM, "m1").position();
        world.history.rollBack(ROOM, 0);
        world.loops.runAll();
        Reply.Joined joined = world.resume(world.connect("bob"), ROOM, seen);
        assertThat(joined.recovered()).isFalse();
        assertThat(ids(joined.snapshot().history().messages())).containsExactly("m1");
    }

    @Test
    void resume_aheadOfTheLog_beginsAnew() {
        Session ada = world.join("ada", ROOM);
        Position seen = world.post(ada, ROOM, "m1").position();
        Reply.Joined joined = world.resume(world.connect("bob"), ROOM, new Position(seen.epoch(), seen.offset() + 5));
        assertThat(joined.recovered()).isFalse();
        assertThat(ids(joined.snapshot().history().messages())).containsExactly("m1");
    }

    @Test
    void resume_messageDeletedMeanwhile_comesBlanked() {
        Session ada = world.join("ada", ROOM);
        Position seen = world.post(ada, ROOM, "m1").position();
        world.post(ada, ROOM, "m2");
        world.ask(ada, new Command.Publish(ROOM, new Change.Delete("m2"), null));
        var missed = world.resume(world.connect("bob"), ROOM, seen).snapshot().missed();
        assertThat(((KeptEvent.MessagePosted) missed.get(0)).message().text()).isEmpty();
    }

    // --- publishing

    @Test
    void publish_post_isHeardByAllAndThenAccepted() {
        Session ada = world.join("ada", ROOM);
        Session bob = world.join("bob", ROOM);
        world.told.forget();
        Reply.Accepted accepted = world.post(ada, ROOM, "m1");
        assertThat(accepted.position().offset()).isEqualTo(1);
        assertThat(world.keptIds(bob)).containsExactly("m1");
        assertThat(world.told.to(ada)).hasSize(2);
        assertThat(world.told.to(ada).get(0)).isInstanceOf(Told.Heard.class);
        assertThat(world.told.to(ada).get(1)).isInstanceOf(Told.Replied.class);
    }

    @Test
    void publish_withoutBeingIn_isRefused() {
        assertThat(world.ask(world.connect("ada"), publish(ROOM, "m1")))
                .isEqualTo(Reply.Refused.of(Problem.NOT_MEMBER));
    }

    @Test
    void publish_sameKeyTwice_isToldOnceAndAcceptedTwice() {
        Session ada = world.join("ada", ROOM);
        var first = (Reply.Accepted) world.ask(ada, new Command.Publish(ROOM, Drafts.post("m1"), "k"));
        var again = (Reply.Accepted) world.ask(ada, new Command.Publish(ROOM, Drafts.post("m2"), "k"));
        assertThat(again.repeated()).isTrue();
        assertThat(again.position()).isEqualTo(first.position());
        assertThat(again.messageId()).isEqualTo("m1");
        assertThat(world.keptIds(ada)).containsExactly("m1");
    }

    @Test
    void publish_permissions_areThoseOfTheRoom() {
        grant("reader", Permission.READ);
        Session ada = world.join("ada", ROOM);
        Session bob = world.join("bob", ROOM);
        Session reader = world.join("reader", ROOM);
        world.post(ada, ROOM, "m1");
        assertRefused(world.ask(reader, publish(ROOM, "m2")), Problem.FORBIDDEN);
        assertRefused(world.ask(bob, new Command.Publish(ROOM, Drafts.edit("m1", "x"), null)), Problem.FORBIDDEN);
        assertRefused(world.ask(bob, new Command.Publish(ROOM, new Change.Delete("m1"), null)), Problem.FORBIDDEN);
        assertRefused(world.ask(ada, new Command.Publish(ROOM, new Change.Pin("m1", true), null)), Problem.FORBIDDEN);
        assertRefused(world.ask(ada, new Command.Vote(ROOM, "m1", 1, 0)), Problem.FORBIDDEN);
        assertThat(world.ask(ada, new Command.Publish(ROOM, Drafts.edit("m1", "x"), null)))
                .isInstanceOf(Reply.Accepted.class);
        assertRefused(world.ask(ada, new Command.Publish(ROOM, Drafts.edit("m9", "x"), null)), Problem.NOT_FOUND);
    }

    @Test
    void publish_byModerator_mayChangeWhatOthersSaid() {
        grant("mod", Permission.READ, Permission.WRITE, Permission.MODERATE);
        Session ada = world.join("ada", ROOM);
        Session mod = world.join("mod", ROOM);
        world.post(ada, ROOM, "m1");
        assertThat(world.ask(mod, new Command.Publish(ROOM, new Change.Pin("m1", true), null)))
                .isInstanceOf(Reply.Accepted.class);
        assertThat(world.ask(mod, new Command.Publish(ROOM, new Change.Delete("m1"), null)))
                .isInstanceOf(Reply.Accepted.class);
        assertThat(world.told.kept(ada)).hasSize(3);
    }

    @Test
    void publish_whenTheLogDoesNotAnswer_isUnavailableAndTheRoomGoesOn() {
        HeldLog held = holdable();
        Session ada = world.join("ada", ROOM);
        held.failNext(1);
        assertRefused(world.ask(ada, publish(ROOM, "m1")), Problem.UNAVAILABLE);
        assertThat(world.meter.snapshot())
                .filteredOn(family -> family.metric() == Metric.APPENDS_FAILED)
                .flatExtracting(MemoryMeter.Family::samples)
                .as("once, and why")
                .containsExactly(new MemoryMeter.Sample(List.of("told_to_fail"), 1));
        assertThat(world.post(ada, ROOM, "m2").position().offset()).isEqualTo(1);
    }

    @Test
    void publish_overAppendsInFlight_isUnavailable() {
        world.limits = new NodeLimits(10, 2, 10);
        HeldLog held = holdable();
        Session ada = world.join("ada", ROOM);
        held.hold();
        world.say(ada, publish(ROOM, "m1"));
        world.say(ada, publish(ROOM, "m2"));
        assertRefused(world.ask(ada, publish(ROOM, "m3")), Problem.UNAVAILABLE);
        held.letGo();
        world.loops.runAll();
        assertThat(world.keptIds(ada)).containsExactly("m1", "m2");
    }

    // --- order

    @Test
    void leave_behindAPublish_doesNotOvertakeIt() {
        HeldLog held = holdable();
        Session ada = world.join("ada", ROOM);
        Session bob = world.join("bob", ROOM);
        held.hold();
        world.say(ada, publish(ROOM, "m1"));
        world.say(ada, new Command.Leave(ROOM));
        world.loops.runAll();
        assertThat(world.comings(bob)).isEmpty();
        held.letGo();
        world.loops.runAll();
        assertThat(world.keptIds(bob)).containsExactly("m1");
        assertThat(world.comings(bob)).containsExactly("-ada");
        assertThat(world.told.events(bob).getLast()).isInstanceOf(Event.UserLeft.class);
        assertThat(world.told.replies(ada)).hasSize(3);
    }

    @Test
    void disconnect_behindAPublish_tellsTheLastMessageFirst() {
        HeldLog held = holdable();
        Session ada = world.join("ada", ROOM);
        Session bob = world.join("bob", ROOM);
        held.hold();
        world.say(ada, publish(ROOM, "m1"));
        world.disconnect(ada, CloseReason.CLIENT_LEFT);
        world.loops.runAll();
        held.letGo();
        world.loops.runAll();
        assertThat(world.keptIds(bob)).containsExactly("m1");
        assertThat(world.told.events(bob).getLast()).isInstanceOf(Event.UserLeft.class);
    }

    @Test
    void commands_behindAJoin_runInTheirOrder() {
        HeldLog held = holdable().hold();
        Session ada = world.connect("ada");
        world.say(ada, new Command.Join(ROOM, JoinOptions.fresh(10)));
        world.say(ada, publish(ROOM, "m1"));
        world.say(ada, new Command.ReadHistory(ROOM, new Command.From.Newest(), 10));
        world.say(ada, new Command.Leave(ROOM));
        world.say(ada, publish(ROOM, "m2"));
        for (int i = 0; i < 20; i++) {
            world.loops.runAll();
            held.releaseAll();
        }
        assertThat(world.told.replies(ada))
                .extracting(Object::getClass)
                .extracting(Class::getSimpleName)
                .containsExactly("Joined", "Accepted", "History", "Done", "Refused");
        assertThat(ids(((Reply.History) world.told.replies(ada).get(2)).messages()))
                .containsExactly("m1");
    }

    @Test
    void commands_overWaitingPerMember_areRefusedButNotTheLeave() {
        world.limits = new NodeLimits(10, 10, 2);
        HeldLog held = holdable().hold();
        Session ada = world.connect("ada");
        world.say(ada, new Command.Join(ROOM, JoinOptions.fresh(10)));
        world.say(ada, publish(ROOM, "m1"));
        world.say(ada, publish(ROOM, "m2"));
        Tag third = world.say(ada, publish(ROOM, "m3"));
        Tag leave = world.say(ada, new Command.Leave(ROOM));
        world.loops.runAll();
        assertRefused(world.told.reply(ada, third), Problem.BUSY);
        for (int i = 0; i < 20; i++) {
            world.loops.runAll();
            held.releaseAll();
        }
        assertThat(world.told.reply(ada, leave)).isEqualTo(Reply.Done.INSTANCE);
    }

    @Test
    void submit_whenTheRoomsLoopTakesNoMore_isBusy() {
        Session ada = null;
        for (int i = 0; i < 2; i++) {
            ada = world.connect("ada");
            if (ada.home().index() != world.loops.of(ROOM).index()) break;
        }
        world.loops.allowOffers(0);
        assertRefused(world.ask(ada, new Command.Join(ROOM, JoinOptions.fresh(0))), Problem.BUSY);
        assertThat(world.meter.value(Metric.LOOP_REFUSED)).isEqualTo(1);
        world.loops.allowOffers(100);
        world.joinAs(ada, ROOM);
    }

    // --- the feed

    @Test
    void feed_entriesOfAnotherNode_areToldInOrder() {
        Node other = world.another();
        Session ada = world.join("ada", ROOM);
        Session eve = world.connect(other, "eve");
        world.say(other, eve, new Command.Join(ROOM, JoinOptions.fresh(10)));
        world.loops.runAll();
        world.say(other, eve, publish(ROOM, "m1"));
        world.loops.runAll();
        world.post(ada, ROOM, "m2");
        assertThat(world.keptIds(ada)).containsExactly("m1", "m2");
        assertThat(world.keptIds(eve)).containsExactly("m1", "m2");
        assertThat(world.comings(ada)).containsExactly("+eve");
    }

    @Test
    void feed_lostEntry_isReadFromTheLog() {
        HeldLog held = holdable();
        Session ada = world.join("ada", ROOM);
        held.loseFeed(1);
        world.history.append(Drafts.draft(ROOM, Drafts.post("m1"), 1));
        world.history.append(Drafts.draft(ROOM, Drafts.post("m2"), 1));
        world.loops.runAll();
        assertThat(world.keptIds(ada)).containsExactly("m1", "m2");
        assertThat(world.meter.value(Metric.GAPS)).isEqualTo(1);
    }

    @Test
    void feed_newEpoch_membersGoOnAndJoinersSeeTheNewWindow() {
        Session ada = world.join("ada", ROOM);
        world.post(ada, ROOM, "m1");
        world.post(ada, ROOM, "m2");
        world.history.rollBack(ROOM, 1);
        world.loops.runAll();
        Reply.Accepted next = world.post(ada, ROOM, "m3");
        assertThat(world.keptIds(ada)).containsExactly("m1", "m2", "m3");
        RoomSnapshot snapshot = world.joinAs(world.connect("bob"), ROOM);
        assertThat(ids(snapshot.history().messages())).containsExactly("m1", "m3");
        assertThat(snapshot.position()).isEqualTo(next.position());
    }

    // --- the window

    @Test
    void window_editsAndDeletes_areInTheNextSnapshot() {
        Session ada = world.join("ada", ROOM);
        world.post(ada, ROOM, "m1");
        world.post(ada, ROOM, "m2");
        world.ask(ada, new Command.Publish(ROOM, Drafts.edit("m1", "better"), null));
        world.ask(ada, new Command.Publish(ROOM, new Change.Delete("m2"), null));
        var messages = world.joinAs(world.connect("bob"), ROOM).history().messages();
        assertThat(ids(messages)).containsExactly("m1");
        assertThat(messages.get(0).text()).isEqualTo("better");
    }

    @Test
    void window_afterManyDeletes_isFilledFromTheBook() {
        Session ada = world.join("ada", ROOM);
        for (int i = 1; i <= 120; i++) world.post(ada, ROOM, "m" + i);
        for (int i = 60; i <= 120; i++) world.ask(ada, new Command.Publish(ROOM, new Change.Delete("m" + i), null));
        var messages = world.joinAs(world.connect("bob"), ROOM).history().messages();
        assertThat(messages).hasSize(50);
        assertThat(messages.getLast().id()).isEqualTo("m59");
    }

    // --- latest, relays, statuses

    @Test
    void latest_values_areInTheSnapshot() {
        grant("mod", Permission.READ, Permission.WRITE, Permission.MODERATE);
        Session mod = world.join("mod", ROOM);
        world.ask(mod, new Command.Vote(ROOM, "m1", 1, 0));
        world.ask(mod, new Command.Vote(ROOM, "m1", 2, 0));
        world.ask(mod, new Command.SetStatus(ROOM, "away"));
        var pose = new Event.Relayed(ROOM, "test", Lane.LATEST, "k", 1, new byte[] {1});
        world.ask(mod, new Command.Relay(ROOM, pose, Audience.ALL));
        RoomSnapshot snapshot = world.joinAs(world.connect("bob"), ROOM);
        assertThat(snapshot.latest())
                .containsExactly(
                        new Event.VotesChanged(ROOM, "m1", 2, 0),
                        new Event.StatusChanged(ROOM, user("mod"), "away"),
                        pose);
        assertThat(snapshot.presence().users().get(0).status()).isEqualTo("away");
    }

    @Test
    void status_isToldToOthers_andNotAgainWhenItIsTheSame() {
        Session ada = world.join("ada", ROOM);
        Session bob = world.join("bob", ROOM);
        world.ask(ada, new Command.SetStatus(ROOM, "away"));
        world.ask(ada, new Command.SetStatus(ROOM, "away"));
        assertThat(world.told.events(bob)).containsExactly(new Event.StatusChanged(ROOM, user("ada"), "away"));
        assertThat(world.told.events(ada)).noneMatch(Event.StatusChanged.class::isInstance);
    }

    // --- typing

    @Test
    void typing_isDebouncedRefreshedAndExpires() {
        Session ada = world.join("ada", ROOM);
        Session bob = world.join("bob", ROOM);
        world.told.forget();
        world.ask(ada, new Command.Type(ROOM, true, null));
        world.ask(ada, new Command.Type(ROOM, true, null));
        world.advance(Duration.ofMillis(1500));
        world.ask(ada, new Command.Type(ROOM, true, null));
        world.advance(Duration.ofMillis(3500));
        assertThat(world.told.events(bob))
                .containsExactly(typing(true, false), typing(true, true), typing(false, false));
        assertThat(world.told.events(ada)).isEmpty();
    }

    @Test
    void typing_endsWithTheMessageAndWithTheLeave() {
        Session ada = world.join("ada", ROOM);
        Session bob = world.join("bob", ROOM);
        world.told.forget();
        world.ask(ada, new Command.Type(ROOM, true, null));
        world.post(ada, ROOM, "m1");
        world.ask(ada, new Command.Type(ROOM, true, null));
        world.disconnect(ada, CloseReason.CLIENT_LEFT);
        world.loops.runAll();
        assertThat(world.told.events(bob).stream().filter(e -> e instanceof Event.Typing))
                .containsExactly(typing(true, false), typing(false, false), typing(true, false), typing(false, false));
        assertThat(world.told.events(bob).getLast()).isInstanceOf(Event.UserLeft.class);
    }

    @Test
    void typing_anonymous_isForbidden() {
        Session nobody = world.join(null, ROOM);
        assertRefused(world.ask(nobody, new Command.Type(ROOM, true, null)), Problem.FORBIDDEN);
    }

    // --- presence

    @Test
    void presence_severalSessionsOfAUser_areOneComingAndGoing() {
        Session bob = world.join("bob", ROOM);
        Session first = world.join("ada", ROOM);
        Session second = world.join("ada", ROOM);
        world.disconnect(first, CloseReason.CLIENT_LEFT);
        world.loops.runAll();
        assertThat(world.comings(bob)).containsExactly("+ada");
        world.disconnect(second, CloseReason.CLIENT_LEFT);
        world.loops.runAll();
        assertThat(world.comings(bob)).containsExactly("+ada", "-ada");
        assertThat(world.comings(second)).isEmpty();
    }

    @Test
    void presence_inALargeRoom_isGatheredAndStaysExact() {
        List<Session> crowd = new ArrayList<>();
        for (int i = 0; i < 100; i++) crowd.add(world.join("u" + i, ROOM));
        world.advance(Duration.ofSeconds(1));
        world.told.forget();
        world.disconnect(crowd.get(1), CloseReason.CLIENT_LEFT);
        world.disconnect(crowd.get(2), CloseReason.CLIENT_LEFT);
        world.loops.runAll();
        assertThat(world.comings(crowd.get(0)))
                .as("the first of a quiet room is told at once")
                .containsExactly("-u1");
        world.disconnect(crowd.get(3), CloseReason.CLIENT_LEFT);
        Session late = world.join("late", ROOM);
        assertThat(world.comings(crowd.get(0))).containsExactly("-u1", "-u2", "-u3", "+late");
        assertThat(world.comings(late)).as("what the snapshot had").isEmpty();
        world.advance(Duration.ofSeconds(1));
        assertThat(world.comings(late)).isEmpty();
    }

    @Test
    void presence_leaveAndJoinWithinATick_cancelOut() {
        List<Session> crowd = new ArrayList<>();
        for (int i = 0; i < 100; i++) crowd.add(world.join("u" + i, ROOM));
        world.advance(Duration.ofSeconds(1));
        world.told.forget();
        world.disconnect(crowd.get(1), CloseReason.CLIENT_LEFT);
        world.disconnect(crowd.get(2), CloseReason.CLIENT_LEFT);
        world.loops.runAll();
        world.join("u2", ROOM);
        world.advance(Duration.ofSeconds(1));
        assertThat(world.comings(crowd.get(0))).containsExactly("-u1");
    }

    @Test
    void presence_silentAndAnonymous_areNotSeen() {
        Session bob = world.join("bob", ROOM);
        world.join(null, ROOM);
        Session quiet = world.connect("quiet");
        world.ask(quiet, new Command.Join(ROOM, new JoinOptions(0, false, true, 0, null)));
        assertThat(world.comings(bob)).isEmpty();
        var here = (Reply.Here) world.ask(bob, new Command.ReadPresence(ROOM));
        assertThat(names(here.presence())).containsExactly("bob");
    }

    @Test
    void presence_quickReturnAfterAServerMadeClose_isNotNoticed() {
        world.rules = withLinger(4000);
        Session bob = world.join("bob", ROOM);
        Session ada = world.join("ada", ROOM);
        long joinedMillis = joinedMillis(bob, "ada");
        world.disconnect(ada, CloseReason.SLOW_READER);
        world.advance(Duration.ofSeconds(2));
        world.join("ada", ROOM);
        world.advance(Duration.ofSeconds(10));
        assertThat(world.comings(bob)).containsExactly("+ada");
        assertThat(joinedMillis(bob, "ada")).isEqualTo(joinedMillis);
    }

    @Test
    void presence_noReturnAfterAServerMadeClose_isALateLeave() {
        world.rules = withLinger(4000);
        Session bob = world.join("bob", ROOM);
        Session ada = world.join("ada", ROOM);
        world.disconnect(ada, CloseReason.SLOW_READER);
        world.advance(Duration.ofMillis(3900));
        assertThat(world.comings(bob)).containsExactly("+ada");
        world.advance(Duration.ofMillis(200));
        assertThat(world.comings(bob)).containsExactly("+ada", "-ada");
    }

    @Test
    void presence_clientMadeClose_isToldAtOnce() {
        world.rules = withLinger(4000);
        Session bob = world.join("bob", ROOM);
        Session ada = world.join("ada", ROOM);
        world.disconnect(ada, CloseReason.CLIENT_LEFT);
        world.loops.runAll();
        assertThat(world.comings(bob)).containsExactly("+ada", "-ada");
    }

    @Test
    void presence_afterACrash_returningUsersMakeNoNoiseAndOthersLeaveLate() {
        Session ada = world.join("ada", ROOM);
        long joinedMillis = joinedMillis(ada, "ada");
        world.join("eve", ROOM);
        world.crash();
        world.advance(Duration.ofSeconds(1));
        Session bob = world.join("bob", ROOM);
        assertThat(world.join("ada", ROOM)).isNotNull();
        assertThat(world.comings(bob)).isEmpty();
        assertThat(joinedMillis(bob, "ada")).isEqualTo(joinedMillis);
        assertThat(present(bob, "ada").sessions())
                .extracting(PresenceList.PresentSession::joinedMillis)
                .containsExactly(joinedMillis);
        world.advance(RoomRules.RETURN_WITHIN);
        assertThat(world.comings(bob)).containsExactly("-eve");
    }

    @Test
    void presence_afterADrain_isAsAfterACrash() {
        Session ada = world.join("ada", ROOM);
        Session bob = world.join("bob", ROOM);
        CompletableFuture<Void> drained = world.node().drain().toCompletableFuture();
        world.loops.runAll();
        assertThat(drained).isCompleted();
        world.disconnect(ada, CloseReason.DRAINING);
        world.advance(Duration.ofSeconds(8));
        assertThat(world.comings(bob)).isEmpty();
        world.disconnect(bob, CloseReason.DRAINING);
        world.loops.runAll();
        world.crash();
        Session back = world.join("ada", ROOM);
        world.join("bob", ROOM);
        assertThat(world.comings(back)).isEmpty();
    }

    // --- the server's own

    @Test
    void serve_publishIntoAClosedRoom_opensItAndItClosesAgain() {
        Reply reply = world.serve(publish(ROOM, "m1"), user("product"));
        assertThat(reply).isInstanceOf(Reply.Accepted.class);
        assertThat(world.meter.value(Metric.MESSAGES_SENT)).isEqualTo(1);
        world.advance(Duration.ofSeconds(6));
        assertThat(world.await(world.node().rooms())).isEmpty();
        assertThat(ids(world.joinAs(world.connect("ada"), ROOM).history().messages()))
                .containsExactly("m1");
    }

    @Test
    void serve_readsAndVotes_areAnswered() {
        Session ada = world.join("ada", ROOM);
        world.post(ada, ROOM, "m1");
        var history = (Reply.History) world.serve(new Command.ReadHistory(ROOM, new Command.From.Newest(), 10), null);
        assertThat(ids(history.messages())).containsExactly("m1");
        assertThat(world.serve(new Command.Vote(ROOM, "m1", 3, 1), null)).isEqualTo(Reply.Done.INSTANCE);
        assertThat(world.told.events(ada)).contains(new Event.VotesChanged(ROOM, "m1", 3, 1));
        assertRefused(world.serve(new Command.Leave(ROOM), null), Problem.INVALID);
    }

    @Test
    void room_ofARealmThatIsOff_isNotFoundWhoeverAsks() {
        RoomId foreign = new RoomId("off", "", "r");
        assertRefused(world.serve(publish(foreign, "m1"), user("product")), Problem.NOT_FOUND);
        assertThat(world.await(world.node().reserve(foreign))).isNull();
        Session ada = world.connect("ada");
        assertRefused(world.ask(ada, new Command.Join(foreign, JoinOptions.fresh(0))), Problem.NOT_FOUND);
        assertThat(world.await(world.node().sessions(null, null, 10)).get(0).rooms())
                .isEmpty();
    }

    @Test
    void notify_user_tellsEverySession() {
        Session one = world.connect("ada");
        Session two = world.connect("ada");
        var event = new Event.Notified(user("ada").user(), "reply", null, null, "hello");
        assertThat(world.await(world.node().notify(event))).isEqualTo(2);
        assertThat(world.told.events(one)).containsExactly(event);
        assertThat(world.told.events(two)).containsExactly(event);
    }

    @Test
    void disconnect_user_closesEverySession() {
        Session one = world.connect("ada");
        world.connect("bob");
        assertThat(world.await(world.node().disconnect(user("ada").user(), CloseReason.KICKED)))
                .isEqualTo(1);
        assertThat(world.told.to(one)).containsExactly(new Told.Closed(CloseReason.KICKED));
        assertThat(world.await(world.node().disconnect(one.id(), CloseReason.KICKED)))
                .isEqualTo(1);
    }

    @Test
    void recheck_whenNotAllowedAnyMore_endsTheMembership() {
        Session ada = world.join("ada", ROOM);
        Session bob = world.join("bob", ROOM);
        world.gatekeeper = (session, room) -> CompletableFuture.completedStage(new Verdict.Denied(Problem.FORBIDDEN));
        world.node().recheck(user("ada").user());
        world.loops.runAll();
        assertThat(world.comings(bob)).containsExactly("-ada");
        assertThat(world.told.to(ada).getLast()).isEqualTo(new Told.Closed(CloseReason.REVOKED));
        assertRefused(world.ask(ada, publish(ROOM, "m1")), Problem.NOT_MEMBER);
    }

    @Test
    void sessions_and_rooms_areListed() {
        Session ada = world.join("ada", room("b"));
        world.joinAs(ada, room("a"));
        world.join("bob", room("a"));
        assertThat(world.await(world.node().rooms()))
                .containsExactly(new Node.RoomInfo(room("a"), 2, 2), new Node.RoomInfo(room("b"), 1, 1));
        var sessions = world.await(world.node().sessions(null, null, 10));
        assertThat(sessions).hasSize(2);
        assertThat(sessions.get(0).rooms()).containsExactly(room("b"), room("a"));
        assertThat(world.await(world.node().sessions(user("bob").user(), null, 10)))
                .hasSize(1);
        assertThat(world.await(world.node().sessions(null, null, 1))
                        .get(0)
                        .session()
                        .user())
                .isEqualTo(user("bob"));
    }

    @Test
    void drain_joinsOfNewRooms_areBusyAndMembersGoOn() {
        Session ada = world.join("ada", ROOM);
        assertThat(world.node().drain()).isNotNull();
        world.loops.runAll();
        assertRefused(world.ask(world.connect("bob"), new Command.Join(ROOM, JoinOptions.fresh(0))), Problem.BUSY);
        world.post(ada, ROOM, "m1");
    }

    // --- places

    @Test
    void reserve_holdsAPlaceForItsSessionOnly() {
        world.rules = withCapacity(1);
        Node.Reservation place = world.await(world.node().reserve(ROOM));
        assertThat(world.await(world.node().reserve(ROOM))).isNull();
        Session bob = world.connect("bob");
        assertRefused(world.ask(bob, new Command.Join(ROOM, JoinOptions.fresh(0))), Problem.ROOM_FULL);
        Session ada = world.connect("ada");
        place.use(ada);
        world.joinAs(ada, ROOM);
        assertThat(world.await(world.node().reserve(ROOM))).isNull();
    }

    @Test
    void reserve_releasedOrForgotten_isFreeAgain() {
        world.rules = withCapacity(1);
        world.await(world.node().reserve(ROOM)).release();
        Node.Reservation second = world.await(world.node().reserve(ROOM));
        assertThat(second).isNotNull();
        world.advance(Duration.ofSeconds(31));
        assertThat(world.await(world.node().reserve(ROOM))).isNotNull();
    }

    // --- closing

    @Test
    void room_afterTheLastMember_closesAfterAWhileAndLeavesNothingBehind() {
        Session ada = world.join("ada", ROOM);
        world.ask(ada, new Command.Type(ROOM, true, null));
        world.disconnect(ada, CloseReason.CLIENT_LEFT);
        world.advance(Duration.ofSeconds(4));
        assertThat(world.await(world.node().rooms())).hasSize(1);
        world.advance(Duration.ofSeconds(2));
        assertThat(world.await(world.node().rooms())).isEmpty();
        assertThat(world.meter.value(Metric.ROOMS_ACTIVE)).isZero();
        assertThat(world.meter.value(Metric.ROOM_SUBSCRIPTIONS)).isZero();
        world.advance(Duration.ofMinutes(2));
        assertThat(world.loops.deadlines()).isZero();
    }

    // --- counting

    @Test
    void publish_toldHere_countsItsDeliveryLatency() {
        world.post(world.join("ada", ROOM), ROOM, "m1");
        assertThat(world.meter.histogram(Metric.DELIVERY_LATENCY).snapshot().count())
                .isEqualTo(1);
    }

    // --- small words

    private HeldLog holdable() {
        HeldLog held = new HeldLog(world.history, world.history);
        world.log = held;
        world.book = held;
        return held;
    }

    private void grant(String name, Permission... permissions) {
        world.gatekeeper = (session, room) -> CompletableFuture.completedStage(new Verdict.Granted(
                session.user() != null && session.user().name().equals(name) ? Set.of(permissions) : World.READ_WRITE));
    }

    private long joinedMillis(Session asking, String name) {
        return present(asking, name).joinedMillis();
    }

    private PresenceList.Present present(Session asking, String name) {
        var here = (Reply.Here) world.ask(asking, new Command.ReadPresence(ROOM));
        return here.presence().users().stream()
                .filter(p -> p.user().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Event.Typing typing(boolean on, boolean repeated) {
        return new Event.Typing(ROOM, user("ada"), on, repeated, null);
    }

    private static void assertRefused(Reply reply, Problem problem) {
        assertThat(reply).isEqualTo(Reply.Refused.of(problem));
    }

    private static RoomRules withCapacity(int capacity) {
        return rules(capacity, 0);
    }

    private static RoomRules withLinger(long millis) {
        return rules(1000, millis);
    }

    private static RoomRules rules(int capacity, long lingerMillis) {
        RoomRules r = World.RULES;
        return new RoomRules(
                capacity,
                r.retention(),
                r.window(),
                lingerMillis,
                r.lingersAlways(),
                r.typingDebounceMillis(),
                r.typingExpiryMillis(),
                r.typingToOwnSessions(),
                r.membersOnly());
    }
}
