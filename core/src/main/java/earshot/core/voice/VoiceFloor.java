package earshot.core.voice;

import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.message.VoiceEnd;
import earshot.core.message.VoiceWish;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Deadlines.Deadline;
import earshot.core.time.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The voice rooms of one loop. Confined to it. */
final class VoiceFloor {
    private final VoiceRooms node;
    private final Loop loop;
    private final Map<RoomId, VoiceRoom> rooms = new HashMap<>();
    /** Where each user is: in one room, for a moment in two. */
    private final Map<UserId, List<Place>> places = new HashMap<>();

    private record Place(VoiceRoom room, Participant participant) {}

    VoiceFloor(VoiceRooms node, Loop loop) {
        this.node = node;
        this.loop = loop;
    }

    Loop loop() {
        return loop;
    }

    VoiceLimits limits() {
        return node.limits();
    }

    MediaEngine engine() {
        return node.engine();
    }

    Meter meter() {
        return node.meter();
    }

    @Nullable
    VoiceRoom find(RoomId room) {
        assert loop.isCurrent();
        return rooms.get(room);
    }

    CompletionStage<Reply> join(RoomId id, Caller caller, VoiceWish.Join join) {
        assert loop.isCurrent();
        if (!engine().isUp()) return refused(Problem.UNAVAILABLE);
        VoiceRoom room = rooms.get(id);
        if (room == null) {
            room = new VoiceRoom(id, this);
            rooms.put(id, room);
            meter().move(Metric.VOICE_ROOMS, 1);
        }
        CompletionStage<Reply> reply = room.join(node.participant(caller, join), join.places());
        closeIfEmpty(id, room);
        return reply;
    }

    void closeIfEmpty(RoomId id, VoiceRoom room) {
        if (!room.isEmpty() || !rooms.remove(id, room)) return;
        meter().move(Metric.VOICE_ROOMS, -1);
        node.emptied(id);
    }

    void onEngineUp() {
        assert loop.isCurrent();
        for (VoiceRoom room : List.copyOf(rooms.values())) room.onEngineUp();
    }

    // --- where users are

    void added(Participant participant, VoiceRoom room) {
        places.computeIfAbsent(participant.user(), _ -> new ArrayList<>(1)).add(new Place(room, participant));
        node.counted(1);
    }

    void removed(Participant participant, VoiceRoom from, VoiceEnd why) {
        List<Place> of = places.get(participant.user());
        if (of == null || !of.remove(new Place(from, participant))) return;
        if (of.isEmpty()) places.remove(participant.user());
        node.counted(-1);
        meter().add(Metric.VOICE_ENDS, 1, why.word());
    }

    /** It is in: wherever else its user was, they are no more. */
    void joined(Participant participant, RoomId room) {
        node.joined(participant, room);
    }

    private void each(UserId user, BiConsumer<VoiceRoom, Participant> what) {
        assert loop.isCurrent();
        for (Place place : List.copyOf(places.getOrDefault(user, List.of())))
            what.accept(place.room, place.participant);
    }

    /** @param number of that join: what began later stays */
    void onJoinedElsewhere(UserId user, SessionId session, long number) {
        each(user, (room, participant) -> {
            if (participant.number < number) room.giveUp(participant, session);
        });
    }

    void onNodeLost(long incarnation) {
        assert loop.isCurrent();
        for (List<Place> of : List.copyOf(places.values()))
            for (Place place : List.copyOf(of))
                if (place.participant.caller.session().incarnation() == incarnation)
                    place.room.onSessionLost(place.participant);
    }

    void onDisconnected(UserId user, SessionId session) {
        each(user, (room, participant) -> {
            if (participant.caller.isThrough(session)) room.onSessionLost(participant);
        });
    }

    void onResumed(Caller by) {
        each(by.user().user(), (room, participant) -> room.onResumed(participant, by));
    }

    // --- what rooms need

    boolean isFull() {
        return node.isFull();
    }

    Deadline in(Duration time, Runnable task) {
        return loop.deadlines().at(node.clock().nanos() + time.toNanos(), task);
    }

    CompletionStage<Reply> refused(Problem problem) {
        return CompletableFuture.completedStage(Reply.Refused.of(problem));
    }

    CompletionStage<Reply> done() {
        return CompletableFuture.completedStage(Reply.Done.INSTANCE);
    }
}
