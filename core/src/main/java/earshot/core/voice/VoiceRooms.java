package earshot.core.voice;

import earshot.core.message.IceCandidate;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.message.VoiceParticipant;
import earshot.core.message.VoiceWish;
import earshot.core.session.Connections;
import earshot.core.session.Session;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.core.time.Loops;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
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
    private volatile Neighbours neighbours = new Neighbours() {
        @Override
        public void onEmpty(RoomId room) {}

        @Override
        public void onJoined(UserId user, SessionId session, RoomId room) {}
    };

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

    /** What others than the participants want to know. */
    interface Neighbours {
        /** Nobody is in the room any more. On the room's loop. */
        void onEmpty(RoomId room);

        /** A user is in a room, and thus in no other. On the room's loop. */
        void onJoined(UserId user, SessionId session, RoomId room);
    }

    /** Once, before the first join. */
    void neighbours(Neighbours those) {
        neighbours = those;
    }

    // --- what clients ask

    @Override
    public CompletionStage<Reply> join(Session session, RoomId room, Terms terms) {
        return wish(session, room, new VoiceWish.Join(terms.maySpeak(), terms.places(), false, false));
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
        return wish(session, room, new VoiceWish.Mute(muted));
    }

    @Override
    public CompletionStage<Reply> leave(Session session, RoomId room) {
        return wish(session, room, new VoiceWish.Leave());
    }

    private CompletionStage<Reply> wish(Session session, RoomId room, VoiceWish wish) {
        Caller caller = caller(session);
        return caller == null ? refused(Problem.UNAUTHENTICATED) : wish(room, caller, wish);
    }

    private @Nullable Caller caller(Session session) {
        Profile user = session.user();
        return user == null ? null : new Caller(session.id(), user, event -> connections.tell(session, event));
    }

    /** Any thread; for a session of whatever node. */
    CompletionStage<Reply> wish(RoomId room, Caller by, VoiceWish wish) {
        if (wish instanceof VoiceWish.Join join) return counted(at(room, floor -> floor.join(room, by, join)));
        return at(room, floor -> {
            VoiceRoom there = floor.find(room);
            return there == null ? floor.refused(Problem.NOT_FOUND) : there.onWish(by, wish);
        });
    }

    private CompletionStage<Reply> counted(CompletionStage<Reply> join) {
        long begin = clock.nanos();
        return join.thenApply(reply -> {
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
        return ask(room, there -> there == null ? List.of() : there.shown());
    }

    @Override
    public boolean isAvailable() {
        return engine.isUp();
    }

    // --- for other nodes

    /** Whether all of them are in the room. */
    CompletionStage<Boolean> hasAll(RoomId room, List<SessionId> sessions) {
        return ask(room, there -> there != null && there.hasAll(sessions));
    }

    /** Runs on the room's loop if nobody is in it. */
    void whenEmpty(RoomId room, Runnable then) {
        VoiceFloor floor = floor(room);
        run(floor, () -> {
            if (floor.find(room) == null) then.run();
        });
    }

    /** The user is in a room of another node now, with this session. */
    void joinedElsewhere(UserId user, SessionId session) {
        onEvery(floor -> floor.onJoinedElsewhere(user, session, Long.MAX_VALUE));
    }

    /** A node is not heard of any more: its sessions are lost. */
    void nodeLost(long node) {
        onEvery(floor -> floor.onNodeLost(node));
    }

    /** The room lives on another node now: everybody is out of it here, without a word. */
    void drop(RoomId room) {
        tell(room, VoiceRoom::drop);
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

    private <T> CompletionStage<T> ask(RoomId room, Function<@Nullable VoiceRoom, T> question) {
        VoiceFloor floor = floor(room);
        var answer = new CompletableFuture<T>();
        run(floor, () -> answer.complete(question.apply(floor.find(room))));
        return answer;
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

    Participant participant(Caller caller, VoiceWish.Join join) {
        return new Participant(joins.incrementAndGet(), caller, join);
    }

    void joined(Participant participant, RoomId room) {
        UserId user = participant.user();
        SessionId session = participant.caller.session();
        long number = participant.number;
        onEvery(floor -> floor.onJoinedElsewhere(user, session, number));
        neighbours.onJoined(user, session, room);
    }

    void emptied(RoomId room) {
        neighbours.onEmpty(room);
    }

    void counted(int change) {
        participants.addAndGet(change);
        meter.move(Metric.VOICE_PARTICIPANTS, change);
    }

    boolean isFull() {
        return participants.get() >= limits.perNode();
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
