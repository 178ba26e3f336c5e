package earshot.core.voice;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.IceCandidate;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.message.VoiceEnd;
import earshot.core.message.VoiceEvent;
import earshot.core.message.VoiceParticipant;
import earshot.core.session.Session;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.testkit.ManualClock;
import earshot.core.testkit.ManualLoops;
import earshot.core.testkit.MemoryMedia;
import earshot.core.testkit.RecordingConnections;
import earshot.core.testkit.Told;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

final class VoiceRoomsTest {
    private static final RoomId ROOM = new RoomId("test", "", "lounge");
    private static final RoomId OTHER = new RoomId("test", "", "kitchen");
    private static final IceCandidate CANDIDATE = MemoryMedia.CANDIDATE;

    private final ManualClock clock = new ManualClock();
    private final ManualLoops loops = new ManualLoops(clock, 2);
    private final Told told = new Told();
    private final MemoryMedia media = new MemoryMedia();
    private final VoiceRooms voice = new VoiceRooms(
            loops,
            clock,
            media,
            new RecordingConnections(told),
            new VoiceLimits(
                    3,
                    4,
                    2,
                    200,
                    Duration.ofSeconds(12),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60)),
            new MemoryMeter());
    private final Session ann = session("ann", 1);
    private final Session bob = session("bob", 2);

    private Session session(String name, long serial) {
        Profile profile = Profile.named(new UserId("test", name), name);
        return new Session(
                new SessionId(1, serial), loops.loop(0), "test", "", profile, Set.of(), clock.millis(), "", "");
    }

    private Reply get(CompletionStage<Reply> stage) {
        loops.runAll();
        CompletableFuture<Reply> future = stage.toCompletableFuture();
        assertThat(future).isDone();
        return future.join();
    }

    private void join(Session session) {
        assertThat(get(voice.join(session, ROOM, Voice.Terms.USUAL))).isEqualTo(Reply.Done.INSTANCE);
    }

    private void answer(Session session) {
        assertThat(get(voice.answer(session, ROOM, MemoryMedia.ANSWER))).isEqualTo(Reply.Done.INSTANCE);
    }

    private static Reply refused(Problem problem) {
        return Reply.Refused.of(problem);
    }

    /** What a session heard since the last look, in short. */
    private List<String> heard(Session session) {
        loops.runAll();
        List<String> words =
                told.events(session).stream().map(VoiceRoomsTest::word).toList();
        told.forget(session);
        return words;
    }

    static String word(Object event) {
        return switch ((VoiceEvent) event) {
            case VoiceEvent.Offered _ -> "offer";
            case VoiceEvent.CandidateFound _ -> "candidate";
            case VoiceEvent.RoomState s ->
                "state"
                        + s.participants().stream()
                                .map(p -> p.user().name() + (p.muted() ? " muted" : ""))
                                .toList();
            case VoiceEvent.Joined j -> "+" + j.user().name();
            case VoiceEvent.Left l -> "-" + l.user().name();
            case VoiceEvent.MuteChanged m ->
                (m.muted() ? "mute " : "unmute ") + m.user().name();
            case VoiceEvent.Ended e -> "ended " + e.why().word();
        };
    }

    @Test
    void join_first_hearsOfferThenStateThenCandidates() {
        join(ann);
        assertThat(heard(ann)).containsExactly("offer", "state[ann]", "candidate");
    }

    @Test
    void join_second_isHeardByTheOthersOnce() {
        join(ann);
        heard(ann);
        join(bob);
        assertThat(heard(bob)).containsExactly("offer", "state[ann, bob]", "candidate");
        assertThat(heard(ann)).containsExactly("+bob");
    }

    @Test
    void join_full_isRefused() {
        for (int i = 0; i < 3; i++) join(session("user" + i, 10 + i));
        assertThat(get(voice.join(ann, ROOM, Voice.Terms.USUAL))).isEqualTo(refused(Problem.ROOM_FULL));
        assertThat(get(voice.join(ann, OTHER, Voice.Terms.USUAL))).isEqualTo(Reply.Done.INSTANCE);
        assertThat(get(voice.join(bob, OTHER, new Voice.Terms(true, 1)))).isEqualTo(refused(Problem.ROOM_FULL));
        assertThat(get(voice.join(bob, OTHER, Voice.Terms.USUAL))).isEqualTo(refused(Problem.BUSY));
    }

    @Test
    void join_again_replacesThePeerAndOthersHearNothing() {
        join(ann);
        join(bob);
        heard(ann);
        heard(bob);
        join(ann);
        assertThat(heard(ann)).containsExactly("offer", "state[ann, bob]", "candidate");
        assertThat(heard(bob)).isEmpty();
        assertThat(media.peers()).hasSize(2);
    }

    @Test
    void join_bySecondSession_endsTheFirst() {
        join(ann);
        heard(ann);
        Session phone = session("ann", 3);
        join(phone);
        assertThat(heard(ann)).containsExactly("ended replaced");
        voice.disconnected(ann);
        loops.advance(Duration.ofSeconds(20));
        assertThat(get(voice.leave(ann, ROOM))).isEqualTo(refused(Problem.NOT_MEMBER));
        assertThat(get(voice.mute(phone, ROOM, true))).isEqualTo(Reply.Done.INSTANCE);
    }

    @Test
    void join_anotherRoom_leavesTheFirst() {
        join(ann);
        join(bob);
        heard(bob);
        heard(ann);
        assertThat(get(voice.join(ann, OTHER, Voice.Terms.USUAL))).isEqualTo(Reply.Done.INSTANCE);
        assertThat(heard(bob)).containsExactly("-ann");
        assertThat(media.peers()).extracting(peer -> peer.room).containsExactlyInAnyOrder(ROOM, OTHER);
        assertThat(shown(ROOM)).containsExactly("bob");
        assertThat(shown(OTHER)).containsExactly("ann");
    }

    private List<String> shown(RoomId room) {
        CompletableFuture<List<VoiceParticipant>> future =
                voice.participants(room).toCompletableFuture();
        loops.runAll();
        return future.join().stream().map(p -> p.user().name()).toList();
    }

    @Test
    void join_twoRoomsAtOnce_staysInOne() {
        media.quiet();
        CompletionStage<Reply> first = voice.join(ann, ROOM, Voice.Terms.USUAL);
        CompletionStage<Reply> second = voice.join(ann, OTHER, Voice.Terms.USUAL);
        loops.runAll();
        for (MemoryMedia.OnePeer peer : media.peers()) peer.offer();
        get(first);
        assertThat(get(second)).isEqualTo(Reply.Done.INSTANCE);
        assertThat(media.peers()).hasSize(1);
        assertThat(media.peers().getFirst().room).isEqualTo(OTHER);
    }

    @Test
    void join_withoutAnEngine_isRefused() {
        media.kill();
        assertThat(get(voice.join(ann, ROOM, Voice.Terms.USUAL))).isEqualTo(refused(Problem.UNAVAILABLE));
        assertThat(voice.isAvailable()).isFalse();
    }

    @Test
    void join_noOffer_isRefusedInTime() {
        media.quiet();
        CompletionStage<Reply> reply = voice.join(ann, ROOM, Voice.Terms.USUAL);
        loops.advance(Duration.ofSeconds(10));
        assertThat(get(reply)).isEqualTo(refused(Problem.UNAVAILABLE));
        assertThat(media.peers()).isEmpty();
        assertThat(heard(ann)).isEmpty();
    }

    @Test
    void offer_unanswered_ends() {
        join(ann);
        join(bob);
        answer(bob);
        heard(ann);
        heard(bob);
        loops.advance(Duration.ofSeconds(31));
        assertThat(heard(ann)).containsExactly("ended unanswered");
        assertThat(heard(bob)).containsExactly("-ann");
    }

    @Test
    void answer_notInTheRoom_isRefused() {
        assertThat(get(voice.answer(ann, ROOM, MemoryMedia.ANSWER))).isEqualTo(refused(Problem.NOT_FOUND));
        join(bob);
        assertThat(get(voice.answer(ann, ROOM, MemoryMedia.ANSWER))).isEqualTo(refused(Problem.NOT_MEMBER));
        assertThat(get(voice.answer(bob, ROOM, "rubbish"))).isEqualTo(refused(Problem.INVALID));
        assertThat(get(voice.answer(bob, ROOM, "v=0\r\n" + "x".repeat(200)))).isEqualTo(refused(Problem.INVALID));
    }

    @Test
    void candidate_beforeTheAnswer_waitsForIt() {
        join(ann);
        MemoryMedia.OnePeer peer = media.peer(ann.user().user());
        assertThat(get(voice.candidate(ann, ROOM, CANDIDATE))).isEqualTo(Reply.Done.INSTANCE);
        assertThat(get(voice.candidate(ann, ROOM, new IceCandidate("", null, 0))))
                .isEqualTo(Reply.Done.INSTANCE);
        assertThat(get(voice.candidate(ann, ROOM, CANDIDATE))).isEqualTo(refused(Problem.RATE_LIMITED));
        assertThat(peer.candidates()).isEmpty();
        answer(ann);
        assertThat(peer.candidates()).hasSize(2);
        get(voice.candidate(ann, ROOM, CANDIDATE));
        assertThat(peer.candidates()).hasSize(3);
    }

    @Test
    void candidate_malformed_isRefused() {
        join(ann);
        for (String rubbish : List.of(
                "x",
                "candidate:",
                "candidate:1 1 udp 1 192.0.2.1 x typ host",
                "candidate:1 1 udp 1 192.0.2.1 99999 typ host",
                "candidate:1 1 udp 1 192.0.2.1 9 tup host",
                "candidate:1 1 udp 1 192.0.2.1 9 typ host\r\na=x",
                "candidate:1 1 udp 1 192.0.2.1 9 typ host " + "x".repeat(1024)))
            assertThat(get(voice.candidate(ann, ROOM, new IceCandidate(rubbish, "0", 0))))
                    .as(rubbish)
                    .isEqualTo(refused(Problem.INVALID));
    }

    @Test
    void mute_changes_isEnforcedAndToldToOthersOnce() {
        join(ann);
        join(bob);
        heard(ann);
        heard(bob);
        for (int i = 0; i < 2; i++) get(voice.mute(ann, ROOM, true));
        assertThat(media.peer(ann.user().user()).isMuted()).isTrue();
        assertThat(heard(bob)).containsExactly("mute ann");
        Session carl = session("carl", 3);
        join(carl);
        assertThat(heard(carl)).contains("state[ann muted, bob, carl]");
        get(voice.mute(ann, ROOM, false));
        assertThat(media.peer(ann.user().user()).isMuted()).isFalse();
        assertThat(heard(bob)).containsExactly("+carl", "unmute ann");
        assertThat(heard(ann)).containsExactly("+carl");
    }

    @Test
    void silence_byServer_cannotBeTakenBack() {
        join(ann);
        join(bob);
        heard(ann);
        heard(bob);
        voice.silence(ROOM, ann.user().user(), true);
        assertThat(heard(ann)).containsExactly("mute ann");
        assertThat(heard(bob)).containsExactly("mute ann");
        assertThat(get(voice.mute(ann, ROOM, false))).isEqualTo(refused(Problem.FORBIDDEN));
        get(voice.mute(ann, ROOM, true));
        voice.silence(ROOM, ann.user().user(), false);
        assertThat(heard(bob)).isEmpty();
        assertThat(media.peer(ann.user().user()).isMuted()).isTrue();
        get(voice.mute(ann, ROOM, false));
        assertThat(heard(bob)).containsExactly("unmute ann");
    }

    @Test
    void join_mayNotSpeak_isSilenced() {
        get(voice.join(ann, ROOM, new Voice.Terms(false, 0)));
        assertThat(heard(ann)).contains("state[ann muted]");
        assertThat(media.peer(ann.user().user()).isMuted()).isTrue();
    }

    @Test
    void leave_last_closesTheRoom() {
        join(ann);
        join(bob);
        heard(ann);
        get(voice.leave(bob, ROOM));
        assertThat(heard(ann)).containsExactly("-bob");
        assertThat(heard(bob)).doesNotContain("ended left");
        get(voice.leave(ann, ROOM));
        assertThat(media.peers()).isEmpty();
        assertThat(get(voice.leave(ann, ROOM))).isEqualTo(refused(Problem.NOT_FOUND));
    }

    @Test
    void disconnected_nobodyBack_isGoneAfterTheGrace() {
        join(ann);
        join(bob);
        answer(ann);
        answer(bob);
        heard(ann);
        voice.disconnected(bob);
        loops.advance(Duration.ofSeconds(11));
        assertThat(heard(ann)).isEmpty();
        loops.advance(Duration.ofSeconds(2));
        assertThat(heard(ann)).containsExactly("-bob");
        assertThat(media.peers()).hasSize(1);
    }

    @Test
    void disconnected_joinsAgain_nobodyHearsOfIt() {
        join(ann);
        join(bob);
        answer(ann);
        get(voice.mute(bob, ROOM, true));
        heard(ann);
        voice.disconnected(bob);
        Session back = session("bob", 9);
        join(back);
        answer(back);
        loops.advance(Duration.ofMinutes(5));
        assertThat(heard(ann)).containsExactly("unmute bob");
        assertThat(heard(back)).contains("state[ann, bob]");
    }

    @Test
    void resumed_inTime_goesOnWithItsPeer() {
        join(ann);
        join(bob);
        answer(ann);
        answer(bob);
        voice.disconnected(bob);
        get(voice.mute(ann, ROOM, true));
        Session back = session("bob", 9);
        voice.resumed(back);
        assertThat(heard(back)).containsExactly("state[ann muted, bob]");
        loops.advance(Duration.ofMinutes(5));
        assertThat(media.peers()).hasSize(2);
        get(voice.leave(back, ROOM));
        assertThat(heard(ann)).contains("-bob");
    }

    @Test
    void resumed_offerWasLost_isOfferedAgain() {
        join(ann);
        voice.disconnected(ann);
        Session back = session("ann", 9);
        voice.resumed(back);
        assertThat(heard(back)).containsExactly("state[ann]", "offer", "candidate");
    }

    @Test
    void hungUp_any_isGoneAtOnce() {
        join(ann);
        join(bob);
        heard(ann);
        heard(bob);
        media.peer(bob.user().user()).end(MediaEngine.Gone.HUNG_UP);
        assertThat(heard(ann)).containsExactly("-bob");
        assertThat(heard(bob)).containsExactly("ended hung_up");
    }

    @Test
    void failed_path_isOfferedAgainButNotForEver() {
        join(ann);
        answer(ann);
        heard(ann);
        media.peer(ann.user().user()).connect();
        for (int i = 0; i < 2; i++) {
            media.peer(ann.user().user()).end(MediaEngine.Gone.FAILED);
            assertThat(heard(ann)).containsExactly("offer", "candidate");
        }
        media.peer(ann.user().user()).end(MediaEngine.Gone.FAILED);
        assertThat(heard(ann)).containsExactly("ended unreachable");
    }

    @Test
    void engineLost_andBack_offersAgainToTheSamePeople() {
        join(ann);
        join(bob);
        answer(ann);
        answer(bob);
        get(voice.mute(bob, ROOM, true));
        heard(ann);
        heard(bob);
        media.kill();
        loops.advance(Duration.ofSeconds(50));
        assertThat(get(voice.answer(ann, ROOM, MemoryMedia.ANSWER))).isEqualTo(Reply.Done.INSTANCE);
        assertThat(heard(ann)).isEmpty();
        media.startAgain();
        assertThat(heard(ann)).containsExactly("offer", "candidate");
        assertThat(heard(bob)).containsExactly("offer", "candidate");
        assertThat(media.peer(bob.user().user()).isMuted()).isTrue();
        answer(ann);
        answer(bob);
        loops.advance(Duration.ofMinutes(5));
        assertThat(media.peers()).hasSize(2);
    }

    @Test
    void engineLost_forLong_ends() {
        join(ann);
        answer(ann);
        heard(ann);
        media.kill();
        loops.advance(Duration.ofSeconds(61));
        assertThat(heard(ann)).containsExactly("ended engine_away");
        media.startAgain();
        loops.runAll();
        assertThat(media.peers()).isEmpty();
    }

    @Test
    void remove_user_isToldWhy() {
        join(ann);
        heard(ann);
        voice.remove(ROOM, ann.user().user());
        assertThat(heard(ann)).containsExactly("ended " + VoiceEnd.REMOVED.word());
        assertThat(media.peers()).isEmpty();
    }

    @Test
    void end_any_leavesNoDeadlineThatDoesHarm() {
        join(ann);
        voice.disconnected(ann);
        get(voice.leave(ann, ROOM));
        join(ann);
        answer(ann);
        heard(ann);
        loops.advance(Duration.ofMinutes(5));
        assertThat(heard(ann)).isEmpty();
        assertThat(media.peers()).hasSize(1);
    }
}
