package earshot.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.core.message.Emission;
import earshot.core.message.Emitted;
import earshot.core.message.Event;
import earshot.core.message.IceCandidate;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.message.VoiceEnd;
import earshot.core.message.VoiceEvent;
import earshot.core.message.VoiceParticipant;
import earshot.core.message.VoiceWish;
import earshot.core.relay.Answer;
import earshot.core.relay.NodeRelay;
import earshot.core.relay.NodeRelay.Gathered;
import earshot.core.relay.Question;
import earshot.core.relay.SessionAge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link NodeRelay} promises. */
public abstract class NodeRelayContract {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final UserId ADA = new UserId("test", "ada");
    private static final RoomId ROOM = new RoomId("test", "tenant", "room é");

    /** The relay of one node, new in every test; {@link #joined} is called when all are made. */
    protected abstract NodeRelay node(long incarnation);

    /** Waits until all nodes know each other. */
    protected void joined() {}

    @Test
    protected void ask_alone_hasNoAnswersAndNobodyIsMissing() {
        NodeRelay one = node(1);
        one.open(_ -> CompletableFuture.completedStage(new Answer.Count(9)));
        joined();
        assertThat(ask(one, new Question.Recheck(ADA), LONG)).isEqualTo(new Gathered(List.of(), 0));
    }

    @Test
    protected void ask_others_allAnswerAndTheAskerDoesNot() {
        NodeRelay one = node(1);
        one.open(_ -> CompletableFuture.completedStage(new Answer.Count(100)));
        node(2).open(_ -> CompletableFuture.completedStage(new Answer.Count(20)));
        node(3).open(_ -> CompletableFuture.completedStage(new Answer.Count(3)));
        joined();
        Gathered gathered = ask(one, new Question.Recheck(ADA), LONG);
        assertThat(gathered.missing()).isZero();
        assertThat(gathered.answers()).containsExactlyInAnyOrder(new Answer.Count(20), new Answer.Count(3));
    }

    @Test
    protected void ask_aNodeThatIsSilent_isMissingWhenTimeIsUp() {
        NodeRelay one = node(1);
        one.open(_ -> new CompletableFuture<>());
        node(2).open(_ -> new CompletableFuture<>());
        node(3).open(_ -> CompletableFuture.completedStage(new Answer.Count(3)));
        joined();
        Gathered gathered = ask(one, new Question.Recheck(ADA), Duration.ofMillis(300));
        assertThat(gathered).isEqualTo(new Gathered(List.of(new Answer.Count(3)), 1));
    }

    @Test
    protected void ask_aNodeThatFails_isMissing() {
        NodeRelay one = node(1);
        one.open(_ -> new CompletableFuture<>());
        node(2).open(_ -> CompletableFuture.failedStage(new IllegalStateException("broken")));
        joined();
        assertThat(ask(one, new Question.Recheck(ADA), Duration.ofMillis(300))).isEqualTo(new Gathered(List.of(), 1));
    }

    @Test
    protected void ask_everyQuestion_isHeardAsItWas() {
        Queue<Question> heard = new ConcurrentLinkedQueue<>();
        NodeRelay one = node(1);
        one.open(_ -> new CompletableFuture<>());
        node(2).open(question -> {
            heard.add(question);
            return CompletableFuture.completedStage(new Answer.Count(0));
        });
        joined();
        for (Question question : questions()) ask(one, question, LONG);
        assertThat(List.copyOf(heard)).isEqualTo(questions());
    }

    @Test
    protected void ask_everyAnswer_comesAsItWas() {
        var session = new SessionId(-5, 7);
        var dressed = new Profile(ADA, "Zoë 😀", "https://a.example/z.png", "{\"karma\":7}");
        List<Answer> answers = List.of(
                new Answer.Count(Integer.MAX_VALUE),
                new Answer.VoiceDone(-9, null),
                new Answer.VoiceDone(9, Problem.ROOM_FULL),
                new Answer.VoiceRoom(List.of(new VoiceParticipant(dressed, true))),
                new Answer.Told(Emitted.NOBODY),
                new Answer.Told(new Emitted(
                        300,
                        2,
                        List.of(new Emitted.Said(session, ADA, "[\"é\"]"), new Emitted.Said(session, null, "[]")))),
                new Answer.Rooms(List.of()),
                new Answer.Rooms(List.of(new Answer.OpenRoom(ROOM, 3, 2))),
                new Answer.Sessions(List.of(
                        new Answer.Connected(session, "test", "", null, 5, "192.0.2.1", "", List.of()),
                        new Answer.Connected(session, "test", "t", dressed, 5, "::1", "id", List.of(ROOM, ROOM)))));
        Queue<Answer> next = new ConcurrentLinkedQueue<>(answers);
        NodeRelay one = node(1);
        one.open(_ -> new CompletableFuture<>());
        node(2).open(_ -> CompletableFuture.completedStage(next.remove()));
        joined();
        for (Answer answer : answers)
            assertThat(ask(one, new Question.ListSessions(null, null, 5), LONG).answers())
                    .containsExactly(answer);
    }

    @Test
    protected void askOne_another_onlyThatOneHears() {
        NodeRelay one = node(1);
        one.open(_ -> CompletableFuture.completedStage(new Answer.Count(100)));
        node(2).open(_ -> CompletableFuture.completedStage(new Answer.Count(20)));
        node(3).open(_ -> CompletableFuture.completedStage(new Answer.Count(3)));
        joined();
        Gathered gathered = one.ask(3, new Question.Recheck(ADA), LONG)
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
        assertThat(gathered).isEqualTo(new Gathered(List.of(new Answer.Count(3)), 0));
    }

    @Test
    protected void askOne_nobody_isMissing() {
        NodeRelay one = node(1);
        one.open(_ -> new CompletableFuture<>());
        joined();
        Gathered gathered = one.ask(99, new Question.Recheck(ADA), Duration.ofMillis(500))
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
        assertThat(gathered).isEqualTo(new Gathered(List.of(), 1));
    }

    private static List<Question> voice() {
        var session = new SessionId(-5, 7);
        var from = new Profile(ADA, "Zoë 😀", null, "{\"karma\":7}");
        var candidate = new IceCandidate("candidate:1 1 udp 2015363327 192.0.2.1 20355 typ host", null, -1);
        List<Question> all = new ArrayList<>();
        for (VoiceWish wish : List.of(
                new VoiceWish.Join(true, 5, false, true),
                new VoiceWish.Answer("v=0\r\né"),
                new VoiceWish.Candidate(candidate),
                new VoiceWish.Mute(true),
                new VoiceWish.Leave(),
                new VoiceWish.Lost(),
                new VoiceWish.Resume())) all.add(new Question.Voice(ROOM, session, from, wish));
        for (VoiceEvent event : List.of(
                new VoiceEvent.Offered(ROOM, "v=0\r\n"),
                new VoiceEvent.CandidateFound(ROOM, candidate),
                new VoiceEvent.RoomState(ROOM, List.of(new VoiceParticipant(from, true))),
                new VoiceEvent.Joined(ROOM, from),
                new VoiceEvent.Left(ROOM, from),
                new VoiceEvent.MuteChanged(ROOM, from, true),
                new VoiceEvent.Ended(ROOM, VoiceEnd.HUNG_UP))) all.add(new Question.VoiceTold(session, event));
        all.add(new Question.VoiceKept(ROOM, List.of(session, new SessionId(1, 2))));
        all.add(new Question.VoiceGone(ROOM, -7));
        all.add(new Question.VoiceMoved(ADA, session, ROOM));
        for (Question.VoiceRule.Ruling ruling : Question.VoiceRule.Ruling.values())
            all.add(new Question.VoiceRule(ROOM, ADA, ruling));
        all.add(new Question.ListVoice(ROOM));
        return all;
    }

    private static List<Question> questions() {
        List<Question> all = new ArrayList<>(voice());
        all.addAll(others());
        return all;
    }

    private static List<Question> others() {
        var from = Profile.named(ADA, "Ada");
        return List.of(
                new Question.Notify(new Event.Notified(ADA, "reply", "m1", from, "text é")),
                new Question.Notify(new Event.Notified(ADA, "news", null, null, "")),
                new Question.DisconnectUser(ADA, CloseReason.KICKED),
                new Question.Disconnect(new SessionId(-1, 2), CloseReason.DRAINING),
                new Question.Recheck(ADA),
                new Question.SendBack(ROOM),
                new Question.Emit(
                        new Emission("summit", "/", Emission.Reach.ALL, "\"é\",1", false, Duration.ofMillis(1500))),
                new Question.Emit(new Emission(
                        "summit",
                        "/ops",
                        new Emission.Reach("t", List.of(ROOM, ROOM), List.of(ADA), List.of(ROOM), List.of(ADA)),
                        "\"x\"",
                        true,
                        Duration.ZERO)),
                new Question.ListRooms(ROOM, "test", 7),
                new Question.ListRooms(null, null, 1000),
                new Question.ListSessions(ADA, new SessionAge(12, new SessionId(3, 4)), 1),
                new Question.ListSessions(null, null, 1000));
    }

    private static Gathered ask(NodeRelay node, Question question, Duration within) {
        return node.ask(question, within).toCompletableFuture().join();
    }
}
