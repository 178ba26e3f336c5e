package earshot.core.voice;

import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.message.VoiceEnd;
import earshot.core.message.VoiceEvent;
import earshot.core.message.VoiceParticipant;
import earshot.core.message.VoiceWish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One voice room: who is in it, and what they are told. Confined to its loop. It is there as long as somebody is in it. How their
 * voices get to the media engine is {@link RoomMedia}.
 */
final class VoiceRoom {
    /** So long it takes sessions of a node that is gone to find the room's new one. */
    private static final Duration MOVE = Duration.ofSeconds(10);

    private final RoomId id;
    private final VoiceFloor floor;
    private final Map<UserId, Participant> participants = new LinkedHashMap<>();
    private final RoomMedia media;
    private boolean moving;

    VoiceRoom(RoomId id, VoiceFloor floor) {
        this.id = id;
        this.floor = floor;
        this.media = new RoomMedia(id, floor, this);
    }

    boolean isEmpty() {
        return participants.isEmpty();
    }

    List<VoiceParticipant> shown() {
        List<VoiceParticipant> shown = new ArrayList<>(participants.size());
        for (Participant each : participants.values()) if (each.announced) shown.add(each.shown());
        return shown;
    }

    // --- joining

    CompletionStage<Reply> join(Participant joining, int wantedPlaces) {
        Participant before = participants.get(joining.user());
        Problem problem = before == null ? noPlace(wantedPlaces) : null;
        if (problem != null) return floor.refused(problem);
        if (before != null) giveWay(before, joining);
        participants.put(joining.user(), joining);
        floor.added(joining, this);
        media.open(joining);
        return joining.joined;
    }

    private @Nullable Problem noPlace(int wanted) {
        int most = floor.limits().perRoom();
        int places = wanted > 0 ? Math.min(wanted, most) : most;
        if (participants.size() >= places) return Problem.ROOM_FULL;
        return floor.isFull() ? Problem.BUSY : null;
    }

    /** The same user joins again: to the others nothing happens, but that a mute ends with who was muted. */
    private void giveWay(Participant before, Participant joining) {
        stop(before, VoiceEnd.REPLACED);
        if (!before.caller.isThrough(joining.caller.session()))
            before.tell(new VoiceEvent.Ended(id, VoiceEnd.REPLACED));
        joining.announced = before.announced;
        joining.silenced |= before.silenced;
        if (before.announced && before.isMuted() != joining.isMuted())
            tellOthers(joining, new VoiceEvent.MuteChanged(id, joining.profile(), joining.isMuted()));
    }

    /** Its first offer was told. */
    void onOffered(Participant of) {
        boolean isNew = !of.announced;
        of.announced = true;
        if (of.comesBack) {
            tellStateSoon();
        } else {
            of.tell(new VoiceEvent.RoomState(id, shown()));
            if (isNew) tellOthers(of, new VoiceEvent.Joined(id, of.profile()));
        }
        floor.joined(of, id);
        of.joined.complete(Reply.Done.INSTANCE);
    }

    /** The room has moved here: when those who come along are here, everybody is told who is left. */
    private void tellStateSoon() {
        if (moving) return;
        moving = true;
        floor.in(MOVE, () -> {
            moving = false;
            var state = new VoiceEvent.RoomState(id, shown());
            for (Participant each : participants.values()) if (each.announced) each.tell(state);
        });
    }

    // --- what participants ask

    CompletionStage<Reply> onWish(Caller by, VoiceWish wish) {
        SessionId session = by.session();
        UserId user = by.user().user();
        return switch (wish) {
            case VoiceWish.Join _ -> floor.refused(Problem.CONFLICT);
            case VoiceWish.Answer w -> media.answer(through(session, user), w.sdp());
            case VoiceWish.Candidate w -> media.candidate(through(session, user), w.candidate());
            case VoiceWish.Mute w -> mute(session, user, w.muted());
            case VoiceWish.Leave _ -> leave(session, user);
            case VoiceWish.Lost _ -> lost(session, user);
            case VoiceWish.Resume _ -> resume(by);
        };
    }

    private CompletionStage<Reply> mute(SessionId session, UserId user, boolean muted) {
        Participant of = through(session, user);
        if (of == null) return floor.refused(Problem.NOT_MEMBER);
        if (!muted && of.silenced) return floor.refused(Problem.FORBIDDEN);
        boolean was = of.isMuted();
        of.muted = muted;
        if (of.isMuted() != was) onMuteChanged(of);
        return floor.done();
    }

    private void onMuteChanged(Participant of) {
        if (of.peer != null) of.peer.mute(of.isMuted());
        if (of.announced) tellOthers(of, new VoiceEvent.MuteChanged(id, of.profile(), of.isMuted()));
    }

    private CompletionStage<Reply> leave(SessionId session, UserId user) {
        Participant of = through(session, user);
        if (of == null) return floor.refused(Problem.NOT_MEMBER);
        end(of, VoiceEnd.LEFT);
        return floor.done();
    }

    private CompletionStage<Reply> lost(SessionId session, UserId user) {
        Participant of = through(session, user);
        if (of == null) return floor.refused(Problem.NOT_MEMBER);
        onSessionLost(of);
        return floor.done();
    }

    private CompletionStage<Reply> resume(Caller by) {
        Participant of = participants.get(by.user().user());
        if (of == null) return floor.refused(Problem.NOT_MEMBER);
        onResumed(of, by);
        return floor.done();
    }

    private @Nullable Participant through(SessionId session, UserId user) {
        Participant of = participants.get(user);
        return of != null && of.caller.isThrough(session) ? of : null;
    }

    // --- what happens to participants

    void onSessionLost(Participant of) {
        if (of.lost) return;
        of.lost = true;
        if (of.joined.isDone()) of.whileLost(floor.in(floor.limits().grace(), () -> end(of, VoiceEnd.LOST)));
        else end(of, VoiceEnd.LOST);
    }

    void onResumed(Participant of, Caller by) {
        if (!of.lost) return;
        of.lost = false;
        of.whileLost(null);
        of.caller = by;
        of.tell(new VoiceEvent.RoomState(id, shown()));
        if (of.peer == null || of.answered) return;
        // The offer, or the answer to it, went with the old session.
        of.closePeer();
        media.open(of);
    }

    void silence(UserId user, boolean silenced) {
        Participant of = participants.get(user);
        if (of == null) return;
        boolean was = of.isMuted();
        of.silenced = silenced;
        if (of.isMuted() == was) return;
        onMuteChanged(of);
        of.tell(new VoiceEvent.MuteChanged(id, of.profile(), of.isMuted()));
    }

    boolean hasAll(List<SessionId> sessions) {
        Set<SessionId> in = new HashSet<>();
        for (Participant each : participants.values()) in.add(each.caller.session());
        return in.containsAll(sessions);
    }

    /** The user is in another room now, with this session, which need not be told that it is not here any more. */
    void giveUp(Participant of, SessionId session) {
        end(of, of.caller.isThrough(session) ? VoiceEnd.LEFT : VoiceEnd.REPLACED);
    }

    /** Everybody is out, and nobody hears of it. */
    void drop() {
        for (Participant each : List.copyOf(participants.values())) {
            participants.remove(each.user());
            stop(each, VoiceEnd.REPLACED);
        }
        floor.closeIfEmpty(id, this);
    }

    void remove(UserId user) {
        Participant of = participants.get(user);
        if (of != null) end(of, VoiceEnd.REMOVED);
    }

    /** The engine takes peers again. */
    void onEngineUp() {
        for (Participant each : List.copyOf(participants.values())) {
            if (each.peer != null) continue;
            each.failures = 0;
            media.open(each);
        }
    }

    /** Out, and the others hear of it. */
    void end(Participant of, VoiceEnd why) {
        if (!isHere(of)) return;
        participants.remove(of.user());
        stop(of, why);
        if (why != VoiceEnd.LEFT && why != VoiceEnd.LOST && of.announced) of.tell(new VoiceEvent.Ended(id, why));
        if (of.announced) tellOthers(of, new VoiceEvent.Left(id, of.profile()));
        floor.closeIfEmpty(id, this);
    }

    private void stop(Participant of, VoiceEnd why) {
        of.closePeer();
        of.untilMedia(null);
        of.whileLost(null);
        if (!of.joined.isDone()) of.joined.complete(Reply.Refused.of(problemOf(why)));
        floor.removed(of, this, why);
    }

    /** What a join says that came to nothing. */
    private static Problem problemOf(VoiceEnd why) {
        return switch (why) {
            case LEFT, LOST, HUNG_UP, REPLACED -> Problem.CONFLICT;
            case REMOVED -> Problem.FORBIDDEN;
            case UNANSWERED, UNREACHABLE, ENGINE_AWAY -> Problem.UNAVAILABLE;
        };
    }

    boolean isHere(Participant of) {
        return participants.get(of.user()) == of;
    }

    private void tellOthers(Participant but, VoiceEvent event) {
        for (Participant each : participants.values())
            if (each.announced && !each.user().equals(but.user())) each.tell(event);
    }
}
