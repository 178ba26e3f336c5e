package earshot.core.voice;

import earshot.core.message.IceCandidate;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.message.VoiceParticipant;
import earshot.core.session.Connections;
import earshot.core.session.Session;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.core.time.Loop;
import earshot.core.time.Loops;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The voice rooms that live on this node. Thread-safe: what is asked crosses to the loop that owns the room. The media engine mixes; who is in a room, who
 * is muted, and what participants hear of each other is decided here.
 */
public final class VoiceRooms implements Voice {
    private final Loops loops;
    private final Clock clock;
    private final MediaEngine engine;
    private final Connections connections;
    private final VoiceLimits limits;
    private final Meter meter;
    private final List<VoiceFloor> floors = new ArrayList<>();
    private final AtomicInteger participants = new AtomicInteger();
    private final AtomicLong joins = new AtomicLong();

    /** Starts the engine: it is this object's from now on. */
    public VoiceRooms(
            Loops loops, Clock clock, MediaEngine engine, Connections connections, VoiceLimits limits, Meter meter) {
        this.loops = loops;
        this.clock = clock;
        this.engine = engine;
        this.connections = connections;
        this.limits = limits;
        this.meter = meter;
        for (int i = 0; i < loops.count(); i++) floors.add(new VoiceFloor(this, loops.loop(i)));
        engine.start(new EngineWatch());
    }

    // --- what clients ask

    @Override
    public CompletionStage<Reply> join(Session session, RoomId room, Terms terms) {
        Caller caller = caller(session);
        if (caller == null) return refused(Problem.UNAUTHENTICATED);
        return join(caller, room, terms);
    }

    CompletionStage<Reply> join(Caller caller, RoomId room, Terms terms) {
        long begin = clock.nanos();
        return at(room, floor -> floor.join(room, caller, terms)).thenApply(reply -> {
            boolean isIn = reply instanceof Reply.Done;
            meter.add(Metric.VOICE_JOINS, 1, isIn ? "joined" : problemWord(reply));
            if (isIn) meter.observe(Metric.VOICE_JOIN, clock.nanos() - begin);
            return reply;
        });
    }

    private static String problemWord(Reply reply) {
        return reply instanceof Reply.Refused refused ? refused.problem().code() : "unexpected";
    }

    @Override
    public CompletionStage<Reply> answer(Session session, RoomId room, String sdp) {
        return in(room, session, (there, user) -> there.answer(session.id(), user, sdp));
    }

    @Override
    public CompletionStage<Reply> candidate(Session session, RoomId room, IceCandidate candidate) {
        return in(room, session, (there, user) -> there.candidate(session.id(), user, candidate));
    }

    @Override
    public CompletionStage<Reply> mute(Session session, RoomId room, boolean muted) {
        return in(room, session, (there, user) -> there.mute(session.id(), user, muted));
    }

    @Override
    public CompletionStage<Reply> leave(Session session, RoomId room) {
        return in(room, session, (there, user) -> there.leave(session.id(), user));
    }

    @Override
    public void disconnected(Session session) {
        Profile user = session.user();
        if (user != null) onEvery(floor -> floor.onDisconnected(user.user(), session.id()));
    }

    @Override
    public void resumed(Session session) {
        Caller caller = caller(session);
        if (caller != null) onEvery(floor -> floor.onResumed(caller));
    }

    @Override
    public void remove(RoomId room, UserId user) {
        tell(room, there -> there.remove(user));
    }

    @Override
    public void silence(RoomId room, UserId user, boolean silenced) {
        tell(room, there -> there.silence(user, silenced));
    }

    @Override
    public CompletionStage<List<VoiceParticipant>> participants(RoomId room) {
        VoiceFloor floor = floor(room);
        var answer = new CompletableFuture<List<VoiceParticipant>>();
        run(floor, () -> {
            VoiceRoom there = floor.find(room);
            answer.complete(there == null ? List.of() : there.shown());
        });
        return answer;
    }

    @Override
    public boolean isAvailable() {
        return engine.isUp();
    }

    private @Nullable Caller caller(Session session) {
        Profile user = session.user();
        return user == null ? null : new Caller(session.id(), user, event -> connections.tell(session, event));
    }

    // --- the way to the room's loop

    private VoiceFloor floor(RoomId room) {
        return floors.get(loops.of(room).index());
    }

    private static void run(VoiceFloor floor, Runnable fact) {
        if (floor.loop().isCurrent()) fact.run();
        else floor.loop().post(fact);
    }

    private void onEvery(Consumer<VoiceFloor> fact) {
        for (VoiceFloor floor : floors) run(floor, () -> fact.accept(floor));
    }

    private void tell(RoomId room, Consumer<VoiceRoom> fact) {
        VoiceFloor floor = floor(room);
        run(floor, () -> {
            VoiceRoom there = floor.find(room);
            if (there != null) fact.accept(there);
        });
    }

    private CompletionStage<Reply> in(
            RoomId room, Session session, BiFunction<VoiceRoom, UserId, CompletionStage<Reply>> wish) {
        Profile user = session.user();
        if (user == null) return refused(Problem.UNAUTHENTICATED);
        return at(room, floor -> {
            VoiceRoom there = floor.find(room);
            return there == null ? floor.refused(Problem.NOT_FOUND) : wish.apply(there, user.user());
        });
    }

    private interface Wish {
        CompletionStage<Reply> on(VoiceFloor floor);
    }

    private CompletionStage<Reply> at(RoomId room, Wish wish) {
        VoiceFloor floor = floor(room);
        if (floor.loop().isCurrent()) return wish.on(floor);
        var reply = new CompletableFuture<Reply>();
        boolean taken = floor.loop().offer(() -> wish.on(floor).thenAccept(reply::complete));
        if (taken) return reply;
        meter.add(Metric.LOOP_REFUSED, 1);
        return refused(Problem.BUSY);
    }

    private static CompletionStage<Reply> refused(Problem problem) {
        return CompletableFuture.completedStage(Reply.Refused.of(problem));
    }

    // --- for the loops

    Participant participant(Caller caller, Terms terms) {
        return new Participant(joins.incrementAndGet(), caller, !terms.maySpeak());
    }

    void joined(Participant participant) {
        UserId user = participant.user();
        long number = participant.number;
        onEvery(floor -> floor.onJoinedElsewhere(user, number));
    }

    void counted(int change) {
        participants.addAndGet(change);
        meter.move(Metric.VOICE_PARTICIPANTS, change);
    }

    boolean isFull() {
        return participants.get() >= limits.perNode();
    }

    Loops loops() {
        return loops;
    }

    Loop loop(RoomId room) {
        return loops.of(room);
    }

    Clock clock() {
        return clock;
    }

    MediaEngine engine() {
        return engine;
    }

    VoiceLimits limits() {
        return limits;
    }

    Meter meter() {
        return meter;
    }

    private final class EngineWatch implements MediaEngine.Watch {
        @Override
        public void onUp() {
            meter.move(Metric.VOICE_ENGINE_UP, 1);
            for (VoiceFloor floor : floors) floor.loop().post(floor::onEngineUp);
        }

        @Override
        public void onDown() {
            meter.move(Metric.VOICE_ENGINE_UP, -1);
        }
    }
}
