package earshot.core.voice;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.lease.Incarnation;
import earshot.core.lease.Leases;
import earshot.core.lease.LeasesUnavailable;
import earshot.core.memory.MemoryLeases;
import earshot.core.memory.MemoryRelay;
import earshot.core.message.IceCandidate;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.relay.Answer;
import earshot.core.relay.NodeRelay;
import earshot.core.relay.Question;
import earshot.core.session.Session;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.testkit.ManualClock;
import earshot.core.testkit.ManualLoops;
import earshot.core.testkit.MemoryMedia;
import earshot.core.testkit.RecordingConnections;
import earshot.core.testkit.Told;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Voice rooms of three nodes, each with an engine of its own. */
final class SharedVoiceTest {
    private static final RoomId ROOM = new RoomId("test", "", "lounge");
    private static final RoomId OTHER = new RoomId("test", "", "kitchen");

    private final ManualClock clock = new ManualClock();
    private final ManualLoops loops = new ManualLoops(clock, 2);
    private final Told told = new Told();
    private final MemoryLeases leases = new MemoryLeases();
    private final MemoryRelay relay = new MemoryRelay();
    private final OneNode one = new OneNode(1);
    private final OneNode two = new OneNode(2);
    private final OneNode three = new OneNode(3);
    private final Session ann = one.session("ann");
    private final Session bob = two.session("bob");
    private final Session carl = three.session("carl");

    private final class OneNode {
        final long id;
        final Incarnation incarnation;
        final MemoryMedia media = new MemoryMedia();
        final SharedVoice voice;
        private long serial;
        private boolean dead;

        OneNode(long id) {
            this.id = id;
            this.incarnation = new Incarnation(100 + id, "node-" + id, "");
            var connections = new RecordingConnections(told);
            var rooms = new VoiceRooms(loops, clock, media, connections, VoiceLimits.DEFAULT, new MemoryMeter());
            MemoryRelay.OneNode mine = relay.node(id);
            voice = new SharedVoice(
                    id, rooms, new MortalLeases(), new MortalRelay(mine), connections, clock, loops.loop(0));
            mine.open(question -> question instanceof Question.VoiceQuestion q
                    ? voice.onAsked(q)
                    : CompletableFuture.completedStage(new Answer.Count(0)));
        }

        Session session(String name) {
            Profile profile = Profile.named(new UserId("test", name), name);
            return new Session(
                    new SessionId(id, ++serial), loops.loop(0), "test", "", profile, Set.of(), clock.millis(), "", "");
        }

        /** Gone without a word; its clients, too. */
        void kill() {
            dead = true;
            relay.cut(id);
            leases.end(incarnation);
        }

        private final class MortalLeases implements Leases {
            @Override
            public CompletionStage<Grant> acquire(String name, Runnable onLost) {
                if (dead) return CompletableFuture.failedStage(new LeasesUnavailable("dead"));
                return leases.of(incarnation).acquire(name, onLost);
            }

            @Override
            public CompletionStage<Optional<Owner>> owner(String name) {
                return leases.of(incarnation).owner(name);
            }
        }

        private final class MortalRelay implements NodeRelay {
            private final NodeRelay inner;

            MortalRelay(NodeRelay inner) {
                this.inner = inner;
            }

            @Override
            public void open(Ears ears) {
                inner.open(ears);
            }

            @Override
            public CompletionStage<Gathered> ask(Question question, Duration within) {
                return dead ? nobody() : inner.ask(question, within);
            }

            @Override
            public CompletionStage<Gathered> ask(long node, Question question, Duration within) {
                return dead ? nobody() : inner.ask(node, question, within);
            }

            private static CompletionStage<Gathered> nobody() {
                return CompletableFuture.completedStage(new Gathered(List.of(), 2));
            }
        }
    }

    private Reply get(CompletionStage<Reply> stage) {
        loops.runAll();
        CompletableFuture<Reply> future = stage.toCompletableFuture();
        assertThat(future).isDone();
        return future.join();
    }

    private void join(OneNode node, Session session, RoomId room) {
        assertThat(get(node.voice.join(session, room, Voice.Terms.USUAL))).isEqualTo(Reply.Done.INSTANCE);
        assertThat(get(node.voice.answer(session, room, MemoryMedia.ANSWER))).isEqualTo(Reply.Done.INSTANCE);
    }

    private List<String> heard(Session session) {
        loops.runAll();
        List<String> words = told.events(session).stream()
                .map(event -> VoiceRoomsTest.word(event))
                .toList();
        told.forget(session);
        return words;
    }

    private Optional<String> owner(RoomId room) {
        Leases any = leases.of(new Incarnation(999, "looker", ""));
        return any.owner("voice:" + room)
                .toCompletableFuture()
                .join()
                .map(owner -> owner.incarnation().node());
    }

    @Test
    void join_first_hasTheRoom_othersComeToIt() {
        join(one, ann, ROOM);
        join(two, bob, ROOM);
        join(three, carl, ROOM);
        assertThat(owner(ROOM)).contains("node-1");
        assertThat(one.media.peers()).hasSize(3);
        assertThat(two.media.peers()).isEmpty();
        assertThat(heard(ann)).containsExactly("offer", "state[ann]", "candidate", "+bob", "+carl");
        assertThat(heard(bob)).containsExactly("offer", "state[ann, bob]", "candidate", "+carl");
        assertThat(heard(carl)).containsExactly("offer", "state[ann, bob, carl]", "candidate");
    }

    @Test
    void wishes_ofAnotherNode_areDoneWhereTheRoomIs() {
        join(one, ann, ROOM);
        join(two, bob, ROOM);
        heard(ann);
        assertThat(get(two.voice.candidate(bob, ROOM, MemoryMedia.CANDIDATE))).isEqualTo(Reply.Done.INSTANCE);
        assertThat(get(two.voice.candidate(bob, ROOM, new IceCandidate("rubbish", "0", 0))))
                .isEqualTo(Reply.Refused.of(Problem.INVALID));
        assertThat(get(two.voice.mute(bob, ROOM, true))).isEqualTo(Reply.Done.INSTANCE);
        MemoryMedia.OnePeer peer = one.media.peer(bob.user().user());
        assertThat(peer.isMuted()).isTrue();
        assertThat(peer.candidates()).hasSize(1);
        assertThat(get(two.voice.leave(bob, ROOM))).isEqualTo(Reply.Done.INSTANCE);
        assertThat(heard(ann)).containsExactly("mute bob", "-bob");
        assertThat(get(two.voice.leave(bob, ROOM))).isInstanceOf(Reply.Refused.class);
    }

    @Test
    void join_fullElsewhere_isRefused() {
        join(one, ann, ROOM);
        assertThat(get(two.voice.join(bob, ROOM, new Voice.Terms(true, 1))))
                .isEqualTo(Reply.Refused.of(Problem.ROOM_FULL));
        assertThat(get(two.voice.mute(bob, ROOM, true))).isInstanceOf(Reply.Refused.class);
    }

    @Test
    void room_emptied_isGivenUp() {
        join(one, ann, ROOM);
        join(two, bob, ROOM);
        get(one.voice.leave(ann, ROOM));
        assertThat(owner(ROOM)).contains("node-1");
        get(two.voice.leave(bob, ROOM));
        assertThat(owner(ROOM)).isEmpty();
        join(two, bob, ROOM);
        assertThat(owner(ROOM)).contains("node-2");
    }

    @Test
    void refusedJoin_leavesNoLease() {
        one.media.kill();
        assertThat(get(one.voice.join(ann, ROOM, Voice.Terms.USUAL))).isEqualTo(Reply.Refused.of(Problem.UNAVAILABLE));
        assertThat(owner(ROOM)).isEmpty();
    }

    @Test
    void join_onAnotherNode_leavesTheFirstRoom() {
        join(one, ann, ROOM);
        join(three, carl, ROOM);
        Session phone = two.session("ann");
        heard(carl);
        heard(ann);
        join(two, phone, OTHER);
        assertThat(heard(ann)).containsExactly("ended replaced");
        assertThat(heard(carl)).containsExactly("-ann");
    }

    @Test
    void sessions_lostElsewhere_goAfterTheGrace() {
        join(one, ann, ROOM);
        join(two, bob, ROOM);
        heard(ann);
        two.voice.disconnected(bob);
        loops.advance(Duration.ofSeconds(11));
        assertThat(heard(ann)).isEmpty();
        loops.advance(Duration.ofSeconds(2));
        assertThat(heard(ann)).containsExactly("-bob");
    }

    @Test
    void session_thatEndsOnItsWayIn_isNoGhost() {
        join(one, ann, ROOM);
        heard(ann);
        one.media.quiet();
        CompletionStage<Reply> joining = two.voice.join(bob, ROOM, Voice.Terms.USUAL);
        loops.runAll();
        two.voice.disconnected(bob);
        one.media.peer(bob.user().user()).offer();
        get(joining);
        loops.advance(Duration.ofSeconds(13));
        assertThat(heard(ann)).isIn(List.of(), List.of("+bob", "-bob"));
        assertThat(one.media.peers()).hasSize(1);
    }

    @Test
    void session_resumedElsewhere_goesOn() {
        join(one, ann, ROOM);
        join(two, bob, ROOM);
        two.voice.disconnected(bob);
        loops.advance(Duration.ofSeconds(5));
        Session back = two.session("bob");
        two.voice.resumed(back);
        assertThat(heard(back)).containsExactly("state[ann, bob]");
        loops.advance(Duration.ofMinutes(2));
        get(one.voice.mute(ann, ROOM, true));
        assertThat(heard(back)).containsExactly("mute ann");
    }

    @Test
    void node_ofASession_dies_itsPeopleGo() {
        join(one, ann, ROOM);
        join(two, bob, ROOM);
        loops.advance(Duration.ofSeconds(4));
        heard(ann);
        two.kill();
        loops.advance(Duration.ofSeconds(30));
        assertThat(heard(ann)).containsExactly("-bob");
        assertThat(one.media.peers()).hasSize(1);
    }

    @Test
    void node_ofTheRoom_dies_theOthersComeTogetherAgain() {
        join(one, ann, ROOM);
        join(two, bob, ROOM);
        join(three, carl, ROOM);
        get(two.voice.mute(bob, ROOM, true));
        loops.advance(Duration.ofSeconds(4));
        heard(bob);
        heard(carl);
        one.kill();
        loops.advance(Duration.ofSeconds(20));
        assertThat(owner(ROOM)).isPresent();
        assertThat(heard(bob)).containsExactly("offer", "candidate", "state[bob muted, carl]");
        assertThat(heard(carl)).containsExactly("offer", "candidate", "state[bob muted, carl]");
        assertThat(two.media.peers().size() + three.media.peers().size()).isEqualTo(2);
        assertThat(get(three.voice.leave(carl, ROOM))).isEqualTo(Reply.Done.INSTANCE);
        assertThat(heard(bob)).containsExactly("-carl");
    }

    @Test
    void node_ofTheRoom_stops_theOthersNeedNotWait() {
        join(one, ann, ROOM);
        join(two, bob, ROOM);
        heard(bob);
        one.voice.disconnected(ann);
        one.voice.close();
        loops.advance(Duration.ofMillis(400));
        assertThat(heard(bob)).containsExactly("offer", "candidate");
        assertThat(owner(ROOM)).contains("node-2");
        assertThat(one.media.peers()).isEmpty();
        loops.advance(Duration.ofSeconds(15));
        assertThat(heard(bob)).containsExactly("state[bob]");
    }

    @Test
    void lease_lostThoughAlive_theRoomMovesWithEverybody() {
        join(one, ann, ROOM);
        join(two, bob, ROOM);
        loops.advance(Duration.ofSeconds(4));
        heard(ann);
        heard(bob);
        leases.end(one.incarnation);
        loops.advance(Duration.ofSeconds(20));
        assertThat(heard(ann)).containsExactlyInAnyOrder("offer", "candidate", "state[ann, bob]");
        assertThat(heard(bob)).contains("offer", "candidate").doesNotContain("-ann", "ended engine_away");
        assertThat(one.media.peers().size() + two.media.peers().size()).isEqualTo(2);
    }

    @Test
    void silenceAndRemove_reachTheRoomWhereverItIs() {
        join(one, ann, ROOM);
        join(two, bob, ROOM);
        heard(bob);
        heard(ann);
        three.voice.silence(ROOM, ann.user().user(), true);
        assertThat(heard(ann)).containsExactly("mute ann");
        three.voice.remove(ROOM, bob.user().user());
        assertThat(heard(bob)).containsExactly("mute ann", "ended removed");
        CompletableFuture<?> list = three.voice.participants(ROOM).toCompletableFuture();
        loops.runAll();
        assertThat(list.join().toString()).contains("ann").doesNotContain("bob");
    }

    @Test
    void engine_ofTheRoom_diesAndComesBack_everybodyIsOfferedAgain() {
        join(one, ann, ROOM);
        join(two, bob, ROOM);
        heard(ann);
        heard(bob);
        one.media.kill();
        loops.advance(Duration.ofSeconds(15));
        one.media.startAgain();
        assertThat(heard(ann)).containsExactly("offer", "candidate");
        assertThat(heard(bob)).containsExactly("offer", "candidate");
        assertThat(heard(ann).stream().filter(word -> word.startsWith("ended"))).isEmpty();
    }
}
