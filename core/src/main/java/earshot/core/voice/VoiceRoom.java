package earshot.core.voice;

import earshot.core.message.IceCandidate;
import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.message.VoiceEnd;
import earshot.core.message.VoiceEvent;
import earshot.core.message.VoiceParticipant;
import earshot.core.telemetry.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One voice room: who is in it, and what they are told. Confined to its loop. It is there as long as somebody is in it.
 *
 * <h2>From wish to voice</h2>
 * {@link #join} opens a peer at the media engine. Its first offer makes the user a participant that the others hear of. The answer lets the client's
 * candidates through, and media follows by itself. Each step has a time limit. A peer that breaks, or that went with the engine, is opened again for the
 * same client connection: an offer more is all that the client hears (W3C WebRTC 1.0, a new offer with other ICE credentials restarts ICE).
 */
final class VoiceRoom {
    /** So many peers in a row that never got connected are one too many. */
    private static final int FAILURES = 3;

    private final RoomId id;
    private final VoiceFloor floor;
    private final Map<UserId, Participant> participants = new LinkedHashMap<>();

    VoiceRoom(RoomId id, VoiceFloor floor) {
        this.id = id;
        this.floor = floor;
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

    CompletionStage<Reply> join(Participant joining, Voice.Terms terms) {
        Participant before = participants.get(joining.user());
        Problem problem = before == null ? noPlace(terms) : null;
        if (problem != null) return floor.refused(problem);
        if (before != null) giveWay(before, joining);
        participants.put(joining.user(), joining);
        floor.added(joining, this);
        open(joining);
        return joining.joined;
    }

    private @Nullable Problem noPlace(Voice.Terms terms) {
        int most = floor.limits().perRoom();
        int places = terms.places() > 0 ? Math.min(terms.places(), most) : most;
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

    private void open(Participant of) {
        of.openings++;
        of.untilMedia(floor.in(floor.limits().offerWithin(), () -> onNoOffer(of)));
        of.peer = floor.engine().open(id, of.user(), of.isMuted(), new PeerEar(of));
    }

    private void onNoOffer(Participant of) {
        if (of.joined.isDone()) onFailed(of);
        else end(of, VoiceEnd.ENGINE_AWAY);
    }

    private void onOffer(Participant of, String sdp) {
        of.answered = false;
        of.untilMedia(floor.in(floor.limits().answerWithin(), () -> end(of, VoiceEnd.UNANSWERED)));
        of.tell(new VoiceEvent.Offered(id, sdp));
        if (of.joined.isDone()) {
            floor.meter().add(Metric.VOICE_REOFFERS, 1);
            return;
        }
        boolean isNew = !of.announced;
        of.announced = true;
        of.tell(new VoiceEvent.RoomState(id, shown()));
        if (isNew) tellOthers(of, new VoiceEvent.Joined(id, of.profile()));
        floor.joined(of);
        of.joined.complete(Reply.Done.INSTANCE);
    }

    // --- what participants ask

    CompletionStage<Reply> answer(SessionId session, UserId user, String sdp) {
        Participant of = through(session, user);
        if (of == null) return floor.refused(Problem.NOT_MEMBER);
        if (sdp.isEmpty() || sdp.length() > floor.limits().sdpChars()) return floor.refused(Problem.INVALID);
        MediaEngine.Peer peer = of.peer;
        // The engine is away: what this answers counts no more, and another offer will come.
        if (peer == null) return floor.done();
        int opening = of.openings;
        var reply = new CompletableFuture<Reply>();
        peer.answer(sdp)
                .thenAccept(isUnderstood -> floor.loop().post(() -> {
                    if (isUnderstood && of.peer != null && of.openings == opening) onAnswered(of, peer);
                    reply.complete(isUnderstood ? Reply.Done.INSTANCE : Reply.Refused.of(Problem.INVALID));
                }));
        return reply;
    }

    private void onAnswered(Participant of, MediaEngine.Peer peer) {
        of.answered = true;
        of.untilMedia(null);
        for (IceCandidate candidate : of.waiting) peer.candidate(candidate);
        of.waiting.clear();
    }

    CompletionStage<Reply> candidate(SessionId session, UserId user, IceCandidate candidate) {
        Participant of = through(session, user);
        if (of == null) return floor.refused(Problem.NOT_MEMBER);
        if (!candidate.isWellFormed()) return floor.refused(Problem.INVALID);
        if (of.peer == null) return floor.done();
        if (of.answered) of.peer.candidate(candidate);
        else if (of.waiting.size() < floor.limits().candidatesWaiting()) of.waiting.add(candidate);
        else return floor.refused(Problem.RATE_LIMITED);
        return floor.done();
    }

    CompletionStage<Reply> mute(SessionId session, UserId user, boolean muted) {
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

    CompletionStage<Reply> leave(SessionId session, UserId user) {
        Participant of = through(session, user);
        if (of == null) return floor.refused(Problem.NOT_MEMBER);
        end(of, VoiceEnd.LEFT);
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
        open(of);
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

    void remove(UserId user) {
        Participant of = participants.get(user);
        if (of != null) end(of, VoiceEnd.REMOVED);
    }

    /** The engine takes peers again. */
    void onEngineUp() {
        for (Participant each : List.copyOf(participants.values())) {
            if (each.peer != null) continue;
            each.failures = 0;
            open(each);
        }
    }

    private void onGone(Participant of, MediaEngine.Gone why) {
        of.closePeer();
        switch (why) {
            case HUNG_UP -> end(of, VoiceEnd.HUNG_UP);
            case FAILED -> onFailed(of);
            case ENGINE_LOST -> onEngineLost(of);
        }
    }

    private void onFailed(Participant of) {
        if (of.lost || ++of.failures >= FAILURES) {
            end(of, of.lost ? VoiceEnd.LOST : VoiceEnd.UNREACHABLE);
        } else {
            of.closePeer();
            open(of);
        }
    }

    private void onEngineLost(Participant of) {
        if (!of.joined.isDone()) end(of, VoiceEnd.ENGINE_AWAY);
        else of.untilMedia(floor.in(floor.limits().engineGrace(), () -> end(of, VoiceEnd.ENGINE_AWAY)));
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

    private boolean isHere(Participant of) {
        return participants.get(of.user()) == of;
    }

    private void tellOthers(Participant but, VoiceEvent event) {
        for (Participant each : participants.values())
            if (each.announced && !each.user().equals(but.user())) each.tell(event);
    }

    /** Brings what the engine says of one peer to the room's loop, as long as the participant has that peer. */
    private final class PeerEar implements MediaEngine.Ear {
        private final Participant of;
        private final int opening;

        PeerEar(Participant of) {
            this.of = of;
            this.opening = of.openings;
        }

        private void post(Runnable fact) {
            floor.loop().post(() -> {
                if (of.peer != null && of.openings == opening && isHere(of)) fact.run();
            });
        }

        @Override
        public void onOffer(String sdp) {
            post(() -> VoiceRoom.this.onOffer(of, sdp));
        }

        @Override
        public void onCandidate(IceCandidate candidate) {
            post(() -> of.tell(new VoiceEvent.CandidateFound(id, candidate)));
        }

        @Override
        public void onConnected() {
            post(() -> of.failures = 0);
        }

        @Override
        public void onGone(MediaEngine.Gone why) {
            post(() -> VoiceRoom.this.onGone(of, why));
        }
    }
}
