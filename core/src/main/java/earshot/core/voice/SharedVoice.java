package earshot.core.voice;

import earshot.core.lease.Leases;
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
import earshot.core.message.VoiceWish;
import earshot.core.relay.Answer;
import earshot.core.relay.NodeRelay;
import earshot.core.relay.Question;
import earshot.core.relay.Question.VoiceRule.Ruling;
import earshot.core.session.Connections;
import earshot.core.session.Session;
import earshot.core.time.Clock;
import earshot.core.time.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Voice rooms of several nodes. A room lives on one node, whose media engine mixes it: on the first whose session joined, which then has its lease
 * ({@link RoomOwnership}). Sessions of other nodes are in it through the relay: their wishes go there, what they are told comes back. Thread-safe.
 *
 * <h2>When a node goes</h2>
 * Every few seconds a node tells those where its sessions are in a room that they still are. Whoever lives elsewhere and is not told of for
 * {@link VoiceGuests#NODE_SILENT} has lost its session, and stays for the usual grace. Where the room's node does not know the sessions, or does not answer twice in a
 * row, they join again: the room finds another owner, and every client gets a new offer for the connection that it has, as after a crash of its engine. A few
 * seconds later all are told who is still there. A node that stops says so, and they need not wait.
 */
public final class SharedVoice implements Voice {
    static final Duration TICK = Duration.ofSeconds(3);
    private static final Duration WITHIN = Duration.ofSeconds(3);
    private static final Duration AGAIN = Duration.ofMillis(300);
    private static final Duration GOODBYE = Duration.ofMillis(500);
    private static final int TRIES_TO_JOIN = 10;
    private static final int TRIES_TO_COME_BACK = 200;
    private static final int MISSES = 2;

    private final long node;
    private final VoiceRooms here;
    private final NodeRelay relay;
    private final Connections connections;
    private final Clock clock;
    private final Loop timer;
    private final RoomOwnership owned;
    private final VoiceGuests guests;
    private final Map<SessionId, VoiceSeat> seats = new ConcurrentHashMap<>();
    /** Of sessions that were lost, so that another can go on for them. */
    private final Map<UserId, VoiceSeat> lost = new ConcurrentHashMap<>();

    private final Map<RoomId, Integer> misses = new ConcurrentHashMap<>();

    /**
     * @param node the incarnation in the ids of this node's sessions, by which the relay finds it
     * @param here the rooms that live on this node; they are this object's from now on
     */
    public SharedVoice(
            long node,
            VoiceRooms here,
            Leases leases,
            NodeRelay relay,
            Connections connections,
            Clock clock,
            Loop timer) {
        this.node = node;
        this.here = here;
        this.relay = relay;
        this.connections = connections;
        this.clock = clock;
        this.timer = timer;
        this.owned = new RoomOwnership(leases, this::onLeaseLost);
        this.guests = new VoiceGuests(node, here, owned, relay, clock);
        here.neighbours(new Neighbours());
        timer.post(this::tickLater);
    }

    private final class Neighbours implements VoiceRooms.Neighbours {
        @Override
        public void onEmpty(RoomId room) {
            owned.releaseIfIdle(room);
        }

        @Override
        public void onJoined(UserId user, SessionId session, RoomId room) {
            ask(new Question.VoiceMoved(user, session, room));
        }
    }

    // --- what clients of this node ask

    @Override
    public CompletionStage<Reply> join(Session session, RoomId room, Terms terms) {
        Profile user = session.user();
        if (user == null) return done(Problem.UNAUTHENTICATED);
        var seat = new VoiceSeat(session, user, room, terms);
        seats.put(session.id(), seat);
        return enter(seat, false, TRIES_TO_JOIN).thenApply(reply -> {
            if (reply instanceof Reply.Done) dropIfGone(seat);
            else seats.remove(session.id(), seat);
            return reply;
        });
    }

    /** The session ended, or left, while it was on its way in. */
    private void dropIfGone(VoiceSeat seat) {
        if (!seats.containsKey(seat.session.id())) pass(seat, new VoiceWish.Lost());
    }

    /** Finds where the room lives, and joins it there. */
    private CompletionStage<Reply> enter(VoiceSeat seat, boolean again, int tries) {
        return owned.claim(seat.room).exceptionally(_ -> null).thenCompose(isOurs -> {
            if (isOurs == null) return done(Problem.UNAVAILABLE);
            return isOurs ? enterHere(seat, again, tries) : enterElsewhere(seat, again, tries);
        });
    }

    private CompletionStage<Reply> enterHere(VoiceSeat seat, boolean again, int tries) {
        if (!owned.begin(seat.room)) return tryAgain(seat, again, tries);
        seat.place = node;
        return here.wish(seat.room, callerOf(seat), seat.join(again)).whenComplete((_, _) -> guests.end(seat.room));
    }

    private CompletionStage<Reply> enterElsewhere(VoiceSeat seat, boolean again, int tries) {
        return ask(seat.question(seat.join(again))).thenCompose(heard -> {
            Answer.VoiceDone done = doneOf(heard);
            if (done == null) return tryAgain(seat, again, tries);
            if (done.problem() != null) return done(done.problem());
            seat.place = done.node();
            return CompletableFuture.<Reply>completedStage(Reply.Done.INSTANCE);
        });
    }

    /** Its owner is just coming, or has just gone. */
    private CompletionStage<Reply> tryAgain(VoiceSeat seat, boolean again, int tries) {
        if (tries <= 1 || !isCurrent(seat)) return done(Problem.UNAVAILABLE);
        var reply = new CompletableFuture<Reply>();
        later(AGAIN, () -> enter(seat, again, tries - 1).thenAccept(reply::complete));
        return reply;
    }

    private boolean isCurrent(VoiceSeat seat) {
        return seat.equals(seats.get(seat.session.id()));
    }

    private Caller callerOf(VoiceSeat seat) {
        return new Caller(seat.session.id(), seat.user, event -> tell(seat, event));
    }

    private void tell(VoiceSeat seat, VoiceEvent event) {
        if (event instanceof VoiceEvent.Ended ended && ended.room().equals(seat.room))
            seats.remove(seat.session.id(), seat);
        connections.tell(seat.session, event);
    }

    @Override
    public CompletionStage<Reply> answer(Session session, RoomId room, String sdp) {
        return wish(session, room, new VoiceWish.Answer(sdp));
    }

    @Override
    public CompletionStage<Reply> candidate(Session session, RoomId room, IceCandidate candidate) {
        return wish(session, room, new VoiceWish.Candidate(candidate));
    }

    @Override
    public CompletionStage<Reply> mute(Session session, RoomId room, boolean muted) {
        VoiceSeat seat = seats.get(session.id());
        if (seat != null && seat.room.equals(room)) seat.muted = muted;
        return wish(session, room, new VoiceWish.Mute(muted));
    }

    @Override
    public CompletionStage<Reply> leave(Session session, RoomId room) {
        CompletionStage<Reply> reply = wish(session, room, new VoiceWish.Leave());
        VoiceSeat seat = seats.get(session.id());
        if (seat != null && seat.room.equals(room)) seats.remove(session.id(), seat);
        return reply;
    }

    private CompletionStage<Reply> wish(Session session, RoomId room, VoiceWish wish) {
        VoiceSeat seat = seats.get(session.id());
        if (seat == null || !seat.room.equals(room)) return none(session, room, wish);
        // Between two owners: the next offer will be another one, and who is muted is told along.
        if (seat.comesBack) return CompletableFuture.completedStage(Reply.Done.INSTANCE);
        return pass(seat, wish);
    }

    private CompletionStage<Reply> none(Session session, RoomId room, VoiceWish wish) {
        Profile user = session.user();
        if (user == null) return done(Problem.UNAUTHENTICATED);
        return here.wish(room, new Caller(session.id(), user, _ -> {}), wish);
    }

    private CompletionStage<Reply> pass(VoiceSeat seat, VoiceWish wish) {
        long place = seat.place;
        if (place == VoiceSeat.NOWHERE) return done(Problem.NOT_MEMBER);
        if (place == node) return here.wish(seat.room, callerOf(seat), wish);
        return relay.ask(place, seat.question(wish), WITHIN).thenApply(heard -> {
            Answer.VoiceDone done = doneOf(heard);
            if (done == null) return Reply.Refused.of(Problem.UNAVAILABLE);
            Problem problem = done.problem();
            return problem == null ? Reply.Done.INSTANCE : Reply.Refused.of(problem);
        });
    }

    @Override
    public void disconnected(Session session) {
        VoiceSeat seat = seats.remove(session.id());
        if (seat == null) return;
        seat.lostNanos = clock.nanos();
        lost.put(seat.user.user(), seat);
        pass(seat, new VoiceWish.Lost());
    }

    @Override
    public void resumed(Session session) {
        Profile user = session.user();
        VoiceSeat before = user == null ? null : lost.remove(user.user());
        if (user == null || before == null) return;
        VoiceSeat seat = before.of(session);
        seats.put(session.id(), seat);
        pass(seat, new VoiceWish.Resume());
    }

    @Override
    public void remove(RoomId room, UserId user) {
        rule(new Question.VoiceRule(room, user, Ruling.REMOVE));
    }

    @Override
    public void silence(RoomId room, UserId user, boolean silenced) {
        rule(new Question.VoiceRule(room, user, silenced ? Ruling.SILENCE : Ruling.LET_SPEAK));
    }

    private void rule(Question.VoiceRule rule) {
        onRule(rule);
        ask(rule);
    }

    @Override
    public CompletionStage<List<VoiceParticipant>> participants(RoomId room) {
        if (owned.isOurs(room)) return here.participants(room);
        return ask(new Question.ListVoice(room)).thenApply(heard -> {
            for (Answer answer : heard.answers()) if (answer instanceof Answer.VoiceRoom in) return in.participants();
            return List.of();
        });
    }

    @Override
    public boolean isAvailable() {
        return here.isAvailable();
    }

    // --- what other nodes ask

    /** Any thread. */
    public CompletionStage<Answer> onAsked(Question.VoiceQuestion question) {
        return switch (question) {
            case Question.Voice q -> guests.onWish(q);
            case Question.VoiceTold q -> onTold(q);
            case Question.VoiceKept q -> guests.onKept(q);
            case Question.VoiceMoved q -> {
                here.joinedElsewhere(q.user(), q.session());
                yield count(0);
            }
            case Question.VoiceGone q -> {
                comeBack(q.room(), q.node());
                yield count(0);
            }
            case Question.VoiceRule q -> {
                onRule(q);
                yield count(0);
            }
            case Question.ListVoice q -> guests.onList(q);
        };
    }

    private CompletionStage<Answer> onTold(Question.VoiceTold q) {
        VoiceSeat seat = seats.get(q.session());
        if (seat == null) return count(0);
        tell(seat, q.event());
        return count(1);
    }

    private void onRule(Question.VoiceRule q) {
        switch (q.ruling()) {
            case REMOVE -> here.remove(q.room(), q.user());
            case SILENCE -> here.silence(q.room(), q.user(), true);
            case LET_SPEAK -> here.silence(q.room(), q.user(), false);
        }
    }

    // --- nodes that go

    /** The node stops: its rooms are given up, and sessions of other nodes look for another home at once. Waits a moment for that to be said. */
    public void close() {
        List<CompletableFuture<?>> said = new ArrayList<>();
        for (RoomId room : owned.releaseAll()) {
            here.drop(room);
            said.add(ask(new Question.VoiceGone(room, node)).toCompletableFuture());
        }
        CompletableFuture.allOf(said.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, GOODBYE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private void tickLater() {
        later(TICK, () -> {
            tickLater();
            tellThatTheyAreHere();
            guests.giveUpSilentNodes();
            long oldest = clock.nanos() - here.limits().grace().toNanos();
            lost.values().removeIf(seat -> seat.lostNanos - oldest < 0);
        });
    }

    private void tellThatTheyAreHere() {
        Map<RoomId, List<SessionId>> sessions = new LinkedHashMap<>();
        Map<RoomId, Long> places = new HashMap<>();
        for (VoiceSeat seat : seats.values()) {
            long place = seat.place;
            if (place == node || place == VoiceSeat.NOWHERE || seat.comesBack) continue;
            sessions.computeIfAbsent(seat.room, _ -> new ArrayList<>()).add(seat.session.id());
            places.put(seat.room, place);
        }
        sessions.forEach((room, all) -> {
            long place = places.getOrDefault(room, VoiceSeat.NOWHERE);
            relay.ask(place, new Question.VoiceKept(room, all), WITHIN)
                    .thenAccept(heard -> onKeptAnswer(room, place, heard));
        });
    }

    private void onKeptAnswer(RoomId room, long place, NodeRelay.Gathered heard) {
        Answer.VoiceDone done = doneOf(heard);
        if (done != null && done.problem() == null) {
            misses.remove(room);
        } else if (!heard.answers().isEmpty() || misses.merge(room, 1, Integer::sum) >= MISSES) {
            misses.remove(room);
            comeBack(room, place);
        }
    }

    /** This node was given up by the others: the room lives elsewhere now. */
    private void onLeaseLost(RoomId room) {
        here.drop(room);
        comeBack(room, node);
    }

    /** Sessions of this node, into the room where it lives now. */
    private void comeBack(RoomId room, long from) {
        for (VoiceSeat seat : seats.values()) {
            if (!seat.room.equals(room) || seat.place != from || seat.comesBack) continue;
            seat.comesBack = true;
            enter(seat, true, TRIES_TO_COME_BACK).thenAccept(reply -> {
                seat.comesBack = false;
                if (reply instanceof Reply.Done) dropIfGone(seat);
                else if (isCurrent(seat)) tell(seat, new VoiceEvent.Ended(room, VoiceEnd.ENGINE_AWAY));
            });
        }
    }

    // --- words

    private CompletionStage<NodeRelay.Gathered> ask(Question question) {
        return relay.ask(question, WITHIN);
    }

    private static Answer.@Nullable VoiceDone doneOf(NodeRelay.Gathered heard) {
        for (Answer answer : heard.answers()) if (answer instanceof Answer.VoiceDone done) return done;
        return null;
    }

    private static CompletionStage<Answer> count(int count) {
        return CompletableFuture.completedStage(new Answer.Count(count));
    }

    private static CompletionStage<Reply> done(Problem problem) {
        return CompletableFuture.completedStage(Reply.Refused.of(problem));
    }

    private void later(Duration time, Runnable task) {
        timer.post(() -> timer.deadlines().at(clock.nanos() + time.toNanos(), task));
    }
}
